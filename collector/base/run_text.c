/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_text.c - a program's output: kept within a bound, and read for a message */
#include "base/run_impl.h"

#include "base/err.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 16384

static bool grow(struct run_text *t, size_t len)
{
	char *grown = realloc(t->data, len + 1);

	if (grown)
		t->data = grown;
	return grown;
}

/* Without memory for it, output is dropped and counted like any that is too much. */
static void keep(struct run_pipe *p, const char *data, size_t len)
{
	struct run_text *t = p->text;
	size_t take = len < p->max - t->len ? len : p->max - t->len;

	if (p->keep_end && take < len) {
		size_t skip = len > p->max ? len - p->max : 0;
		size_t gone = t->len + (len - skip) - p->max;

		memmove(t->data, t->data + gone, t->len - gone);
		t->len -= gone;
		t->dropped += gone + skip;
		data += skip;
		len -= skip;
		take = len;
	}
	if (!grow(t, t->len + take))
		take = 0;
	t->dropped += len - take;
	if (take == 0)
		return;
	memcpy(t->data + t->len, data, take);
	t->len += take;
	t->data[t->len] = '\0';
}

/* A bounded share at a time: one that never stops writing must not hide the deadline. */
void run_pipe_read(struct run_pipe *p)
{
	char chunk[CHUNK];
	ssize_t n;

	if (p->fd < 0)
		return;
	n = read(p->fd, chunk, sizeof(chunk));
	if (n > 0) {
		keep(p, chunk, (size_t)n);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		close(p->fd);
		p->fd = -1;
	}
}

/* The line's bytes, without white space around them, into buf; false: it has none. */
static bool take_line(const char *line, size_t len, char buf[RUN_LINE_MAX])
{
	while (len > 0 && isspace((unsigned char)line[len - 1]))
		len--;
	while (len > 0 && isspace((unsigned char)*line)) {
		line++;
		len--;
	}
	if (len == 0)
		return false;
	snprintf(buf, RUN_LINE_MAX, "%.*s", (int)(len < RUN_LINE_MAX ? len : RUN_LINE_MAX), line);
	return true;
}

static const char *find_line(const struct run_text *t, bool first, char buf[RUN_LINE_MAX])
{
	const char *at = t->data, *end = t->data + t->len;

	buf[0] = '\0';
	while (at && at < end) {
		size_t len = strcspn(at, "\r\n");

		if (take_line(at, len, buf) && first)
			break;
		at += len + 1; /* behind a NUL byte, too */
	}
	return buf;
}

const char *run_first_line(const struct run_text *text, char buf[RUN_LINE_MAX])
{
	return find_line(text, true, buf);
}

const char *run_last_line(const struct run_text *text, char buf[RUN_LINE_MAX])
{
	return find_line(text, false, buf);
}

/* How it ended. */
static const char *manner(const struct run_result *r, char buf[RUN_LINE_MAX])
{
	if (r->signal)
		snprintf(buf, RUN_LINE_MAX, "killed by signal %d (%s)", r->signal,
			 strsignal(r->signal));
	else
		snprintf(buf, RUN_LINE_MAX, "exit status %d", r->exit_code);
	return buf;
}

static const char *last_line(const struct run_result *r, char buf[RUN_LINE_MAX])
{
	return *run_last_line(&r->err, buf) ? buf : run_last_line(&r->out, buf);
}

const char *run_reason(const struct run_result *r, char buf[RUN_LINE_MAX])
{
	if (*last_line(r, buf))
		return buf;
	manner(r, buf);
	strcat(buf, ", without a message");
	return buf;
}

int run_check(const char *name, const struct run_result *r)
{
	char line[RUN_LINE_MAX], how[RUN_LINE_MAX];

	if (r->exit_code == 0)
		return 0;
	manner(r, how);
	last_line(r, line);
	return fail_set(-EIO, "%s: %s%s%s", name, how, *line ? ": " : "", line);
}
