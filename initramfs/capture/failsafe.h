/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * failsafe.h - the last resort: a process of its own that reboots when nothing moves
 *
 *     failsafe_start -> failsafe_feed ... -> failsafe_end
 *
 * It sleeps in locked memory, holds everything it needs open, and the OOM killer does
 * not take it. When it is not fed in time it has another process sync for some seconds and
 * resets the machine: by sysrq-b, whose file was opened at the start, and reboot(2) behind that.
 * As long as it is fed, a third process (failsafe_child.h) keeps hardware watchdogs alive, so that
 * the machine is reset even if the kernel itself stands still. It does nothing that can block.
 */
#ifndef INITRAMFS_CAPTURE_FAILSAFE_H
#define INITRAMFS_CAPTURE_FAILSAFE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define FAILSAFE_NEVER UINT32_MAX

struct failsafe_cfg {
	const char *root; /* "" or a test's "/" */
	bool real;	  /* reset the machine; else: kill the process that started it */
	bool watchdogs;	  /* open and keep alive what is below root/dev */
	unsigned total;	  /* seconds for everything, whatever is fed; 0: no limit */
};

struct failsafe {
	int fd; /* -1: there is none */
	pid_t pid;
};

/* Fed for the first seconds. One that cannot be started is logged, and the capture goes on. */
void failsafe_start(const struct failsafe_cfg *cfg, unsigned seconds, struct failsafe *out);

/* Reset unless fed again within seconds from now. FAILSAFE_NEVER: wait for ever. */
void failsafe_feed(struct failsafe *g, unsigned seconds);

/* Seconds a phase may take, and time for what comes on top; 0 is no limit. */
void failsafe_feed_limit(struct failsafe *g, unsigned limit);

/*
 * It goes away. Watchdogs are stopped if disarm is set and they can be (nowayout); else
 * they go on, to catch a reboot that hangs.
 */
void failsafe_end(struct failsafe *g, bool disarm);

#endif
