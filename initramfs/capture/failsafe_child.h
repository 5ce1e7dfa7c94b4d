/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * failsafe_child.h - two processes that make the failsafe's calls that could block
 *
 *     keeper   opens hardware watchdogs, and kicks them when it gets an order
 *     syncer   waits for one message, logs why the machine is reset, and syncs
 *
 * A driver that blocks in open(2) or ioctl(2), or a disk that blocks sync(2), stops its process
 * only. The failsafe writes to them without waiting, and never reads.
 */
#ifndef INITRAMFS_CAPTURE_FAILSAFE_CHILD_H
#define INITRAMFS_CAPTURE_FAILSAFE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Orders to the keeper, one byte each. Without an order, and at the end of the pipe, it does not
 * kick.
 */
#define KEEPER_KICK	'k'
#define KEEPER_LEAVE	'l' /* end; the watchdogs keep running */
#define KEEPER_DISARM	'd' /* stop the watchdogs if their drivers allow it, and end */

#define SYNCER_TEXT_MAX 200

struct failsafe_child {
	pid_t pid; /* -1: it could not be started */
	int fd;	   /* writing never blocks; close-on-exec; -1: none */
};

/* not_ours: descriptors of the failsafe that the process must close; ends with -1. */
void keeper_start(const char *root, const int *not_ours, struct failsafe_child *out);
void syncer_start(const int *not_ours, struct failsafe_child *out);

/* Send an order to the keeper; false if its pipe is full, because it hangs. */
bool keeper_send(const struct failsafe_child *keeper, char what);

/* Send the reason ("nothing has moved for too long") to the syncer. At most SYNCER_TEXT_MAX bytes.
 */
void syncer_send(const struct failsafe_child *syncer, const char *why);

/* Wait until it ends, at most ms milliseconds. */
void failsafe_child_wait(const struct failsafe_child *c, unsigned ms);

#endif
