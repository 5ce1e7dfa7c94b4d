/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_note.c - note the position of each assignment, for programs that edit the file */
#include "config/sysconfig/shell_reader.h"

#include <stdlib.h>
#include <string.h>

void shell_note_other(struct shell_reader *r, unsigned line)
{
	if (!r->source->other_line)
		r->source->other_line = line;
}

/* Keep the value's bytes and where each came from; r->bad: there is no value. */
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
