/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_mounted.h - where a target's file system is mounted now */
#ifndef SYSTEMD_DUMPS_TARGET_MOUNTED_H
#define SYSTEMD_DUMPS_TARGET_MOUNTED_H

#include "systemd/ctl.h"

/* The node of a device given by any name, links resolved; anything else is copied. */
void target_node(const char *where, char out[CTL_PATH_MAX]);

/*
 * A mount point of source, which target_node() made, or another device of the same btrfs. Of
 * several the one that shows the most, as the image builder takes it: the target's path begins
 * there, also below a subvolume or a bind mount. write: not one that is read-only. False: there is
 * none.
 */
bool target_mounted(const char *source, bool write, char out[CTL_PATH_MAX]);

#endif
