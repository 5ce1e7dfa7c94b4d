/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watchdog.h - the hardware watchdog that runs now must be fed in the capture kernel too */
#ifndef INITRAMFS_IMAGE_DEVICE_WATCHDOG_H
#define INITRAMFS_IMAGE_DEVICE_WATCHDOG_H

#include "initramfs/image/builder.h"

/*
 * Drivers of the watchdogs that are active (or that cannot be stopped), or of which
 * sysfs does not tell (a BMC's), become required modules, the first one the plan's
 * watchdog. The software watchdog is of no use: it dies with its kernel.
 */
int watchdog_gather(struct builder *b);

#endif
