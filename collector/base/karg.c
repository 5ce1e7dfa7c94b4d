/* SPDX-License-Identifier: GPL-2.0-or-later */
/* karg.c - the words of a kernel command line, split as the kernel splits them */
#include "base/karg.h"

#include <stdio.h>
#include <string.h>

/* The kernel's isspace(): ASCII's, and the no-break space of Latin-1. */
static bool is_space(char c)
{
	return c && (strchr(" \t\n\v\f\r", c) || (unsigned char)c == 0xa0);
}

/* Where the word ends; *equals: its first '=' that is not its first character, or NULL. */
static const char *word_end(const char *word, const char **equals)
{
	bool quoted = *word == '"';
	const char *start = word + quoted, *c = start;

	*equals = NULL;
	for (; *c && (quoted || !is_space(*c)); c++) {
		if (*c == '=' && c > start && !*equals)
			*equals = c;
		if (*c == '"')
			quoted = !quoted;
	}
	return c;
}

/*
 *     name=value   name="a value"   "name=a value"   name=a" value"
 *
 * The last keeps its quotes.
 */
static void split(struct karg *k, const char *equals)
{
	const char *end = k->word + k->len;
	bool whole = *k->word == '"';

	k->name = k->word + whole;
	k->value = NULL;
	k->value_len = 0;
	if (equals) {
		bool quoted = equals + 1 < end && equals[1] == '"';

		k->value = equals + 1 + quoted;
		if (quoted && end > k->value && end[-1] == '"')
			end--;
	}
	if (whole && end > (k->value ? k->value : k->name) && end[-1] == '"')
		end--;
	if (k->value)
		k->value_len = (size_t)(end - k->value);
	k->name_len = (size_t)((equals ? equals : end) - k->name);
}

bool karg_next(const char **at, struct karg *out)
{
	const char *word = *at, *end, *equals;

	while (is_space(*word))
		word++;
	end = word_end(word, &equals);
	*at = end;
	*out = (struct karg){ .word = word, .len = (size_t)(end - word) };
	if (out->len == 0)
		return false;
	split(out, equals);
	return true;
}

bool karg_is_end(const struct karg *k)
{
	return !k->value && k->name_len == 2 && memcmp(k->name, "--", 2) == 0;
}

bool karg_same_name(const char *a, size_t a_len, const char *b, size_t b_len)
{
	if (a_len != b_len)
		return false;
	for (size_t i = 0; i < a_len; i++) {
		if ((a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i]))
			return false;
	}
	return true;
}

bool karg_is(const struct karg *k, const char *name)
{
	return karg_same_name(k->name, k->name_len, name, strlen(name));
}

bool karg_find(const char *line, const char *name, char *out, size_t size)
{
	bool found = false;
	struct karg k;

	while (karg_next(&line, &k) && !karg_is_end(&k)) {
		if (!karg_is(&k, name))
			continue;
		found = true;
		snprintf(out, size, "%.*s", (int)k.value_len, k.value ? k.value : "");
	}
	return found;
}

bool karg_has(const char *line, const char *name)
{
	char value[1];

	return karg_find(line, name, value, sizeof(value));
}
