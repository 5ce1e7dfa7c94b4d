/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmlinux.h - the file with a kernel's debug information: is there one on this system?
 */
#ifndef SYSTEMD_DUMPS_VMLINUX_H
#define SYSTEMD_DUMPS_VMLINUX_H

#include <stdbool.h>

#define VMLINUX_PATH_MAX 512

enum vmlinux_match {
	VMLINUX_NONE,	   /* there is none */
	VMLINUX_OTHER,	   /* one of this release, but of another build */
	VMLINUX_UNCHECKED, /* one of this release; a build ID is missing, there or in the dump */
	VMLINUX_SAME,	   /* its build ID is the dump's */
};

struct vmlinux {
	enum vmlinux_match match;
	char path[VMLINUX_PATH_MAX]; /* without the root; "" for VMLINUX_NONE */
	char build_id[41];	     /* its own, lower-case hex; "": it has none */
	/* Where path holds the debug information alone: the kernel it was taken from, maybe packed;
	 * else "". */
	char kernel[VMLINUX_PATH_MAX];
};

/*
 * Look in the places where distributions put it, below root. release: as core_release()
 * makes it; build_id: "" if not known. A file without debug information does not count.
 */
void vmlinux_find(const char *root, const char *release, const char *build_id, struct vmlinux *out);

/*
 * A file that ends with ".debug" holds the debug information alone, and crash wants the
 * kernel it was taken from, too, packed or not. *out: its path, "" when there is none.
 */
void vmlinux_kernel(const char *root, const char *release, char out[VMLINUX_PATH_MAX]);

/* Does it end with ".debug"? */
bool vmlinux_is_split_off(const char *path);

/* Can it be part of a path or a package's name? Only letters, digits and "._+~-". */
bool vmlinux_release_ok(const char *release);

#endif
