/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rotation_dir.h - old dumps in a directory of a file system are removed, as rotation.h says */
#ifndef INITRAMFS_PLAN_ROTATION_DIR_H
#define INITRAMFS_PLAN_ROTATION_DIR_H

#include "initramfs/plan/rotation.h"

/*
 * rotation_run() over the dumps in basefd, the descriptor of a directory, with r->machine and
 * r->current as the caller set them; frees r. No link is followed, and a directory that has
 * anything but plain files stays. Returns how many were removed, or a negative errno without a
 * message. One thread.
 */
int rotation_dir_run(struct rotation *r, int basefd, const struct rotation_want *want);

#endif
