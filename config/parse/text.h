/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text.h - the first of two stages: a file becomes lines of key and value
 *
 *     config_text_read -> lines -> config_text_free
 *
 * It knows no key. The rules are those of section READING in kdump.conf(5), which
 * in turn are what the shell code of older tools did with these files.
 */
#ifndef CONFIG_PARSE_TEXT_H
#define CONFIG_PARSE_TEXT_H

#include "config/report.h"

struct config_line {
	char *key;
	char *value; /* "" if there is none */
	struct config_position key_position;
	struct config_position value_position; /* where one is or should be */
};

struct config_block;

struct config_text {
	struct config_line *lines;
	unsigned nr;
	bool no_memory; /* some allocation failed: what was read is not all */
	struct config_block *blocks;
};

/*
 * Reads all lines of text[0..len), reporting what looks unlike the author's
 * intention. 0 or -ENOMEM; config_text_free(*out) is due after 0.
 */
int config_text_read(const char *text, size_t len, struct config_report *report,
		     struct config_text **out);
void config_text_free(struct config_text *t);

/*
 * Zeroed memory that lives as long as t. Without memory: NULL, and t->no_memory is
 * set, so that one look at the end is enough.
 */
void *config_text_alloc(struct config_text *t, size_t size);
char *config_text_copy(struct config_text *t, const char *from, size_t len);

#endif
