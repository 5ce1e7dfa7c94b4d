/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * debug_package.h - the package with a kernel's debug information, as its distribution names it
 */
#ifndef SYSTEMD_DUMPS_DEBUG_PACKAGE_H
#define SYSTEMD_DUMPS_DEBUG_PACKAGE_H

#include "systemd/dumps/vmlinux.h"

struct debug_package {
	const char *distribution;	/* of the kernel: "Debian"; NULL: not known */
	bool here;			/* it is the distribution of this system, too */
	char name[160];			/* "linux-image-6.12.9-amd64-dbg"; "": not known */
	char install[200];		/* the command that installs it */
	char source[300];		/* where it comes from, what that needs; may be "" */
	char vmlinux[VMLINUX_PATH_MAX]; /* where it puts it */
	const char *debuginfod;		/* URL of a server to ask by build ID */
	const char *install_crash;	/* the command for crash on this system; NULL: not known */
};

/*
 * From the release (as core_release() makes it), which often names its distribution, else
 * from os-release below root.
 */
void debug_package_find(const char *root, const char *release, struct debug_package *out);

#endif
