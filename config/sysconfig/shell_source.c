/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_source.c - assignments with the place of each byte of their values */
#include "config/sysconfig/shell_source.h"

#include "base/err.h"
#include "config/sysconfig/shell_impl.h"

#include <stdlib.h>
#include <string.h>

void shell_note_other(struct shell_reader *r, unsigned line)
{
	if (!r->source->other_line)
		r->source->other_line = line;
}

/* What the value's bytes are and where they came from; r->bad: there is no value. */
static bool keep_value(const struct shell_reader *r, struct shell_assignment *a)
{
	if (r->bad)
		return true;
	a->value = strndup(r->value, r->len);
	a->from = calloc(r->len + 1, sizeof(*a->from));
	if (!a->value || !a->from)
		return false;
	a->len = r->len;
	for (size_t i = 0; i < r->len; i++)
		a->from[i] = r->origin[i] ? (size_t)(r->origin[i] - r->text) : SHELL_FROM_VARIABLE;
	return true;
}

void shell_note_assignment(struct shell_reader *r, const char *name, size_t len, const char *from)
{
	struct shell_source *s = r->source;
	struct shell_assignment *a;

	if (s->nr == s->capacity) {
		size_t capacity = s->capacity ? 2 * s->capacity : 16;

		a = realloc(s->list, capacity * sizeof(*a));
		if (!a) {
			r->no_memory = true;
			return;
		}
		s->list = a;
		s->capacity = capacity;
	}
	a = &s->list[s->nr++];
	*a = (struct shell_assignment){
		.name = strndup(name, len),
		.at = (size_t)(from - r->text),
		.end = (size_t)(r->at - r->text),
	};
	if (!a->name || !keep_value(r, a))
		r->no_memory = true;
}

int shell_source_read(const char *text, size_t len, struct shell_source *out)
{
	struct config_report report = { 0 };
	struct shell_vars vars = { 0 };
	struct shell_reader r = shell_reader_at(text, len, &report, &vars);

	r.source = out;
	r.origin = malloc(SHELL_VALUE_MAX * sizeof(*r.origin));
	*out = (struct shell_source){ 0 };
	if (config_report_init(&report, "") < 0 || !r.value || !r.origin)
		r.no_memory = true;
	else
		shell_read_all(&r);
	if (r.end < text + len)
		shell_note_other(&r, r.line);
	shell_vars_free(&vars);
	config_report_fini(&report);
	free(r.value);
	free(r.origin);
	return r.no_memory ? fail(-ENOMEM, "read shell assignments") : 0;
}

void shell_source_free(struct shell_source *s)
{
	for (size_t i = 0; i < s->nr; i++) {
		free(s->list[i].name);
		free(s->list[i].value);
		free(s->list[i].from);
	}
	free(s->list);
	*s = (struct shell_source){ 0 };
}

const struct shell_assignment *shell_source_find(const struct shell_source *s, const char *name)
{
	for (size_t i = s->nr; i-- > 0;) {
		if (strcmp(s->list[i].name, name) == 0)
			return &s->list[i];
	}
	return NULL;
}
