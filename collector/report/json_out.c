/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_out.c - write JSON; commas are added automatically */
#include "report/json_out.h"

#include "base/json.h"

#include <assert.h>
#include <inttypes.h>

static void push(struct json *j, char open)
{
	assert(j->depth < JSON_DEPTH);
	fputc(open, j->f);
	j->comma[j->depth] = false;
	j->close[j->depth++] = open == '{' ? '}' : ']';
}

static void member(struct json *j, const char *key)
{
	bool *comma = &j->comma[j->depth - 1];

	if (*comma)
		fputc(',', j->f);
	*comma = true;
	if (key) {
		json_string(j->f, key);
		fputc(':', j->f);
	}
}

void json_begin(struct json *j, FILE *f, char open)
{
	*j = (struct json){ .f = f };
	push(j, open);
}

void json_object(struct json *j, const char *key)
{
	member(j, key);
	push(j, '{');
}

void json_list(struct json *j, const char *key)
{
	member(j, key);
	push(j, '[');
}

void json_end(struct json *j)
{
	assert(j->depth > 0);
	fputc(j->close[--j->depth], j->f);
}

void json_text(struct json *j, const char *key, const char *text)
{
	member(j, key);
	json_string(j->f, text);
}

void json_number(struct json *j, const char *key, int64_t n)
{
	member(j, key);
	fprintf(j->f, "%" PRId64, n);
}

void json_unsigned(struct json *j, const char *key, uint64_t n)
{
	member(j, key);
	fprintf(j->f, "%" PRIu64, n);
}

void json_bool(struct json *j, const char *key, bool yes)
{
	member(j, key);
	fputs(yes ? "true" : "false", j->f);
}

void json_address(struct json *j, const char *key, uint64_t va)
{
	member(j, key);
	fprintf(j->f, "\"%#" PRIx64 "\"", va);
}
