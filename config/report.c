/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.c - errors and warnings about a file, kept until they are shown
 *
 * In the capture kernel memory is short and the file may be garbage: one allocation of
 * a fixed size, and none at all for a good file.
 */
#include "config/report.h"

#include "base/err.h"
#include "config/parse/file.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int config_report_init(struct config_report *r, const char *file)
{
	*r = (struct config_report){ .file = strdup(file) };
	return r->file ? 0 : fail(-ENOMEM, "read %s", file);
}

void config_report_fini(struct config_report *r)
{
	free(r->file);
	free(r->complaints);
	*r = (struct config_report){ 0 };
}

static bool is_utf8_tail(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* The terminal that shows this may take control characters for commands. */
static void make_printable(char *text)
{
	unsigned char *end;

	for (unsigned char *c = (unsigned char *)text; *c; c++) {
		if (iscntrl(*c))
			*c = '?';
	}
	/* vsnprintf() may have cut a letter of several bytes in two. */
	end = (unsigned char *)text + strlen(text);
	if (strlen(text) < REPORT_TEXT_MAX - 1)
		return;
	while (end > (unsigned char *)text && is_utf8_tail(end[-1]))
		end--;
	if (end > (unsigned char *)text && end[-1] >= 0xc0)
		end--;
	*end = '\0';
}

/* Room for all from the first complaint on: a hostile file cannot make it grow. */
static struct config_complaint *next_complaint(struct config_report *r)
{
	if (!r->complaints)
		r->complaints = calloc(REPORT_MAX, sizeof(*r->complaints));
	if (!r->complaints || r->nr == REPORT_MAX)
		return NULL;
	return &r->complaints[r->nr++];
}

void config_report_add(struct config_report *r, enum config_severity severity,
		       struct config_position position, const char *fmt, ...)
{
	struct config_complaint *c = next_complaint(r);
	va_list ap;

	if (severity == CONFIG_ERROR)
		r->nr_errors++;
	else
		r->nr_warnings++;
	if (!c)
		return;
	c->severity = severity;
	c->position = position;
	va_start(ap, fmt);
	vsnprintf(c->text, sizeof(c->text), fmt, ap);
	va_end(ap);
	make_printable(c->text);
}

void config_report_too_long(struct config_report *r)
{
	config_report_add(r, CONFIG_ERROR, (struct config_position){ 0 },
			  "longer than %d KiB, and not read beyond; is it the right file?",
			  CONFIG_FILE_MAX >> 10);
}

int config_report_verdict(const struct config_report *r)
{
	if (r->nr_errors == 0)
		return 0;
	return fail(-EINVAL, "%s has %u error%s", r->file, r->nr_errors,
		    r->nr_errors == 1 ? "" : "s");
}

static bool is_before(struct config_position a, struct config_position b)
{
	return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* Insertion keeps the order of those at one position, and there are few. */
void config_report_sort(struct config_report *r, unsigned first)
{
	for (unsigned i = first + 1; i < r->nr; i++) {
		struct config_complaint c = r->complaints[i];
		unsigned at = i;

		for (; at > first && is_before(c.position, r->complaints[at - 1].position); at--)
			r->complaints[at] = r->complaints[at - 1];
		r->complaints[at] = c;
	}
}

const char *config_report_line(const struct config_report *r, unsigned i, char *buf, size_t size)
{
	const struct config_complaint *c;
	const char *word;

	if (i >= r->nr)
		return NULL;
	c = &r->complaints[i];
	word = c->severity == CONFIG_ERROR ? "error" : "warning";
	if (c->position.line == 0)
		snprintf(buf, size, "%s: %s: %s", r->file, word, c->text);
	else
		snprintf(buf, size, "%s:%u:%u: %s: %s", r->file, c->position.line,
			 c->position.column, word, c->text);
	return buf;
}

/* Printing is for programs; everybody else hands the lines to a log of their own. */
void config_report_print(const struct config_report *r, FILE *f)
{
	char line[REPORT_TEXT_MAX + 256];
	unsigned lost = r->nr_errors + r->nr_warnings - r->nr;

	for (unsigned i = 0; config_report_line(r, i, line, sizeof(line)); i++)
		fprintf(f, "%s\n", line);
	if (lost > 0)
		fprintf(f, "%s: %u more like these; mend the ones above first\n", r->file, lost);
}
