/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysfs.h - reading attributes and links of sysfs */
#ifndef INITRAMFS_IMAGE_DEVICE_SYSFS_H
#define INITRAMFS_IMAGE_DEVICE_SYSFS_H

#include "initramfs/image/builder.h"

/* An attribute without blanks at its ends, to be freed; NULL if there is none or it is empty. */
char *sys_attr(const char *dir, const char *name);

bool sys_has(const char *dir, const char *name);

/* The target of the link dir/name, to be freed; NULL if there is no such link. */
char *sys_link(const char *dir, const char *name);

/* The last component of where dir/name leads to, to be freed; NULL if there is no such link. */
char *sys_link_name(const char *dir, const char *name);

/* The directory of a block device, to be freed. -ENODEV when the kernel does not know it. */
int sys_block_dir(const struct builder *b, dev_t dev, char **out);

/* "8:1" as in the attribute dev. */
int sys_parse_dev(const char *text, dev_t *out);

/* The last component of a path. */
const char *sys_name(const char *path);

/* Call fn for each name in a directory, sorted; a result other than 0 ends it. */
int sys_each(const char *dir, int (*fn)(const char *dir, const char *name, void *arg), void *arg);

#endif
