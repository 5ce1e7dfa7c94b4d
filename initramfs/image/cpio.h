/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpio.h - a tree as a compressed newc archive, the format of an initramfs */
#ifndef INITRAMFS_IMAGE_CPIO_H
#define INITRAMFS_IMAGE_CPIO_H

#include "initramfs/image/image.h"
#include "initramfs/image/tree.h"

/*
 * Write the sorted tree to fd. algorithm is "zstd", "gzip" or "none". Sizes of parts and
 * of the whole go into report. Owner 0:0, time 0 or SOURCE_DATE_EPOCH: the same
 * tree gives the same bytes.
 */
int cpio_write(const struct tree *t, const char *algorithm, int fd, struct image_report *report);

#endif
