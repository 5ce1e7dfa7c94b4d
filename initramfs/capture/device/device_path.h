/* SPDX-License-Identifier: GPL-2.0-or-later */
/* device_path.h - the same place on a bus in two boots of the machine */
#ifndef INITRAMFS_CAPTURE_DEVICE_DEVICE_PATH_H
#define INITRAMFS_CAPTURE_DEVICE_DEVICE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * real: an existing device's path, ".../devices/PLACE/block/...". Is PLACE what the first len bytes
 * of want, a path below /sys/devices of another boot, mean? Numbers that the kernel gives in the
 * order of probing may differ where they say nothing: of the only SCSI host or virtio device of its
 * parent. A capture kernel has fewer drivers, so it counts differently.
 */
bool device_path_same(const char *real, const char *want, size_t len);

#endif
