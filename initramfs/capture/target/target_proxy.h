/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_proxy.h - a target that works in a process of its own
 *
 * What target_proxy_new() makes is used as any target (target.h), but no call takes much longer
 * than its deadline, whatever the disk or the server does: another process works for it
 * (target_protocol.h has how), and the caller waits for that process's answer.
 *
 *  - up() starts the process, down() ends it. down() then up() again is a retry, with a new one.
 *  - After -ETIMEDOUT of any call but space, measure and make_space, or when the process dies, the
 *    target is lost: t->lost is set, the process is killed (or left behind, if it hangs in
 *    the kernel), and every later call fails at once. Only free() is left to do then. Its
 *    mount may stay, or appear late: the next target needs another directory.
 *  - space, measure and make_space are asked for advice. While one of them has not answered,
 * further ones fail at once with -EAGAIN, and any other call waits for it first.
 *  - copy and make_space are there if the kind has them. Files given by open() have no fd.
 *  - start() takes a child_cfg without in, out, err and env; the program's child is the caller's.
 *
 * While it waits it passes on what children print (console_drain()).
 */
#ifndef INITRAMFS_CAPTURE_TARGET_TARGET_PROXY_H
#define INITRAMFS_CAPTURE_TARGET_TARGET_PROXY_H

#include "initramfs/capture/target/target.h"

#define TARGET_PROXY_GRACE_MS 1000 /* past a deadline, for the process's own error to arrive */

/* As target_new(): nothing is started or touched before up(). */
int target_proxy_new(const struct target_cfg *cfg, struct target **out);

#endif
