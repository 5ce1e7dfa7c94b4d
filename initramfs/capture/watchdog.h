/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watchdog.h - hardware watchdogs; every call may block as long as their drivers do */
#ifndef CAPTURE_WATCHDOG_H
#define CAPTURE_WATCHDOG_H

#include <stdbool.h>

#define WATCHDOGS_MAX 4

struct watchdogs {
	int fd[WATCHDOGS_MAX];
	unsigned nr;
	const char *root;
	unsigned kicks; /* since the last look for them */
};

/*
 * Open the watchdogs that exist: /dev/watchdog0 and on, and /dev/watchdog. Opening starts those
 * that the crashed system did not run already. Kick searches again now and then, as modules may be
 * loaded later.
 */
void watchdogs_open(const char *root, struct watchdogs *out);

/* Call this every second. */
void watchdogs_kick(struct watchdogs *w);

/* disarm: stop them if the driver allows it (nowayout); one that keeps running is logged. */
void watchdogs_close(struct watchdogs *w, bool disarm);

#endif
