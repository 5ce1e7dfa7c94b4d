/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_paths.h - where the kernel to load lies, and where our image for it belongs */
#ifndef SYSTEMD_LOAD_KERNEL_PATHS_H
#define SYSTEMD_LOAD_KERNEL_PATHS_H

#include "systemd/ctl.h"

#include <stddef.h>

struct kernel_paths {
	char kernel[CTL_PATH_MAX]; /* below the root, like all here; may be a UKI, see uki.h */
	char image[CTL_PATH_MAX];
	char new_image[CTL_PATH_MAX]; /* built, not yet loaded */
	char inputs[CTL_PATH_MAX];    /* record of what went into the image */
	char new_inputs[CTL_PATH_MAX];
	bool prebuilt; /* KDUMP_INITRD: made by another program, loaded as it is, never built */
};

/*
 * "A, B": the releases of all kernel images that are there; or, with files set, the images
 * themselves. As many as fit into size bytes, "" if there are none.
 */
void kernel_paths_kernels(const char *root, bool files, char *out, size_t size);

/*
 * The kernel image of a release that a boot entry would name: in /boot or on the EFI system
 * partition; where there is none, as most systems name it.
 */
void kernel_paths_boot_kernel(const char *root, const char *release, char out[CTL_PATH_MAX]);

/*
 * For ctl->kernel, after ctl_load(). -ENOENT when there is no kernel image: words
 * name the setting that asks for it, and the kernels that are there.
 */
int kernel_paths_find(const struct ctl *ctl, struct kernel_paths *out);

/* Every image of ours and record of one for this release, wherever it may be; NULL: of all. */
void kernel_paths_remove(const struct ctl *ctl, const char *release);

#endif
