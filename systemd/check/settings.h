/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings.h - warn about settings that have no effect here */
#ifndef SYSTEMD_CHECK_SETTINGS_H
#define SYSTEMD_CHECK_SETTINGS_H

#include "systemd/ctl.h"

/*
 * After ctl_load(): warn about each setting of the sysconfig files that has no effect, that
 * kdump.conf overrides, or that the capture image ignores, and about Debian's
 * /etc/kdump/sysctl.conf; each warning names the replacement. Only prints.
 */
void settings_warn(struct ctl *ctl);

#endif
