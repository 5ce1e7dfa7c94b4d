/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_read.c - read JSON from memory, piece by piece, without a tree */
#include "base/json_read.h"

#include <string.h>

#define DEPTH_MAX 32

void json_read_init(struct json_reader *r, const char *text, size_t len)
{
	*r = (struct json_reader){ .at = text, .end = text + len };
}

static bool wrong(struct json_reader *r)
{
	r->bad = true;
	return false;
}

/* The next character that is no blank, which stays; 0: the end. */
static char peek(struct json_reader *r)
{
	while (!r->bad && r->at < r->end && strchr(" \t\r\n", *r->at) && *r->at)
		r->at++;
	return r->bad || r->at == r->end ? '\0' : *r->at;
}

static bool take(struct json_reader *r, char c)
{
	if (peek(r) != c || !c)
		return false;
	r->at++;
	return true;
}

bool json_next_is(struct json_reader *r, char c)
{
	return peek(r) == c && c;
}

bool json_enter(struct json_reader *r, char open)
{
	if (!take(r, open))
		return wrong(r);
	r->first = true;
	return true;
}

/* Before a member or an item: a comma, but for the first one. False: the end of them. */
static bool go_on(struct json_reader *r, char close)
{
	bool first = r->first;

	r->first = false;
	if (r->bad || take(r, close))
		return false;
	return first || take(r, ',') || wrong(r);
}

bool json_item(struct json_reader *r)
{
	return go_on(r, ']');
}

static bool hex4(struct json_reader *r, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++, r->at++) {
		const char *digits = "0123456789abcdef", *d;

		if (r->at == r->end || !*r->at)
			return false;
		d = strchr(digits, *r->at >= 'A' && *r->at <= 'F' ? *r->at + 'a' - 'A' : *r->at);
		if (!d)
			return false;
		*out = *out << 4 | (uint32_t)(d - digits);
	}
	return true;
}

static size_t put_utf8(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | c >> 12);
	out[1] = (char)(0x80 | (c >> 6 & 0x3f));
	out[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

/* What is behind a backslash: a count, 0 for a mistake. Halves of a surrogate pair are refused. */
static size_t escape(struct json_reader *r, char out[4])
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	uint32_t c;

	if (r->at == r->end || !*r->at)
		return 0;
	if (*r->at == 'u') {
		r->at++;
		return hex4(r, &c) && c && (c < 0xd800 || c > 0xdfff) ? put_utf8(c, out) : 0;
	}
	at = strchr(from, *r->at++);
	out[0] = at ? to[at - from] : '\0';
	return at != NULL;
}

/* A string; *len: of what it stands for, also where that does not fit and is cut. */
static void get_string(struct json_reader *r, char *out, size_t size, size_t *len)
{
	*len = 0;
	if (!take(r, '"')) {
		wrong(r);
		return;
	}
	while (r->at < r->end && *r->at != '"') {
		char c[4] = { *r->at++ };
		bool plain = c[0] != '\\';
		size_t n = plain ? (unsigned char)c[0] >= ' ' : escape(r, c);

		if (n == 0) {
			wrong(r);
			return;
		}
		for (size_t i = 0; i < n; i++, (*len)++)
			if (*len + 1 < size)
				out[*len] = c[i];
	}
	out[*len < size ? *len : size - 1] = '\0';
	if (r->at++ == r->end) {
		r->at = r->end;
		wrong(r);
	}
}

bool json_key(struct json_reader *r, char *out, size_t size)
{
	size_t len;

	out[0] = '\0';
	if (!go_on(r, '}'))
		return false;
	get_string(r, out, size, &len);
	return take(r, ':') || wrong(r);
}

static bool take_word(struct json_reader *r, const char *word)
{
	size_t len = strlen(word);

	if (!json_next_is(r, word[0]) || (size_t)(r->end - r->at) < len ||
	    memcmp(r->at, word, len) != 0)
		return false;
	r->at += len;
	return true;
}

void json_get_text(struct json_reader *r, char *out, size_t size)
{
	size_t len;

	out[0] = '\0';
	if (take_word(r, "null"))
		return;
	get_string(r, out, size, &len);
	if (len >= size)
		wrong(r);
	if (r->bad)
		out[0] = '\0';
}

const char *json_get_slice(struct json_reader *r, size_t *len)
{
	const char *from, *end;

	*len = 0;
	if (!take(r, '"')) {
		wrong(r);
		return "";
	}
	from = r->at;
	end = memchr(from, '"', (size_t)(r->end - from));
	if (!end || memchr(from, '\\', (size_t)(end - from))) {
		wrong(r);
		return "";
	}
	*len = (size_t)(end - from);
	r->at = end + 1;
	return from;
}

uint64_t json_get_u64(struct json_reader *r)
{
	uint64_t v = 0;
	bool any = false;

	peek(r);
	for (; !r->bad && r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++, any = true)
		if (__builtin_mul_overflow(v, (uint64_t)10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*r->at - '0'), &v))
			wrong(r);
	if (!any || (r->at < r->end && strchr(".eE", *r->at) && *r->at))
		wrong(r);
	return r->bad ? 0 : v;
}

static void skip_number(struct json_reader *r)
{
	const char *from = r->at;

	while (r->at < r->end && *r->at && strchr("+-.eE0123456789", *r->at))
		r->at++;
	if (r->at == from)
		wrong(r);
}

static void skip_value(struct json_reader *r, unsigned depth)
{
	char key[4];
	size_t len;

	if (depth > DEPTH_MAX) {
		wrong(r);
	} else if (json_next_is(r, '{')) {
		json_enter(r, '{');
		while (json_key(r, key, sizeof(key)))
			skip_value(r, depth + 1);
	} else if (json_next_is(r, '[')) {
		json_enter(r, '[');
		while (json_item(r))
			skip_value(r, depth + 1);
	} else if (json_next_is(r, '"')) {
		get_string(r, key, sizeof(key), &len);
	} else if (!take_word(r, "null") && !take_word(r, "true") && !take_word(r, "false")) {
		skip_number(r);
	}
}

void json_skip(struct json_reader *r)
{
	skip_value(r, 0);
	r->first = false;
}

bool json_done(struct json_reader *r)
{
	return peek(r) == '\0' && !r->bad && r->at == r->end;
}
