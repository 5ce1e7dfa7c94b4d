/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings.h - settings that are read and have no effect here, said aloud */
#ifndef SYSTEMD_CHECK_SETTINGS_H
#define SYSTEMD_CHECK_SETTINGS_H

#include "systemd/ctl.h"

/*
 * After ctl_load(): a warning for each setting of the sysconfig files that has no effect, that
 * kdump.conf overrules, or that the capture image does not look at, and for
 * /etc/kdump/sysctl.conf of Debian; with what to write instead. Nothing else depends on it.
 */
void settings_warn(struct ctl *ctl);

#endif
