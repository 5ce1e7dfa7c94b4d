/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shell_reader.h - the text being read, and the value being put together
 *
 * Private to the files that read shell text, from the top down:
 *
 *     shell_source.c   a file to edit, with the position of every byte
 *     shell.c          assignments, one after the other
 *     shell_value.c    what stands behind '='; shell_skip.c: past what cannot be read
 *     shell_note.c     keep the position of an assignment
 *     shell_reader.c   bytes
 */
#ifndef CONFIG_SYSCONFIG_SHELL_READER_H
#define CONFIG_SYSCONFIG_SHELL_READER_H

#include "config/sysconfig/shell.h"
#include "config/sysconfig/shell_source.h"

#include <stdlib.h>
#include <string.h>

struct shell_reader {
	const char *text, *at, *end;
	const char *line_start;
	unsigned line;
	struct config_report *report;
	struct shell_vars *vars;
	char *value; /* SHELL_VALUE_MAX + 1 bytes; the value being put together */
	size_t len;
	const char **origin;	     /* of each byte of the value: see put(); or NULL */
	struct shell_source *source; /* to be filled in; or NULL */
	bool bad;		     /* the current value is wrong, and that was reported */
	bool no_memory;
};

/* At the begin of len bytes of text, of which a NUL ends what is read. value is to be freed. */
static inline struct shell_reader
shell_reader_at(const char *text, size_t len, struct config_report *report, struct shell_vars *vars)
{
	return (struct shell_reader){
		.text = text,
		.at = text,
		.end = text + strnlen(text, len),
		.line_start = text,
		.line = 1,
		.report = report,
		.vars = vars,
		.value = malloc(SHELL_VALUE_MAX + 1),
	};
}

static inline struct config_position shell_here(const struct shell_reader *r)
{
	return (struct config_position){ r->line, (unsigned)(r->at - r->line_start) + 1 };
}

/* The first complaint about a value is enough. */
#define shell_bad(r, position, ...)                                                          \
	do {                                                                                 \
		if (!(r)->bad)                                                               \
			config_report_add((r)->report, CONFIG_ERROR, position, __VA_ARGS__); \
		(r)->bad = true;                                                             \
	} while (0)

/* '\0' at the end; one in the file ends it. */
static inline char shell_peek(const struct shell_reader *r)
{
	return r->at < r->end ? *r->at : '\0';
}

static inline char shell_peek_next(const struct shell_reader *r)
{
	return r->at + 1 < r->end ? r->at[1] : '\0';
}

/* Over one character. */
void shell_step(struct shell_reader *r);

/* The length of the name at r->at; 0: there is none. */
size_t shell_name_length(const struct shell_reader *r);

/* A variable by its name's first len bytes; NULL: never assigned. */
struct shell_var *shell_find(const struct shell_vars *v, const char *name, size_t len);

/* True for what a name may begin with. */
bool shell_is_name_start(char c);

/* Add a byte to the value. at: its position in the text; NULL: it comes from a variable. */
void shell_put(struct shell_reader *r, char c, const char *at);

/* Add the text of a variable to the value. */
void shell_put_text(struct shell_reader *r, const char *text);

/*
 * Over a word whose value is not to be had, by a shell's quotes and substitutions.
 * False: the text ends within one.
 */
bool shell_skip_word(struct shell_reader *r);

/* Note what stands at hand in r->source: an assignment, value from..r->at; something else. */
void shell_note_assignment(struct shell_reader *r, const char *name, size_t len, const char *from);
void shell_note_other(struct shell_reader *r, unsigned line);

/* Assignments up to the end of the text. */
void shell_read_all(struct shell_reader *r);

/* What stands behind '=', up to the end of the word, into r->value; or r->bad is set. */
void shell_read_value(struct shell_reader *r);

#endif
