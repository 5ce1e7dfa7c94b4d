/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_conf.h - a look into settings of dracut and initramfs-tools, which are shell */
#ifndef SYSTEMD_DISTRO_DISTRO_CONF_H
#define SYSTEMD_DISTRO_DISTRO_CONF_H

#include <stdbool.h>

/*
 * Does a line of this file, or of a *.conf in this directory, give name a value with text in
 * it ("": any)? Lines are looked at one by one, not run: remarks do not count, conditions do.
 */
bool distro_conf_sets(const char *root, const char *path, const char *name, const char *text);

#endif
