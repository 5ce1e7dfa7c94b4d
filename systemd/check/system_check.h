/* SPDX-License-Identifier: GPL-2.0-or-later */
/* system_check.h - does the configuration fit this system? Every command that arms checks this */
#ifndef SYSTEMD_CHECK_SYSTEM_CHECK_H
#define SYSTEMD_CHECK_SYSTEM_CHECK_H

#include "systemd/check/findings.h"

/*
 * After ctl_load(): the checks of "kdump-config --check --system", and whether the kernel that
 * KDUMP_KERNELVER names exists. Errors are printed; the message says how many (-EINVAL) or which
 * kernel (-ENOENT). Warnings go to findings or, if that is NULL, are printed too. Missing files,
 * devices and modules are errors, but only warnings with findings if there is an image of this same
 * configuration (they existed when it was built) or one that is never rebuilt. Contacts no server,
 * mounts nothing.
 */
int system_check(struct ctl *ctl, struct findings *findings);

#endif
