/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_run.h - run dracut or mkinitramfs, outside of the service's sandbox */
#ifndef SYSTEMD_DISTRO_DISTRO_RUN_H
#define SYSTEMD_DISTRO_DISTRO_RUN_H

#include "systemd/ctl.h"

#define DISTRO_SECONDS	    1200 /* on an emulated machine with one CPU it takes minutes */
#define DISTRO_SECONDS_TEXT "1200"

/*
 * Build an image with tool ("dracut", "mkinitramfs") in the file image (a real path) for
 * ctl->kernel and the device nodes ("/dev/dm-3"; NULL at the end). If the tool fails, its output is
 * logged.
 */
int distro_run(const struct ctl *ctl, const char *tool, char *const *nodes, const char *image);

#endif
