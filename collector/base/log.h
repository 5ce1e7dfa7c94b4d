/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * log.h - messages for the user
 *
 * Kinds are the bits of makedumpfile's --message-level. Library code reports failures by its
 * return value (err.h); it logs only problems that do not stop it: a missing fact, a skipped
 * section.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdio.h>

enum log_kind {
	LOG_PROGRESS = 1, /* stderr */
	LOG_COMMON = 2,	  /* stdout, or stderr once the dump goes to stdout */
	LOG_ERROR = 4,	  /* stderr; warnings too */
	LOG_DEBUG = 8,	  /* as LOG_COMMON */
	LOG_REPORT = 16,  /* as LOG_COMMON */
};

/* mask: which kinds are shown. stdout_taken: nothing goes to stdout. Before threads start. */
void log_setup(unsigned mask, bool stdout_taken);

/* Is this kind shown? Any thread. */
bool log_shows(enum log_kind kind);

/* Where a kind goes, for code that formats a block of its own. */
FILE *log_stream(enum log_kind kind);

/* One line; the newline is added. Nothing if the kind is not shown. */
void log_msg(enum log_kind kind, const char *fmt, ...) __attribute__((format(printf, 2, 3), cold));

/*
 * Called with each line before it is printed, and with those that are not shown; NULL: nobody.
 * It runs on the thread that logs, without a lock, and must not log. There is one watcher, set
 * before threads start. Scanners and packers never log, so for kdump-collect this is always its
 * main thread.
 */
typedef void log_seen(void *arg, enum log_kind kind, const char *line);
void log_watch(log_seen *seen, void *arg);

#endif
