/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image_archive.h - the entries of an image, for the files of this folder */
#ifndef INITRAMFS_IMAGE_IMAGE_ARCHIVE_H
#define INITRAMFS_IMAGE_IMAGE_ARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

/* A result other than 0 ends the walk and is returned; data is read with archive_read_data(). */
typedef int image_entry_fn(struct archive *a, struct archive_entry *e, void *arg);

/*
 * Call fn for each entry of the image in the open file fd, from its beginning. Archives that follow
 * each other, as the kernel takes them, are one: any number that are not compressed, then one
 * that may be. Errors name it name.
 */
int image_each_entry(int fd, const char *name, image_entry_fn *fn, void *arg);

/* The archive's last error as an error of ours. */
int image_archive_fail(struct archive *a, const char *name);

#endif
