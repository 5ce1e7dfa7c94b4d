/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foreign.h - the plan for an initramfs of dracut or initramfs-tools */
#ifndef SYSTEMD_FOREIGN_H
#define SYSTEMD_FOREIGN_H

#include "systemd/ctl.h"

/*
 * Text of a plan for the main target, to be freed. After ctl_load(). -EOPNOTSUPP for
 * targets that are not local file systems.
 */
int foreign_plan(const struct ctl *ctl, char **out);

#endif
