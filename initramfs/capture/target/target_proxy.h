/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_proxy.h - a target that works in a process of its own
 *
 * The result of target_proxy_new() is used like any target (target.h), but no call takes much
 * longer than its deadline, whatever the disk or the server does: another process does the work
 * (see target_protocol.h), and the caller waits for its answer.
 *
 *  - up() starts the process, down() ends it. After down(), up() is a retry with a new process.
 *  - After -ETIMEDOUT of any call but space, measure and make_space, or when the process dies, the
 *    target is lost: t->lost is set, the process is killed (or left behind, if it hangs in the
 *    kernel), and every later call fails at once. Then the caller can only call free(). The target
 *    may stay mounted, or be mounted later: the next target needs another directory.
 *  - space, measure and make_space only give advice. While one of them has not answered, further
 *    ones fail at once with -EAGAIN, and any other call waits for it first.
 *  - copy and make_space are there if the kind has them. Files given by open() have no fd.
 *  - start() takes a child_cfg without in, out, err and env; the program's child is the caller's.
 *
 * While it waits it passes on what children print (console_drain()).
 */
#ifndef INITRAMFS_CAPTURE_TARGET_TARGET_PROXY_H
#define INITRAMFS_CAPTURE_TARGET_TARGET_PROXY_H

#include "initramfs/capture/target/target.h"

#define TARGET_PROXY_GRACE_MS 1000 /* after a deadline, for the process's own error to arrive */

/* Like target_new(). Nothing is started or accessed before up(). */
int target_proxy_new(const struct target_cfg *cfg, struct target **out);

#endif
