/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_reader.c - step through the text, and collect the bytes of a value */
#include "config/sysconfig/shell_reader.h"

#include <ctype.h>
#include <string.h>

void shell_step(struct shell_reader *r)
{
	if (shell_peek(r) == '\n') {
		r->line++;
		r->line_start = r->at + 1;
	}
	if (r->at < r->end)
		r->at++;
}

void shell_put(struct shell_reader *r, char c, const char *at)
{
	if (r->len == SHELL_VALUE_MAX) {
		shell_bad(r, shell_here(r), "the value is longer than %d KiB; shorten it",
			  SHELL_VALUE_MAX >> 10);
		return;
	}
	if (r->origin)
		r->origin[r->len] = at;
	r->value[r->len++] = c;
}

void shell_put_text(struct shell_reader *r, const char *text)
{
	while (*text && !r->bad)
		shell_put(r, *text++, NULL);
}

bool shell_is_name_start(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

size_t shell_name_length(const struct shell_reader *r)
{
	const char *c = r->at;

	if (c < r->end && shell_is_name_start(*c)) {
		while (c < r->end && (isalnum((unsigned char)*c) || *c == '_'))
			c++;
	}
	return (size_t)(c - r->at);
}
