/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.c - errors and warnings about a file, kept until they are shown
 *
 * In the capture kernel memory is short and the file may be garbage: the number of complaints and
 * the length of each are bounded, and nothing is allocated for a good file.
 */
#include "config/report.h"

#include "base/err.h"
#include "base/text.h"
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
	for (unsigned i = 0; i < r->nr; i++)
		free(r->complaints[i].text);
	free(r->file);
	free(r->complaints);
	*r = (struct config_report){ 0 };
}

/* The terminal that shows this may take control characters for commands. */
static void make_printable(char *text)
{
	for (unsigned char *c = (unsigned char *)text; *c; c++) {
		if (iscntrl(*c))
			*c = '?';
	}
}

/* The array has its full size from the first complaint on: a hostile file cannot make it grow. */
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
	char text[REPORT_TEXT_MAX], *copy;
	struct config_complaint *c;
	va_list ap;

	if (severity == CONFIG_ERROR)
		r->nr_errors++;
	else
		r->nr_warnings++;
	if (r->nr == REPORT_MAX)
		return;
	va_start(ap, fmt);
	text_set_va(text, sizeof(text), fmt, ap);
	va_end(ap);
	make_printable(text);
	copy = strdup(text);
	c = copy ? next_complaint(r) : NULL;
	if (c)
		*c = (struct config_complaint){ severity, position, copy };
	else
		free(copy);
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
	char line[REPORT_TEXT_MAX + PATH_MAX];
	unsigned lost = r->nr_errors + r->nr_warnings - r->nr;

	for (unsigned i = 0; config_report_line(r, i, line, sizeof(line)); i++)
		fprintf(f, "%s\n", line);
	if (lost > 0)
		fprintf(f, "%s: %u more like these; mend the ones above first\n", r->file, lost);
}
