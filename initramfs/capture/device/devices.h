/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * devices.h - the plan's devices: waited for, put together, found again
 *
 *     devices_open -> devices_up(index) ... -> devices_close
 *
 * There is no udev. A device is recognised by what the plan says of it, whatever its
 * name is this time; one that is up already stays so for the next target.
 */
#ifndef INITRAMFS_CAPTURE_DEVICE_DEVICES_H
#define INITRAMFS_CAPTURE_DEVICE_DEVICES_H

#include "initramfs/capture/deadline.h"
#include "initramfs/plan/plan.h"

#include <stdbool.h>
#include <sys/types.h>

#define DEVICE_NODE_MAX		 64

#define DEVICES_UNRESPONSIVE_MAX 64

/* In memory that forked copies share: what the process of one target finds, the next one knows. */
struct devices_known {
	/* Names that did not answer when they were read: not asked again. */
	char unresponsive[DEVICES_UNRESPONSIVE_MAX][DEVICE_NODE_MAX];
	unsigned nr_unresponsive;
	char node[][DEVICE_NODE_MAX]; /* by index in the plan; "" until it is up */
};

struct devices {
	const struct plan *plan; /* borrowed */
	const char *sys, *dev;	 /* "/sys" and "/dev", or a test's */
	struct devices_known *known;
};

int devices_open(const struct plan *plan, const char *sys, const char *dev, struct devices *out);
void devices_close(struct devices *d);

/*
 * Wait for it, and what it is made of. *node: "/dev/sda3", "/dev/dm-0"; valid until
 * devices_close(). -ETIMEDOUT names what did not appear and what is there instead.
 */
int devices_up(struct devices *d, unsigned index, const struct deadline *by, const char **node);

/* ---- for the files of this part ---- */

/*
 * A plain device by its id, now: 1 and its node, 0 if it is not there. Of a multipath device
 * one path will do, as long as nothing holds it, if alone.
 */
int device_find(struct devices *d, const struct plan_device *want, bool alone,
		char node[DEVICE_NODE_MAX]);

/* It did not answer when it was read; remember that. */
bool device_is_unresponsive(const struct devices *d, const char *name);
void device_is_now_unresponsive(struct devices *d, const char *name);

/* An encrypted device that nobody unlocked. */
bool device_locked(struct devices *d, const char *name);

/* Create a linear device-mapper device of nodes that are there. */
int device_dm_create(struct devices *d, const struct plan_device *dm, char node[DEVICE_NODE_MAX]);

/* Start an md array of the members that are there ("" for one that is missing). */
int device_md_start(struct devices *d, const struct plan_device *md, char node[DEVICE_NODE_MAX]);

/* One line of a file below sys, without its end and blanks at both ends; -errno. */
int device_attr(const struct devices *d, const char *name, const char *attr, char *out,
		size_t room);

#endif
