/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * failsafe_child.h - the failsafe's two processes, which do for it what could block
 *
 *     keeper   opens hardware watchdogs, and kicks them as long as it is told to
 *     syncer   waits; told once, it logs why the machine is reset, and syncs
 *
 * A driver that blocks in open(2) or ioctl(2), or a disk that blocks sync(2), stops its process
 * only. The failsafe writes to them without waiting, and never reads.
 */
#ifndef INITRAMFS_CAPTURE_FAILSAFE_CHILD_H
#define INITRAMFS_CAPTURE_FAILSAFE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/* What a keeper is told, a byte each. Without any, and at the end of the pipe, it kicks nothing. */
#define KEEPER_KICK   'k'
#define KEEPER_LEAVE  'l' /* go; the watchdogs stay on */
#define KEEPER_DISARM 'd' /* stop the watchdogs where their drivers allow it, and go */

struct failsafe_child {
	pid_t pid; /* -1: it could not be started */
	int fd;	   /* writing never blocks; close-on-exec; -1 */
};

/* not_ours: descriptors of the failsafe that the process must not hold, -1 at the end. */
void keeper_start(const char *root, const int *not_ours, struct failsafe_child *out);
void syncer_start(const int *not_ours, struct failsafe_child *out);

/* Tell the keeper; false if it takes no more: it hangs. */
bool keeper_tell(const struct failsafe_child *keeper, char what);

/* Tell the syncer why: "nothing has moved for too long". At most 200 bytes. */
void syncer_tell(const struct failsafe_child *syncer, const char *why);

/* Until it ends, at most ms. */
void failsafe_child_wait(const struct failsafe_child *c, unsigned ms);

#endif
