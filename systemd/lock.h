/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lock.h - one kdumpctl at a time changes what is built or loaded */
#ifndef SYSTEMD_LOCK_H
#define SYSTEMD_LOCK_H

#define LOCK_FILE    "/run/lock/kdump"
#define LOCK_SECONDS 300

/*
 * Take the lock; waits for another process for at most LOCK_SECONDS and prints that once. Returns a
 * descriptor; closing it releases the lock, as does the end of the process. -ETIMEDOUT.
 */
int lock_take(const char *root);

void lock_release(int fd);

#endif
