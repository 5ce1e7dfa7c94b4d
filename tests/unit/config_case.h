/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config_case.h - a kdump.conf in a string, and what is said about it; after check.h */
#ifndef CONFIG_CASE_H
#define CONFIG_CASE_H

#include "config/config.h"

#include <string.h>

/* Complaints as lines of "LINE:COLUMN: error: TEXT"; static memory. */
const char *said(const struct config_report *r);

/* text is read with exactly these complaints; "" for none. */
void read_conf(const char *text, const char *complaints, struct config *out);

/* Read the text, which has no mistake; out is to be freed. */
void good(const char *text, struct config *out);

/* The same where only the complaints matter. */
void complains(const char *text, const char *complaints);

#endif
