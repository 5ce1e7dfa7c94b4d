/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * btrfs_sysfs.h - which devices a mounted btrfs has, as the kernel knows it
 *
 *     /sys/fs/btrfs/UUID/devices/sda1 -> the block device; there while it is mounted
 *
 * sysfs is /sys, or where it lies below the root that is looked at. Names are those of the kernel.
 */
#ifndef INITRAMFS_IMAGE_DEVICE_BTRFS_SYSFS_H
#define INITRAMFS_IMAGE_DEVICE_BTRFS_SYSFS_H

#include <limits.h>
#include <stdbool.h>

/* The directory of the devices of the btrfs with this UUID; it is there while that is mounted. */
void btrfs_devices_dir(const char *sysfs, const char *uuid, char out[PATH_MAX]);

/* Is it a device of the btrfs with this UUID, and that mounted? */
bool btrfs_has_device(const char *sysfs, const char *uuid, const char *name);

/* Are both devices of one btrfs, whichever it is? False also when it cannot be found out. */
bool btrfs_has_both(const char *sysfs, const char *one, const char *other);

#endif
