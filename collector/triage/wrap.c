/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wrap.c - put lines together that a terminal or a mail program broke at its width */
#include "triage/wrap.h"

#include <string.h>

#define TERMINAL    80 /* the width that needs no time stamps to be believed */
#define WIDTH_LEAST 60 /* a longest line of fewer bytes was not broken */
#define WIDTH_MOST  250
#define FULL_LEAST  3 /* so many lines are of the full width, and none is longer */

static size_t line_len(const char *at, const char *end)
{
	const char *stop = memchr(at, '\n', (size_t)(end - at));
	size_t n = stop ? (size_t)(stop - at) : (size_t)(end - at);

	return n > 0 && at[n - 1] == '\r' ? n - 1 : n;
}

static const char *behind_line(const char *at, const char *end)
{
	const char *stop = memchr(at, '\n', (size_t)(end - at));

	return stop ? stop + 1 : end;
}

static bool has_time(const char *at, size_t len)
{
	struct triage_line l;

	triage_line(at, len, &l);
	return l.clock != CLOCK_NONE;
}

void wrap_begin(struct wrapped *w, const char *text, size_t len)
{
	const char *end = text + len;
	size_t longest = 0, full = 0, lines = 0, times = 0;

	*w = (struct wrapped){ .at = text, .end = end };
	for (const char *at = text; at < end; at = behind_line(at, end)) {
		size_t n = line_len(at, end);

		full = n > longest ? 1 : full + (n == longest);
		longest = n > longest ? n : longest;
		if (longest > WIDTH_MOST)
			return;
		lines++;
		times += has_time(at, n);
	}
	w->stamped = times * 3 > lines;
	if (full >= FULL_LEAST && longest >= WIDTH_LEAST && (w->stamped || longest == TERMINAL))
		w->width = longest;
}

/* Was the line broken, so that the next one is the rest of it? */
static bool goes_on(const struct wrapped *w, size_t len)
{
	size_t next = w->at < w->end ? line_len(w->at, w->end) : 0;

	return len == w->width && next > 0 && !(w->stamped && has_time(w->at, next));
}

const char *wrap_next(struct wrapped *w, size_t *len)
{
	const char *from = w->at;
	size_t n, all = 0;

	if (w->at >= w->end)
		return NULL;
	n = *len = line_len(from, w->end);
	w->at = behind_line(from, w->end);
	if (!w->width || !goes_on(w, n))
		return from;
	for (;;) {
		size_t space = sizeof(w->line) - all, part = n < space ? n : space;

		memcpy(w->line + all, from, part);
		all += part;
		if (!goes_on(w, n))
			break;
		from = w->at;
		n = line_len(from, w->end);
		w->at = behind_line(from, w->end);
	}
	*len = all;
	return w->line;
}
