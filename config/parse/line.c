/* SPDX-License-Identifier: GPL-2.0-or-later */
/* line.c - a line found again, and where a piece of its value stands */
#include "config/parse/lines.h"
#include "config/parse/value.h"

#include <string.h>

struct config_position config_position_of(const struct line_value *v, const char *part)
{
	struct config_position position = v->line->value_position;

	position.column += (unsigned)(part - v->value);
	return position;
}

/* The last one counts, as in the shell code that read these files before. */
const struct config_line *config_line_find(const struct config *c, const char *key)
{
	for (unsigned i = c->text ? c->text->nr : 0; i > 0; i--) {
		if (strcmp(c->text->lines[i - 1].key, key) == 0)
			return &c->text->lines[i - 1];
	}
	return NULL;
}
