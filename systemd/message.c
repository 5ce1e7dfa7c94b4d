/* SPDX-License-Identifier: GPL-2.0-or-later */
/* message.c - messages of kdumpctl: to people, the journal and systemd */
#include "systemd/message.h"

#include "base/err.h"
#include "base/run.h"
#include "base/text.h"

#include "base/printable.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#define FIELDS_MAX 16

static struct {
	bool info_to_stderr;
	bool quiet;
} options;

/* Never change one: monitors rely on them. */
static const struct {
	const char *message_id;
	int priority;
} events[] = {
	[MESSAGE_ARMED] = { "3d3468935e9f408494ec1c39f49626ae", LOG_NOTICE },
	[MESSAGE_NOT_ARMED] = { "278ee4f98c5249b0b811e322d43d5a4e", LOG_ERR },
	[MESSAGE_STILL_ARMED] = { "a49af031a03d4261bf207ba071d910b1", LOG_ERR },
	[MESSAGE_CRASHED] = { "aaa14f89e93e4146a630b0b2c8191d63", LOG_CRIT },
	[MESSAGE_LOST] = { "6d0a3b5e0fa84dcb9a1f7c52e8b94d16", LOG_CRIT },
	[MESSAGE_TESTED] = { "e82b35948d8f4da8aafc14834d491d66", LOG_NOTICE },
};

static void line(FILE *f, const char *what, const char *fmt, va_list ap)
{
	char prefix[32];

	snprintf(prefix, sizeof(prefix), "kdump: %s", what);
	print_safe_va(f, prefix, fmt, ap);
	fflush(f);
}

void message_info(const char *fmt, ...)
{
	va_list ap;

	if (options.quiet)
		return;
	va_start(ap, fmt);
	line(options.info_to_stderr ? stderr : stdout, "", fmt, ap);
	va_end(ap);
}

void message_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(stderr, "WARNING: ", fmt, ap);
	va_end(ap);
}

void message_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(stderr, "", fmt, ap);
	va_end(ap);
}

void message_info_to_stderr(void)
{
	options.info_to_stderr = true;
}

void message_quiet(void)
{
	options.quiet = true;
}

void message_status(const char *fmt, ...)
{
	char text[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	text_set_va(text, sizeof(text), fmt, ap);
	va_end(ap);
	sd_notifyf(0, "STATUS=%s", text);
}

void message_busy(unsigned seconds)
{
	sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%llu", seconds * 1000000ull);
}

void message_ready(void)
{
	sd_notify(0, "READY=1");
}

static struct iovec field(const char *text)
{
	return (struct iovec){ .iov_base = (void *)text, .iov_len = strlen(text) };
}

/* false: there is no journal. */
static bool to_journal(enum message_id id, const char *const *fields, const char *text)
{
	char message[MESSAGE_MAX + sizeof("MESSAGE=")], message_id[64], priority[32];
	struct iovec iov[3 + FIELDS_MAX];
	int nr = 0;

	if (access("/run/systemd/journal/socket", F_OK) < 0)
		return false;
	text_set(message, sizeof(message), "MESSAGE=%s", text);
	snprintf(message_id, sizeof(message_id), "MESSAGE_ID=%s", events[id].message_id);
	snprintf(priority, sizeof(priority), "PRIORITY=%d", events[id].priority);
	iov[nr++] = field(message);
	iov[nr++] = field(message_id);
	iov[nr++] = field(priority);
	for (unsigned i = 0; fields && fields[i] && i < FIELDS_MAX; i++)
		iov[nr++] = field(fields[i]);
	return sd_journal_sendv(iov, nr) >= 0;
}

void message_event(enum message_id id, const char *const *fields, const char *text)
{
	/* In a service standard error is the journal already: do not log the text twice. */
	bool kept = to_journal(id, fields, text) && getenv("JOURNAL_STREAM");

	if (kept)
		return;
	if (events[id].priority <= LOG_ERR)
		message_error("%s", text);
	else
		message_info("%s", text);
}

void message_wall(const char *text)
{
	const char *const argv[] = { "wall", NULL };
	const struct run_cfg wall = {
		.argv = argv, .input = text, .input_len = strlen(text), .timeout_ms = 5 * 1000
	};

	/* A missing wall(1) is not a failure. */
	if (run_exists("wall") && run_must(&wall) < 0)
		fail_clear();
}
