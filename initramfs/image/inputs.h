/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inputs.h - the record of what went into an image
 *
 *     kdump-inputs 2
 *     init /usr/lib/kdump/kdump-capture    what it was built for and by
 *     1a2b... 100644 8:1 4711 2000000 1789.5 /init /usr/lib/kdump/kdump-capture
 *     3c4d... 100600 - - - - /etc/kdump/plan -
 *     image 1573201 5e6f...                the finished image: bytes and hash
 *
 * One line per node: a hash of the bytes as they lie on the production system,
 * mode, then device, inode, size and ctime of the source, image path, source.
 * A source that has not moved is not read again.
 */
#ifndef INITRAMFS_IMAGE_INPUTS_H
#define INITRAMFS_IMAGE_INPUTS_H

#include "initramfs/image/image.h"
#include "initramfs/image/tree.h"

/*
 * The record of a sorted tree as text, to be freed. old is an earlier record
 * (NULL: none), from which hashes of unchanged sources are taken.
 */
int inputs_record(const struct tree *t, const char *old, char **out);

/*
 * Do two records describe the same image? 0, or 1 with a message about the first
 * difference in *why (to be freed). Where a source lies on disk does not matter.
 */
int inputs_compare(const char *old, const char *new, char **why);

/* Add size and hash of the image that was built; *record is replaced. */
int inputs_add_image(char **record, const struct image_sum *sum);

/* The record's line about its image. -ENOENT, without a message: there is none. */
int inputs_image(const char *record, struct image_sum *out);

#endif
