/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lines.h - the second of two stages: what each line means; private to config/
 *
 *     lines.c       from lines to keys
 *     line.c        where lines and their parts stand
 *     set_value.c   the values of most keys
 *     set_target.c  where dumps go
 *     set_dracut.c  dracut_args
 *     rules.c       what lines mean together
 */
#ifndef CONFIG_PARSE_LINES_H
#define CONFIG_PARSE_LINES_H

#include "config/config.h"
#include "config/parse/keys.h"
#include "config/parse/text.h"

/* A line at work. */
struct apply {
	struct config *c;
	const struct config_key *key;
	const struct config_line *line;
	const char *value; /* line's, or the key's usual one */
};

/* Every line, in order, into *c, which holds the usual values already. */
void config_apply_lines(struct config *c);

/* The usual value of every key that has one; c->text is there, and empty of lines. */
void config_apply_defaults(struct config *c);

/* The line with this key, the last if there are several; NULL: none. */
const struct config_line *config_line_find(const struct config *c, const char *key);

/* Complain about the value at hand, or about a word within it. */
#define bad_value(a, ...) \
	config_report_add(&(a)->c->report, CONFIG_ERROR, (a)->line->value_position, __VA_ARGS__)

/* set_value.c: read a->value, which is not empty, into the member of its key. */
void config_set(struct apply *a);

/* The name of a module and nothing else, as in lsmod but for '-' instead of '_'. */
bool config_is_module(const char *word);

/* Where part, a piece of a->value, stands in the file. */
struct config_position config_position_of(const struct apply *a, const char *part);

/* set_target.c: set_ functions for the kinds in their names. */
void config_set_target(struct apply *a);
void config_set_fallback(struct apply *a);

/* A target of these fields: device, directory, type, and perhaps options. */
void config_set_mount(struct apply *a, const char *const *field, struct config_position place);

/* set_dracut.c: the words, and targets among them; the rest of them when all lines are read. */
void config_set_dracut(struct apply *a);
void config_merge_dracut(struct config *c);

/* A name for a host or an address; not one that a program takes for an option. */
bool config_is_host(const char *text, size_t len);

/* rules.c */
void config_check_rules(struct config *c);

#endif
