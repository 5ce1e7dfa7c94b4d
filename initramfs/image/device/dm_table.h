/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm_table.h - the table of a device-mapper device, from the kernel */
#ifndef INITRAMFS_IMAGE_DEVICE_DM_TABLE_H
#define INITRAMFS_IMAGE_DEVICE_DM_TABLE_H

/*
 * As "dmsetup table" prints it: one "START LEN TYPE PARAMETERS" per line, in sectors; to be
 * freed. A negative errno if the kernel has no such device or the table is larger than 1 MiB.
 */
int dm_table_read(const char *name, char **out);

#endif
