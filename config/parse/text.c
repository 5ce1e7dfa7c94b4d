/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text.c - lines, keys and values; comments, quotes and line ends
 *
 *     [blanks] KEY [blanks VALUE] [blanks] [# comment] [CR] LF
 *
 * The order of the steps is what files in use rely on: first the comment is cut off,
 * then quotes are looked at. So "a # b" in quotes loses its end and keeps one quote.
 */
#include "config/parse/text.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

struct config_block {
	struct config_block *next;
	char bytes[] __attribute__((aligned(16)));
};

void *config_text_alloc(struct config_text *t, size_t size)
{
	struct config_block *b = calloc(1, sizeof(*b) + size);

	if (!b) {
		t->no_memory = true;
		return NULL;
	}
	b->next = t->blocks;
	t->blocks = b;
	return b->bytes;
}

char *config_text_copy(struct config_text *t, const char *from, size_t len)
{
	char *to = config_text_alloc(t, len + 1);

	return to ? memcpy(to, from, len) : NULL;
}

void config_text_free(struct config_text *t)
{
	if (!t)
		return;
	while (t->blocks) {
		struct config_block *b = t->blocks;

		t->blocks = b->next;
		free(b);
	}
	free(t->lines);
	free(t);
}

/* One line under work: [at, end) is what is left of it. */
struct text_scan {
	struct config_text *text;
	struct config_report *report;
	const char *start, *at, *end;
	unsigned number;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct config_position position(const struct text_scan *s, const char *at)
{
	return (struct config_position){ s->number, (unsigned)(at - s->start) + 1 };
}

static void skip_blanks(struct text_scan *s)
{
	while (s->at < s->end && is_blank(*s->at))
		s->at++;
}

static void trim_end(struct text_scan *s)
{
	while (s->end > s->at && is_blank(s->end[-1]))
		s->end--;
}

/* An editor's accident; the shell reader would have handed it on to some program. */
static void check_characters(const struct text_scan *s)
{
	for (const char *c = s->at; c < s->end; c++) {
		if (((unsigned char)*c >= ' ' || *c == '\t') && *c != 0x7f)
			continue;
		config_report_add(s->report, CONFIG_ERROR, position(s, c),
				  "control character 0x%02x; remove it", (unsigned char)*c);
		return;
	}
}

/* A '#' ends the value wherever it stands, in quotes too. True: something was cut. */
static bool cut_comment(struct text_scan *s)
{
	for (const char *c = s->at; c < s->end; c++) {
		if (*c != '#')
			continue;
		s->end = c;
		trim_end(s);
		return true;
	}
	return false;
}

/* Called where the comment is cut off already. */
static void check_quotes(const struct text_scan *s, bool cut)
{
	bool opens = s->at < s->end && *s->at == '"';
	bool closes = s->at < s->end && s->end[-1] == '"';

	if (opens && (!closes || s->end - s->at == 1))
		config_report_add(
			s->report, CONFIG_WARNING, position(s, s->at),
			cut ? "a quote is opened but '#' ends the value before it closes; "
			      "write the value without '#'"
			    : "a quote is opened and stays part of the value; close it at "
			      "the very end, or leave it out");
	else if (cut && s->end > s->at && *s->end == '#')
		config_report_add(s->report, CONFIG_WARNING, position(s, s->end),
				  "'#' ends the value even within a word; put a blank before it, "
				  "or write the value without '#'");
}

/* One pair around the whole value, and only that. */
static void strip_quotes(struct text_scan *s)
{
	if (s->end - s->at >= 2 && *s->at == '"' && s->end[-1] == '"') {
		s->at++;
		s->end--;
	}
}

static char *take(struct text_scan *s, const char *end)
{
	return config_text_copy(s->text, s->at, (size_t)(end - s->at));
}

/* [at, end) has neither line end nor outer blanks, and is not a comment. */
static void add_line(struct text_scan *s)
{
	struct config_line line = { .key_position = position(s, s->at) };
	const char *key_end = s->at;
	bool cut;

	check_characters(s);
	while (key_end < s->end && !is_blank(*key_end))
		key_end++;
	line.key = take(s, key_end);
	s->at = key_end;
	skip_blanks(s);
	cut = cut_comment(s);
	check_quotes(s, cut);
	strip_quotes(s);
	line.value_position = position(s, s->at);
	line.value = take(s, s->end);
	if (line.key && line.value)
		s->text->lines[s->text->nr++] = line;
}

/* A comment's '#' counts as such only here, before anything else is looked at. */
static void read_line(struct text_scan *s)
{
	if (s->end > s->at && s->end[-1] == '\r')
		s->end--;
	skip_blanks(s);
	trim_end(s);
	if (s->at < s->end && *s->at != '#')
		add_line(s);
}

static unsigned count_lines(const char *text, size_t len)
{
	unsigned nr = 1;

	for (size_t i = 0; i < len; i++)
		nr += text[i] == '\n';
	return nr;
}

static void read_all(struct text_scan *s, const char *text, const char *end)
{
	static const char bom[] = "\xef\xbb\xbf"; /* some editors begin UTF-8 files with it */

	if (end - text >= 3 && memcmp(text, bom, 3) == 0)
		text += 3;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		s->number++;
		s->start = s->at = text;
		s->end = newline ? newline : end;
		text = newline ? newline + 1 : end;
		read_line(s);
	}
}

int config_text_read(const char *text, size_t len, struct config_report *report,
		     struct config_text **out)
{
	struct config_text *t = calloc(1, sizeof(*t));
	struct text_scan s = { .text = t, .report = report };

	if (t)
		t->lines = calloc(count_lines(text, len), sizeof(*t->lines));
	if (!t || !t->lines) {
		free(t);
		return fail(-ENOMEM, "read %s", report->file);
	}
	read_all(&s, text, text + len);
	*out = t;
	return 0;
}
