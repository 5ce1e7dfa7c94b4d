/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keep.h - keep_dumps and min_free in a directory that start moves dumps to
 *
 *     keep_before -> the dump is copied -> keep_after
 *
 * The capture keeps them on the target; a dump that was moved from /boot or a raw device is counted
 * where it is now, by the same rules (initramfs/plan/rotation.h). Failures are warnings.
 */
#ifndef SYSTEMD_DUMPS_KEEP_H
#define SYSTEMD_DUMPS_KEEP_H

#include "systemd/ctl.h"

/* Before so many bytes (0: unknown) are copied to dirfd: remove what is too old, or in the way. */
void keep_before(const struct ctl *ctl, int dirfd, uint64_t bytes);

/* The dump of this name is there: if it is complete, older ones need not be spared for its sake. */
void keep_after(const struct ctl *ctl, int dirfd, const char *name);

#endif
