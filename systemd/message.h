/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * message.h - messages of kdumpctl: to people, the journal and systemd
 *
 * Lines for people begin with "kdump: ", as other programs expect. Under systemd the same lines go
 * to the journal, and "systemctl status" shows the last message_status(). What monitors look for is
 * logged as an event with a MESSAGE_ID.
 */
#ifndef SYSTEMD_MESSAGE_H
#define SYSTEMD_MESSAGE_H

#include "base/err.h"

/* Size of a message that is kept: an error, and another path with the words around it. */
#define MESSAGE_MAX (ERR_MESSAGE_MAX + PATH_MAX)

/* One line each, without newline. Info goes to standard output, the others to standard error. */
void message_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void message_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2), cold));
void message_error(const char *fmt, ...) __attribute__((format(printf, 1, 2), cold));

/* Send info to standard error: standard output is for JSON. */
void message_info_to_stderr(void);

/* Print only warnings and errors. */
void message_quiet(void);

/* Set the status text of the service and report that it is still running. */
void message_status(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Tell systemd that the next step may take this many seconds, so that it does not time out. */
void message_busy(unsigned seconds);

/* Tell systemd that the service is up. */
void message_ready(void);

enum message_id {
	MESSAGE_ARMED,	     /* a capture kernel is loaded */
	MESSAGE_NOT_ARMED,   /* the machine is not armed, and why */
	MESSAGE_CRASHED,     /* a dump of a crash was found that was not reported yet */
	MESSAGE_STILL_ARMED, /* a new configuration was rejected, the old one is still loaded; and
				why */
	MESSAGE_LOST,	     /* a boot did not end properly and left no dump, and why */
	MESSAGE_TESTED,	     /* result of kdumpctl test --crash */
};

/*
 * Log an event to the journal. fields: up to 16 "KEY=value" strings and a NULL, or NULL. The text
 * is also printed.
 */
void message_event(enum message_id id, const char *const *fields, const char *text);

/* Write text to the terminals of all users. */
void message_wall(const char *text);

#endif
