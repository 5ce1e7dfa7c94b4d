/* SPDX-License-Identifier: GPL-2.0-or-later */
/* relabel.h - SELinux labels of new dumps */
#ifndef SYSTEMD_DUMPS_RELABEL_H
#define SYSTEMD_DUMPS_RELABEL_H

#include "systemd/ctl.h"

/*
 * The capture kernel has no policy, so what it wrote has no label. Where SELinux is on,
 * restorecon(8) gives one to all in path on each local target that is mounted. Failures are
 * ignored.
 */
void relabel_dumps(const struct ctl *ctl);

#endif
