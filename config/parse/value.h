/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * value.h - one value on its line, for the functions that read values into struct config
 *
 *     set_value.c   most keys
 *     set_target.c  where dumps go
 *     set_dracut.c  dracut_args
 *
 * Private to config/parse. lines.c calls down into these; none of them calls back.
 */
#ifndef CONFIG_PARSE_VALUE_H
#define CONFIG_PARSE_VALUE_H

#include "config/config.h"
#include "config/parse/keys.h"
#include "config/parse/text.h"

/* Everything is borrowed; errors go to c->report. */
struct line_value {
	struct config *c;
	const struct config_key *key;
	const struct config_line *line;
	const char *value; /* the line's, or the key's default */
};

/* Report an error at the value, or about a word within it. */
#define bad_value(v, ...) \
	config_report_add(&(v)->c->report, CONFIG_ERROR, (v)->line->value_position, __VA_ARGS__)

/* The position in the file of part, a piece of v->value. */
struct config_position config_position_of(const struct line_value *v, const char *part);

/*
 * Read v->value, which is not empty, into the member of its key. A wrong value is
 * reported and leaves the member unchanged.
 */
void config_set(struct line_value *v);

/* The same for the kinds of key in their names. */
void config_set_target(struct line_value *v);
void config_set_fallback(struct line_value *v);
void config_set_dracut(struct line_value *v);

/* A target given as fields: device, directory, type, and perhaps options. */
void config_set_mount(struct line_value *v, const char *const *field,
		      struct config_position position);

/* Add what dracut_args asks for to the members of other keys, once all lines are read. */
void config_merge_dracut(struct config *c);

#endif
