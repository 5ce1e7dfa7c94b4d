/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btrfs.h - a btrfs may lie on several devices, each of which stands for the whole */
#ifndef INITRAMFS_IMAGE_DEVICE_BTRFS_H
#define INITRAMFS_IMAGE_DEVICE_BTRFS_H

#include "initramfs/image/builder.h"
#include "initramfs/plan/plan.h"

/*
 * Are both devices of one mounted btrfs? The mount table names one of them, UUID= and labels lead
 * to any. False also when it cannot be found out.
 */
bool btrfs_same(const struct builder *b, dev_t one, dev_t other);

/*
 * Add the other devices of the btrfs on dev, t's first one, to the target: those that the kernel
 * has mounted, or, of one that is not mounted, all that carry its UUID. 0 or a negative errno.
 */
int btrfs_add_members(struct builder *b, struct plan_target *t, dev_t dev);

#endif
