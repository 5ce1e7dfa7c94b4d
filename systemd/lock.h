/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lock.h - one kdumpctl at a time changes what is built or loaded */
#ifndef SYSTEMD_LOCK_H
#define SYSTEMD_LOCK_H

#define LOCK_FILE    "/run/lock/kdump"
#define LOCK_SECONDS 300

/*
 * Take the lock; waits for another one, at most LOCK_SECONDS, and says so once.
 * A descriptor; the lock goes with it, even when we are killed. -ETIMEDOUT.
 */
int lock_take(const char *root);

void lock_release(int fd);

#endif
