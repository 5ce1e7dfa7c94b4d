/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmlinux.h - find the file with a kernel's debug information on this system */
#ifndef SYSTEMD_DUMPS_VMLINUX_H
#define SYSTEMD_DUMPS_VMLINUX_H

#include <stdbool.h>

#define VMLINUX_PATH_MAX 512

enum vmlinux_match {
	VMLINUX_NONE,	   /* there is none */
	VMLINUX_OTHER,	   /* same release, other build */
	VMLINUX_UNCHECKED, /* same release; a build ID is missing, in the file or in the dump */
	VMLINUX_SAME,	   /* same build ID as the dump */
};

struct vmlinux {
	enum vmlinux_match match;
	char path[VMLINUX_PATH_MAX]; /* without the root; "" for VMLINUX_NONE */
	char build_id[41];	     /* its own, lower-case hex; "": it has none */
	/*
	 * If path has only debug information: the kernel it was split from, maybe compressed; else
	 * "".
	 */
	char kernel[VMLINUX_PATH_MAX];
};

/*
 * Look below root where distributions install it. release: from core_release(); build_id: "" if
 * unknown. Files without debug information are skipped.
 */
void vmlinux_find(const char *root, const char *release, const char *build_id, struct vmlinux *out);

/*
 * A file that ends with ".debug" has only debug information, and crash also needs the kernel it was
 * split from, compressed or not. *out: its path, "" if there is none.
 */
void vmlinux_kernel(const char *root, const char *release, char out[VMLINUX_PATH_MAX]);

/* Does it end with ".debug"? */
bool vmlinux_is_split_off(const char *path);

/* Can it be part of a path or a package's name? Only letters, digits and "._+~-". */
bool vmlinux_release_ok(const char *release);

#endif
