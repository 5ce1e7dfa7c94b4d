/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_run.h - run dracut or mkinitramfs, outside of the service's sandbox */
#ifndef SYSTEMD_DISTRO_DISTRO_RUN_H
#define SYSTEMD_DISTRO_DISTRO_RUN_H

#include "systemd/ctl.h"

#define DISTRO_SECONDS	    1200 /* an emulated machine of one CPU takes minutes */
#define DISTRO_SECONDS_TEXT "1200"

/*
 * Make the image of tool ("dracut", "mkinitramfs") in the file image (a real path) for
 * ctl->kernel and the devices nodes ("/dev/dm-3"; NULL at the end). What it complained of
 * is told when it fails.
 */
int distro_run(const struct ctl *ctl, const char *tool, char *const *nodes, const char *image);

#endif
