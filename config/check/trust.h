/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trust.h - may root run this file, or let it decide something?
 *
 * The one rule for kdump.conf, the sysconfig files, hooks, programs, keys and modules of scripts.
 */
#ifndef CONFIG_CHECK_TRUST_H
#define CONFIG_CHECK_TRUST_H

#include <limits.h>
#include <stddef.h>

#define CONFIG_TRUST_MAX (2 * PATH_MAX + 128) /* the path, and the command with it */

/*
 * 0 if the file, every directory on the way to it and every link belong to root and nobody else
 * may write to them; the group root counts as root. Below a sticky directory (/tmp) an entry of
 * root is as safe as elsewhere. -EPERM: why gets what is wrong and the remedy. Another negative
 * errno: it cannot be looked at; why is "".
 *
 * root: "" or a directory that stands for "/", whose owner then counts as root and which is not
 * checked itself. path is absolute and resolved below it. Any thread.
 */
int config_trusted(const char *root, const char *path, char why[CONFIG_TRUST_MAX]);

#endif
