/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysctl_conf.h - which file of the administrator or the distribution sets a sysctl
 *
 * The rules are those of sysctl.d(5): files of /etc/sysctl.d, /run/sysctl.d,
 * /usr/local/lib/sysctl.d and /usr/lib/sysctl.d in the order of their names, whatever
 * their directory; of two with one name the first directory's counts alone, and a
 * link to /dev/null switches one off. /etc/sysctl.conf is read after all of them.
 */
#ifndef SYSTEMD_LOAD_SYSCTL_CONF_H
#define SYSTEMD_LOAD_SYSCTL_CONF_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The last file that names the key ("kernel.panic", written with dots), by itself or
 * by a pattern: its path without the root. false: none does. Files that cannot be
 * read are left out. root: see files.h.
 */
bool sysctl_conf_find(const char *root, const char *key, char *path, size_t size);

#endif
