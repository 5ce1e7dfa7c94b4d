/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watchdog.c - hardware watchdogs */
#include "initramfs/capture/watchdog.h"

#include "base/duration.h"
#include "initramfs/capture/console.h"

#include <fcntl.h>
#include <linux/watchdog.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_SECONDS 60
#define LOOK_EVERY	5 /* kicks; drivers are loaded with the modules, one after the other */

static void adopt(struct watchdogs *w, int fd)
{
	int seconds = DEFAULT_SECONDS;
	char text[DURATION_MAX];

	/* If the timeout cannot be set, use the one it has. */
	if (ioctl(fd, WDIOC_SETTIMEOUT, &seconds) < 0 && ioctl(fd, WDIOC_GETTIMEOUT, &seconds) < 0)
		seconds = DEFAULT_SECONDS;
	if (seconds < 2)
		seconds = 2;
	w->fd[w->nr++] = fd;
	console_log("a hardware watchdog is used; its timeout is %s",
		    duration_text(text, (uint64_t)seconds));
}

static void look_at(struct watchdogs *w, const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%.200s/dev/%s", w->root, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0)
		adopt(w, fd);
}

/*
 * Watchdogs that are open already fail with EBUSY, and stay open; so does /dev/watchdog, if it is
 * one of those with a number. The timer of a BMC has this name only.
 */
static void look(struct watchdogs *w)
{
	char name[20];

	for (int i = 0; i < WATCHDOGS_MAX && w->nr < WATCHDOGS_MAX; i++) {
		snprintf(name, sizeof(name), "watchdog%d", i);
		look_at(w, name);
	}
	if (w->nr < WATCHDOGS_MAX)
		look_at(w, "watchdog");
}

void watchdogs_open(const char *root, struct watchdogs *out)
{
	*out = (struct watchdogs){ .root = root };
	look(out);
}

void watchdogs_kick(struct watchdogs *w)
{
	if (++w->kicks % LOOK_EVERY == 0)
		look(w);
	for (unsigned i = 0; i < w->nr; i++)
		(void)ioctl(w->fd[i], WDIOC_KEEPALIVE, 0);
}

void watchdogs_close(struct watchdogs *w, bool disarm)
{
	for (unsigned i = 0; i < w->nr; i++) {
		int off = WDIOS_DISABLECARD;

		if (disarm && ioctl(w->fd[i], WDIOC_SETOPTIONS, &off) < 0 &&
		    write(w->fd[i], "V", 1) != 1)
			console_log("a hardware watchdog cannot be stopped and will reset "
				    "the machine");
		close(w->fd[i]); /* without "V" it keeps running */
	}
	w->nr = 0;
}
