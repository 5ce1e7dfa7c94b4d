/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * devices.h - wait for the plan's devices, assemble them, recognise them
 *
 *     devices_open -> devices_up(index) ... -> devices_close
 *
 * There is no udev. A device is recognised by its properties in the plan, not by its name; a device
 * that is up stays up for the next target.
 */
#ifndef INITRAMFS_CAPTURE_DEVICE_DEVICES_H
#define INITRAMFS_CAPTURE_DEVICE_DEVICES_H

#include "base/clock.h"
#include "initramfs/plan/plan.h"

#include <stdbool.h>
#include <sys/types.h>

#define DEVICE_NODE_MAX		 64 /* "/dev/" and a name: the kernel has at most 31 bytes */

#define DEVICES_UNRESPONSIVE_MAX 64

/*
 * In memory that is shared with forked copies, so that the next target's process knows what an
 * earlier one found.
 */
struct devices_known {
	/* Devices that did not respond to a read: not read again. */
	char unresponsive[DEVICES_UNRESPONSIVE_MAX][DEVICE_NODE_MAX];
	unsigned nr_unresponsive;
	char node[][DEVICE_NODE_MAX]; /* by index in the plan; "" until it is up */
};

struct devices {
	const struct plan *plan; /* borrowed from the caller */
	const char *sys, *dev;	 /* "/sys" and "/dev", or the directories of a test */
	struct devices_known *known;
};

int devices_open(const struct plan *plan, const char *sys, const char *dev, struct devices *out);
void devices_close(struct devices *d);

/*
 * Wait for a device and its members. *node: "/dev/sda3", "/dev/dm-0"; valid until devices_close().
 * -ETIMEDOUT names the device that did not appear, and those that exist.
 */
int devices_up(struct devices *d, unsigned index, const struct deadline *by, const char **node);

/* ---- for the files of this folder ---- */

/*
 * Find a plain device by its id, without waiting: 1 and its node, 0 if it is not there. alone: one
 * path of a multipath device is enough, if nothing holds it.
 */
int device_find(struct devices *d, const struct plan_device *want, bool alone,
		char node[DEVICE_NODE_MAX]);

/* Whether a device did not respond to a read; and to remember that. */
bool device_is_unresponsive(const struct devices *d, const char *name);
void device_is_now_unresponsive(struct devices *d, const char *name);

/* Is it an encrypted device that is not unlocked? */
bool device_locked(struct devices *d, const char *name);

/* Create a linear device-mapper device from nodes that exist. */
int device_dm_create(struct devices *d, const struct plan_device *dm, char node[DEVICE_NODE_MAX]);

/* Start an md array from the members that exist ("" for one that is missing). */
int device_md_start(struct devices *d, const struct plan_device *md, char node[DEVICE_NODE_MAX]);

/* Read one line of a file below sys, without its newline and blanks at both ends; 0 or -errno. */
int device_attr(const struct devices *d, const char *name, const char *attr, char *out,
		size_t size);

#endif
