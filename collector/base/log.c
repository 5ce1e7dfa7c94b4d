/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log.c - messages by kind, to stdout or stderr */
#include "base/log.h"
#include "base/printable.h"

#include <limits.h>
#include <stdarg.h>

#define LINE_MAX_LEN (2 * PATH_MAX + 1024) /* two paths, or an error message about one */

static struct {
	unsigned mask;
	bool stdout_taken;
	log_seen *seen;
	void *seen_arg;
} log_level = { .mask = LOG_PROGRESS | LOG_COMMON | LOG_ERROR };

void log_setup(unsigned mask, bool stdout_taken)
{
	log_level.mask = mask;
	log_level.stdout_taken = stdout_taken;
}

void log_watch(log_seen *seen, void *arg)
{
	log_level.seen = seen;
	log_level.seen_arg = arg;
}

bool log_shows(enum log_kind kind)
{
	return (log_level.mask & kind) != 0;
}

FILE *log_stream(enum log_kind kind)
{
	if (kind == LOG_PROGRESS || kind == LOG_ERROR || log_level.stdout_taken)
		return stderr;
	return stdout;
}

void log_msg(enum log_kind kind, const char *fmt, ...)
{
	char line[LINE_MAX_LEN];
	va_list ap;

	if (!log_shows(kind) && !log_level.seen)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	printable(line, line, sizeof(line)); /* names and texts come from dumps and directories */
	if (log_level.seen)
		log_level.seen(log_level.seen_arg, kind, line);
	if (!log_shows(kind))
		return;
	/* One call, so that lines of several threads do not mix. */
	fprintf(log_stream(kind), "%s\n", line);
	fflush(log_stream(kind));
}
