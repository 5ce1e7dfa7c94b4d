/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * failsafe.h - a process that resets the machine when the capture makes no progress
 *
 *     failsafe_start -> failsafe_feed ... -> failsafe_end
 *
 * The process sleeps in locked memory, has everything it needs open, and the OOM killer spares it.
 * If it is not fed in time, it lets another process sync for some seconds and then resets the
 * machine: by sysrq-b, whose file was opened at the start, and by reboot(2) if that fails. While it
 * is fed, a third process (failsafe_child.h) kicks the hardware watchdogs, so that the machine is
 * reset even if the kernel hangs. The failsafe itself makes no call that can block.
 */
#ifndef INITRAMFS_CAPTURE_FAILSAFE_H
#define INITRAMFS_CAPTURE_FAILSAFE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define FAILSAFE_NEVER UINT32_MAX

struct failsafe_cfg {
	const char *root; /* "", or the directory that a test uses as "/" */
	bool real;	  /* reset the machine; else kill the process that started this one */
	bool watchdogs;	  /* open and kick the watchdogs below root/dev */
	unsigned total;	  /* seconds until the reset, even if it is fed; 0: no limit */
};

struct failsafe {
	int fd; /* -1: there is none */
	pid_t pid;
};

/*
 * Start it, fed for the first seconds. If it cannot be started, that is logged and the capture goes
 * on.
 */
void failsafe_start(const struct failsafe_cfg *cfg, unsigned seconds, struct failsafe *out);

/*
 * Reset the machine unless fed again within this many seconds. FAILSAFE_NEVER: wait for ever.
 * doing: a string literal ("save the core"), for the message if that is what never ends.
 */
void failsafe_feed(struct failsafe *g, unsigned seconds, const char *doing);

/* Feed it for a phase of at most limit seconds and a margin. 0: no limit. */
void failsafe_feed_limit(struct failsafe *g, unsigned limit, const char *doing);

/*
 * End the process. With disarm, watchdogs are stopped if their driver allows it (nowayout); else
 * they keep running and catch a reboot that hangs.
 */
void failsafe_end(struct failsafe *g, bool disarm);

#endif
