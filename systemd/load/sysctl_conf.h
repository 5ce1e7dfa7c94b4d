/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysctl_conf.h - find the file that sets a sysctl
 *
 * The rules are those of sysctl.d(5): files of /etc/sysctl.d, /run/sysctl.d,
 * /usr/local/lib/sysctl.d and /usr/lib/sysctl.d sorted by name, whatever their directory; of two
 * with the same name only the one in the first directory counts, and a link to /dev/null disables
 * it. /etc/sysctl.conf is read after all of them.
 */
#ifndef SYSTEMD_LOAD_SYSCTL_CONF_H
#define SYSTEMD_LOAD_SYSCTL_CONF_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Path (without the root) of the last file that sets the key ("kernel.panic", written with dots),
 * by name or by a pattern. false: none does. Unreadable files are skipped. root: see files.h.
 */
bool sysctl_conf_find(const char *root, const char *key, char *path, size_t size);

#endif
