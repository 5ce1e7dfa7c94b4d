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
 * Open what is there: /dev/watchdog0 and on. One that ran already (the crashed system
 * fed it) goes on with the time it has; opening starts the others. May be called
 * again when modules were loaded since: kick does that by itself.
 */
void watchdogs_open(const char *root, struct watchdogs *out);

/* To be called every second. */
void watchdogs_kick(struct watchdogs *w);

/* disarm: stop them, where the driver allows it (nowayout); says which ones go on. */
void watchdogs_close(struct watchdogs *w, bool disarm);

#endif
