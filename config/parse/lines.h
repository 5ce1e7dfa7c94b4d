/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lines.h - the second of two stages: what each line means; private to config/
 *
 *     lines.c   from lines to keys; their values: value.h
 *     line.c    find a line again, and the position of its parts
 *     rules.c   what lines mean together
 */
#ifndef CONFIG_PARSE_LINES_H
#define CONFIG_PARSE_LINES_H

#include "config/config.h"
#include "config/parse/text.h"

/* Every line, in order, into *c, which holds the defaults already. Errors: c->report. */
void config_apply_lines(struct config *c);

/* The default of every key that has one; c->text is there, and empty of lines. */
void config_apply_defaults(struct config *c);

/* The line with this key, the last if there are several; NULL: none. Belongs to c->text. */
const struct config_line *config_line_find(const struct config *c, const char *key);

/* Report what is wrong with the lines as a whole. */
void config_check_rules(struct config *c);

#endif
