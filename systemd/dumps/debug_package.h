/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * debug_package.h - the package with a kernel's debug information, as its distribution names it
 */
#ifndef SYSTEMD_DUMPS_DEBUG_PACKAGE_H
#define SYSTEMD_DUMPS_DEBUG_PACKAGE_H

#include "systemd/dumps/vmlinux.h"

struct debug_package {
	const char *distribution;	/* of the kernel: "Debian"; NULL: unknown */
	bool here;			/* it is also the distribution of this system */
	char name[160];			/* "linux-image-6.12.9-amd64-dbg"; "": unknown */
	char install[200];		/* the command that installs it */
	char source[300];		/* its repository, and how to enable that; may be "" */
	char vmlinux[VMLINUX_PATH_MAX]; /* the path it installs */
	const char *debuginfod;		/* URL of a server that serves files by build ID */
	const char
		*install_crash; /* the command that installs crash on this system; NULL: unknown */
};

/*
 * Find it from the release (see core_release()), which often names its distribution, else from
 * os-release below root.
 */
void debug_package_find(const char *root, const char *release, struct debug_package *out);

#endif
