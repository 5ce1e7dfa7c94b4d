/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shell_source.h - where in a file of shell assignments each value stands, to edit it
 *
 *     shell_source_read -> assignments -> shell_source_free
 *
 * The reader is that of shell.h. Files for real shells hold more than it understands: a
 * value that a command would give is kept as text, and what is not an assignment is noted.
 */
#ifndef CONFIG_SYSCONFIG_SHELL_SOURCE_H
#define CONFIG_SYSCONFIG_SHELL_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct shell_assignment {
	char *name;
	size_t at, end; /* the value in the text, from behind '=', with its quotes */
	char *value;	/* as a shell reads it; NULL: it would run a command, or is not a value */
	size_t len;	/* of value */
	/* For each byte of value its offset in the text; SHELL_FROM_VARIABLE: "$NAME" gave it. */
	size_t *from;
};

#define SHELL_FROM_VARIABLE ((size_t)-1)

struct shell_source {
	struct shell_assignment *list; /* in the order of the text */
	size_t nr, capacity;
	unsigned other_line; /* the first line with something else than assignments; 0: none */
};

/* 0 or -ENOMEM; free in both cases. text is borrowed for the call only. */
int shell_source_read(const char *text, size_t len, struct shell_source *out);
void shell_source_free(struct shell_source *s);

/* The last assignment of a name, NULL if there is none. */
const struct shell_assignment *shell_source_find(const struct shell_source *s, const char *name);

#endif
