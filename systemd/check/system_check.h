/* SPDX-License-Identifier: GPL-2.0-or-later */
/* system_check.h - does the configuration fit this system? What every command that arms asks */
#ifndef SYSTEMD_CHECK_SYSTEM_CHECK_H
#define SYSTEMD_CHECK_SYSTEM_CHECK_H

#include "systemd/check/findings.h"

/*
 * After ctl_load(): what "kdump-config --check --system" checks, and the kernel that
 * KDUMP_KERNELVER names. Errors are told; -EINVAL says how many, -ENOENT which kernel. Warnings
 * go to findings or, with NULL, are told with the errors. Files, devices and modules that are
 * missing are errors, but with findings no more than warnings if there is an image of this
 * very configuration (they were there then) or one that is never built anew. Asks no server, mounts
 * nothing.
 */
int system_check(struct ctl *ctl, struct findings *findings);

#endif
