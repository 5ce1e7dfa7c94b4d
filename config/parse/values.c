/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * values.c - text to numbers and lists
 *
 * strtoul() and its kin take signs, blanks and what fits of the rest; all of these are
 * mistakes here, so digits are counted first.
 */
#include "config/parse/values.h"

#include "base/duration.h"
#include "base/util.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_LAST (7u * 24 * 3600)

static const char *const empty_list[] = { NULL };

/* The digits text begins with; 0 if there are none or too many for any sense. */
static size_t read_digits(const char *text, uint64_t *out)
{
	size_t len = strspn(text, "0123456789");

	if (len == 0 || len > 18)
		return 0;
	*out = strtoull(text, NULL, 10);
	return len;
}

bool config_read_count(const char *text, unsigned last, unsigned *out)
{
	uint64_t v;
	size_t len = read_digits(text, &v);

	if (len == 0 || text[len] || v > last)
		return false;
	*out = (unsigned)v;
	return true;
}

static bool is_size_tail(const char *text)
{
	return !*text || strcmp(text, "B") == 0 || strcmp(text, "iB") == 0;
}

bool config_read_size(const char *text, uint64_t *out)
{
	static const char units[] = "KMGT";
	unsigned shift = 0;
	uint64_t v;
	size_t len = read_digits(text, &v);
	const char *unit, *tail = text + len;

	if (len == 0)
		return false;
	unit = *tail ? strchr(units, *tail == 'k' ? 'K' : *tail) : NULL;
	if (unit) {
		shift = 10 * (unsigned)(unit - units + 1);
		tail++;
	}
	if ((*tail && !unit) || !is_size_tail(tail) || v > UINT64_MAX >> (shift + 1))
		return false;
	*out = v << shift;
	return true;
}

bool config_read_seconds(const char *text, unsigned *out)
{
	uint64_t v;

	if (!duration_parse(text, &v) || v > SECONDS_LAST)
		return false;
	*out = (unsigned)v;
	return true;
}

/*
 * Copy one word to *to and step over it. A quote that is never closed reaches to the
 * end: messages show the result.
 */
static const char *take_word(const char *from, bool quoted, char **to)
{
	char quote = 0;

	for (; *from && (quote || (*from != ' ' && *from != '\t')); from++) {
		if (quoted && quote == *from)
			quote = 0;
		else if (quoted && !quote && (*from == '"' || *from == '\''))
			quote = *from;
		else if (quoted && *from == '\\' && quote != '\'' && from[1])
			*(*to)++ = *++from;
		else
			*(*to)++ = *from;
	}
	*(*to)++ = '\0';
	return from;
}

/* Each part is followed by a blank or the end, so there is at most one for two characters. */
const char *const *config_split(struct config_text *t, const char *value, bool quoted)
{
	size_t len = strlen(value), nr = 0;
	const char **list = config_text_alloc(t, (len / 2 + 2) * sizeof(*list));
	char *to = config_text_alloc(t, len + 2);

	if (!list || !to)
		return empty_list;
	while (*(value += strspn(value, " \t"))) {
		list[nr++] = to;
		value = take_word(value, quoted, &to);
	}
	return list;
}

bool config_is_module(const char *text)
{
	for (const char *c = text; *c; c++) {
		if (!isalnum((unsigned char)*c) && *c != '_' && (*c != '-' || c == text))
			return false;
	}
	return *text;
}

bool config_is_v6(const char *text, size_t len)
{
	char copy[INET6_ADDRSTRLEN + 20];
	struct in6_addr addr;

	snprintf(copy, sizeof(copy), "%.*s", (int)len, text);
	copy[strcspn(copy, "%")] = '\0'; /* fe80::1%eth0 */
	return len < sizeof(copy) && inet_pton(AF_INET6, copy, &addr) == 1;
}

bool config_is_host(const char *text, size_t len)
{
	if (len == 0 || len > 255 || text[0] == '-')
		return false;
	if (memchr(text, ':', len))
		return config_is_v6(text, len);
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)text[i]) && !strchr("-._", text[i]))
			return false;
	}
	return true;
}
