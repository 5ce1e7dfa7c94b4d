/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manual.h - the keys as text for people: kdump.conf(5), --help KEY */
#ifndef CONFIG_CLI_MANUAL_H
#define CONFIG_CLI_MANUAL_H

#include "config/parse/keys.h"

#include <stdio.h>

/* The lines of roff that kdump.conf(5) has between its marks: of the keys, and of the variables. */
void config_manual_roff_keys(FILE *f);
void config_manual_roff_variables(FILE *f);

/* One key for a terminal: its shape, its default, and the text of the manual. */
void config_manual_key(const struct config_key *key, FILE *f);

/* All keys, a line each. */
void config_manual_list(FILE *f);

#endif
