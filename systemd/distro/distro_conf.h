/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_conf.h - find settings of dracut and initramfs-tools in their shell files */
#ifndef SYSTEMD_DISTRO_DISTRO_CONF_H
#define SYSTEMD_DISTRO_DISTRO_CONF_H

#include <stdbool.h>

/*
 * Does a line of this file, or of a *.conf in this directory, assign name a value that contains
 * text ("": any value)? Lines are parsed one by one, not executed: comments are skipped, but
 * assignments inside conditions count.
 */
bool distro_conf_sets(const char *root, const char *path, const char *name, const char *text);

#endif
