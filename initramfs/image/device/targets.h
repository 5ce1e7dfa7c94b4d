/* SPDX-License-Identifier: GPL-2.0-or-later */
/* targets.h - from the configuration's targets to the plan's */
#ifndef INITRAMFS_IMAGE_DEVICE_TARGETS_H
#define INITRAMFS_IMAGE_DEVICE_TARGETS_H

#include "initramfs/image/device/mounts.h"

/*
 * Every target of the configuration in its order, then the root file system for
 * failure_action dump_to_rootfs: into the plan, with devices and drivers. Names
 * of servers are left as they are; network_gather() resolves them.
 */
int targets_gather(struct builder *b);

/*
 * A file system that is mounted as m, dumps below the directory dir (a path below
 * m's target, or on the file system as mounted; leading slashes do not count).
 */
int target_add_mount(struct builder *b, const struct mount *m, const char *dir, bool rootfs);

/* A file system on a device. The strings are borrowed. */
struct target_device {
	dev_t dev;
	const char *source; /* as it is named in the file or the mount table */
	const char *fstype;
	const char *options; /* of mount(8); "": none */
};

/* One that is not mounted now; dumps below dir, seen from its root. */
int target_add_device(struct builder *b, const struct target_device *d, const char *dir);

/* A device that is written from its first byte. */
int target_add_raw(struct builder *b, const char *where);

/*
 * Of the options a file system is mounted with, those without which the same
 * mount would fail or be another; to be freed. The rest stays behind: what the
 * kernel shows is not always what it accepts. -EOPNOTSUPP for a log or real-time
 * section on another device.
 */
int options_keep(const char *fstype, const char *options, char **out);

#endif
