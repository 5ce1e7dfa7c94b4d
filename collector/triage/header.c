/* SPDX-License-Identifier: GPL-2.0-or-later */
/* header.c - which lines begin the kernel's messages about problems (headers.def, follows.def) */
#include "triage/header.h"

#include <string.h>

static const struct header_row headers[] = {
#define HEADER(pattern, where, weight, example) { pattern, WHERE_##where, WEIGHT_##weight },
#include "triage/headers.def"
#undef HEADER
};

/* The text of panic() if an earlier event is the reason. */
static const char *const follows[] = {
#define FOLLOWS(pattern) pattern,
#include "triage/follows.def"
#undef FOLLOWS
};

/* Does text begin with the pattern? It has at most one '*'. */
static bool fits(const char *pattern, const char *text)
{
	const char *star = strchr(pattern, '*');

	if (!star)
		return line_starts(text, pattern);
	return strncmp(text, pattern, (size_t)(star - pattern)) == 0 &&
	       strstr(text + (star - pattern), star + 1) != NULL;
}

const char *header_bare(const char *text)
{
	return text + strspn(text, " [*=");
}

static const struct header_row *find_row(const char *text)
{
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (fits(headers[i].pattern, text))
			return &headers[i];
	return NULL;
}

/* An oops whose first line stands behind what another CPU was printing. */
static const struct header_row *find_broken(struct triage_line *l)
{
	static const char *const strong[] = {
		"general protection fault: ", "general protection fault, ",
		"BUG: unable to handle ", "divide error: ", PANIC_TEXT
	};

	for (size_t i = 0; i < sizeof(strong) / sizeof(strong[0]); i++) {
		const char *at = strstr(l->text, strong[i]);

		if (at && at > l->text) {
			memmove(l->text, at, strlen(at) + 1);
			return find_row(l->text);
		}
	}
	return NULL;
}

const struct header_row *header_find(struct triage_line *l)
{
	/* lockdep and slub put "[ ", "=== " or "*** " in front of theirs. */
	const char *text = header_bare(l->text);
	const struct header_row *h = find_row(l->text);

	if (h)
		return h;
	h = find_row(text);
	if (!h)
		return find_broken(l);
	memmove(l->text, text, strlen(text) + 1);
	return h;
}

bool header_follows(const char *panic)
{
	for (size_t i = 0; i < sizeof(follows) / sizeof(follows[0]); i++)
		if (fits(follows[i], panic))
			return true;
	return false;
}
