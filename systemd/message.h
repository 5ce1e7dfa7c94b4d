/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * message.h - what kdumpctl says, and to whom
 *
 * Lines for people begin with "kdump: ", as other programs expect. Under systemd
 * the same lines are in the journal, and "systemctl status" shows the last
 * message_status(). What a monitor wants to find is an event with a MESSAGE_ID.
 */
#ifndef SYSTEMD_MESSAGE_H
#define SYSTEMD_MESSAGE_H

/* One line each, without its end. Info goes to standard output, the others to standard error. */
void message_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void message_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2), cold));
void message_error(const char *fmt, ...) __attribute__((format(printf, 1, 2), cold));

/* Info goes to standard error: standard output carries JSON. */
void message_info_to_stderr(void);

/* Nothing below a warning. */
void message_quiet(void);

/* The status text of the service, and that it is still at work. */
void message_status(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The service will take so long for its next step: not to be given up before. */
void message_busy(unsigned seconds);

/* The service is up. */
void message_ready(void);

enum message_id {
	MESSAGE_ARMED,	     /* a capture kernel is loaded */
	MESSAGE_NOT_ARMED,   /* and why not */
	MESSAGE_CRASHED,     /* a dump of a crash was found that nobody was told of yet */
	MESSAGE_STILL_ARMED, /* a new configuration was not taken, the old one holds; and why */
	MESSAGE_LOST,	     /* a boot did not end properly and left no dump, and why */
	MESSAGE_TESTED,	     /* verdict of kdumpctl test --crash */
};

/*
 * Put an event into the journal. fields: up to 8 "KEY=value" strings, ends with
 * NULL, or NULL. The text is told to people too.
 */
void message_event(enum message_id id, const char *const *fields, const char *text);

/* To everybody who is logged in. */
void message_wall(const char *text);

/* The MESSAGE_ID as text, for documentation and tests. */
const char *message_id_text(enum message_id id);

#endif
