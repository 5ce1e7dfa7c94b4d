/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules.h - the kernel modules of the image, closed over and in load order */
#ifndef INITRAMFS_IMAGE_MODULE_MODULES_H
#define INITRAMFS_IMAGE_MODULE_MODULES_H

#include "initramfs/image/builder.h"

/*
 * All required modules, the optional ones that exist, extra_modules and the
 * watchdog's driver, each behind what it needs: into tree and plan, with the
 * firmware they name. -ENOENT when a required one is neither a module nor
 * built into the kernel.
 */
int modules_gather(struct builder *b);

/*
 * For an image of dracut or initramfs-tools, which get dracut_args as they are: -EINVAL when
 * --omit-drivers leaves out what the targets gathered so far cannot do without. Adds nothing.
 */
int modules_check_omitted(const struct builder *b);

/* The kernel's settings for compressed modules and firmware. */
struct kconfig {
	bool known; /* false: no configuration was found, the rest is careful guesses */
	bool rd_zstd, rd_gzip;
	char decompress[8]; /* suffix of modules it loads compressed: ".xz"; "" for none */
};

int kconfig_read(const struct builder *b, struct kconfig *out);

/* One firmware file ("e100/d101m.bin") that module names. Missing: false. */
int firmware_add(struct builder *b, const char *name, bool *found);

/* A whole file, decompressed if it is gzip, xz or zstd; *out is to be freed. */
int file_decompress(const char *path, char **out, size_t *len);

#endif
