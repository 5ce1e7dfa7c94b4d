/* SPDX-License-Identifier: GPL-2.0-or-later */
/* other_targets_device.h - for other_targets.c: partitions that are free, and what /boot lies on */
#ifndef SYSTEMD_CHECK_OTHER_TARGETS_DEVICE_H
#define SYSTEMD_CHECK_OTHER_TARGETS_DEVICE_H

#include "systemd/check/other_targets.h"

/* Fill in raw, by need. root: "", or that of a made-up system. */
void other_targets_find_raw(const char *root, struct other_targets *out);

/* Fill in boot and what belongs to it. */
void other_targets_find_boot(const char *root, struct other_targets *out);

/* Is the file system of / known to lie on an encrypted device? */
bool other_targets_root_locked(const char *root);

#endif
