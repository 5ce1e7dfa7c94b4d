/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lock.h - one kdumpctl at a time changes what is built or loaded */
#ifndef SYSTEMD_LOCK_H
#define SYSTEMD_LOCK_H

#include <stdbool.h>

/*
 * The file is in a directory of mode 0700 that root owns: in a directory that others may write to,
 * or open files of, any user could hold the lock and keep the machine from being armed.
 */
#define LOCK_DIR     "/run/kdump/private"
#define LOCK_FILE    LOCK_DIR "/lock"
#define LOCK_SECONDS 300

/*
 * Take the lock; waits for another process for at most LOCK_SECONDS and prints that once. Returns a
 * descriptor; closing it releases the lock, as does the end of the process. -ETIMEDOUT; -EPERM: the
 * directory is not root's own.
 */
int lock_take(const char *root);

/* Does another process hold the lock now? Does not wait. */
bool lock_is_taken(const char *root);

void lock_release(int fd);

#endif
