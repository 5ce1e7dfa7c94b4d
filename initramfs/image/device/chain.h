/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chain.h - from a block device of the production system to the plan's devices
 *
 * A chain is what lies under a target: partition, LVM volume, md array, down to
 * disks. What the capture image cannot bring up is refused here, with a message
 * that names a remedy.
 */
#ifndef INITRAMFS_IMAGE_DEVICE_CHAIN_H
#define INITRAMFS_IMAGE_DEVICE_CHAIN_H

#include "initramfs/image/builder.h"

/*
 * Add a device and all that it lies on to the plan; drivers on the way to the
 * required modules. *out is its index. -EOPNOTSUPP for a kind that the image
 * cannot bring up, -ENODEV when sysfs does not know it.
 */
int chain_add(struct builder *b, dev_t dev, unsigned *out);

/*
 * The device at this index will be written over (raw target): let its id not be
 * a part of its content.
 */
int chain_forget_content(struct builder *b, unsigned index);

/* Parts of chain_add(), one per kind. sys is the device's directory in sysfs. */
int chain_add_plain(struct builder *b, dev_t dev, const char *sys, unsigned *out);
int chain_add_dm(struct builder *b, dev_t dev, const char *sys, unsigned *out);
int chain_add_md(struct builder *b, dev_t dev, const char *sys, unsigned *out);

/* Any device, known by what is written on it; what it lies on stays out. For by_distro. */
int chain_add_content(struct builder *b, dev_t dev, const char *sys, unsigned *out);

/* True if the plan has the device; *out is its index then. */
bool chain_known(const struct builder *b, dev_t dev, unsigned *out);

/* Remember which device the plan's last one is; *out is its index. */
int chain_note(struct builder *b, dev_t dev, unsigned *out);

/* -EOPNOTSUPP with the remedy: what is the thing, "LVM thin volume vg0-root". */
int chain_refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2), cold));

/* The drivers of a device and of every device above it on its bus. */
int drivers_add(struct builder *b, const char *sys);

/* The same for each device that a driver's directory (/sys/bus/.../drivers/X) links to. */
int drivers_of_each(struct builder *b, const char *driver);

/*
 * The drivers of the keyboards that are plugged in, for failure_action shell. They
 * are optional: a serial console may be all that is needed.
 */
int keyboards_add(struct builder *b);

/*
 * What libblkid reads from a device's content or from its entry in the partition table:
 * "UUID", "UUID_SUB", "TYPE", "PARTUUID"... *out is "" if there is none; to be freed.
 */
int device_tag(const struct builder *b, const char *name, const char *tag, char **out);

#endif
