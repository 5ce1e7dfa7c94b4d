/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tree.h - what goes into the image, before it is written
 *
 * A tree is a list of image paths, each with where its bytes come from: a file
 * of the production system, or bytes made by the builder. Parents are made on
 * the way. Adding the same path twice with the same source is fine; with another
 * source the first one stays (a closure meets a library many times).
 */
#ifndef INITRAMFS_IMAGE_TREE_H
#define INITRAMFS_IMAGE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum tree_part {
	PART_INIT,
	PART_MODULES,
	PART_FIRMWARE,
	PART_PROGRAMS,
	PART_NETWORK,
	PART_SSH,
	PART_CONFIG,
	PART_DIR, /* directories and links: not counted */
};

/* How a source's bytes become the image's; done when the image is written. */
enum tree_how {
	TREE_COPY,
	TREE_UNPACK, /* gzip, xz or zstd: decompressed */
	TREE_STRIP,  /* a static program: without symbols and debug information */
};

struct tree_node {
	char *path;	   /* in the image, absolute */
	char *source;	   /* a file to read when the image is written; NULL: data */
	char *data;	   /* bytes, or the text of a link */
	size_t len;	   /* of data; of source as it lies there */
	enum tree_how how; /* for source */
	mode_t mode;	   /* with the file type: S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR */
	dev_t rdev;	   /* S_IFCHR */
	enum tree_part part;
};

struct tree {
	struct tree_node *nodes;
	size_t nr;
	size_t max;
};

/* A zeroed tree is empty. */
void tree_free(struct tree *t);

/*
 * A file whose bytes are read from source, which is a real path (--root already
 * in front of it). mode: permissions only (0755). -ENOENT and the like when source is not a
 * readable regular file.
 */
int tree_add_file(struct tree *t, enum tree_part part, const char *path, const char *source,
		  mode_t mode);

/* The same, with the bytes changed on the way. */
int tree_add_made(struct tree *t, enum tree_part part, const char *path, const char *source,
		  enum tree_how how);

/* The bytes of a file as they go into the image; *out is to be freed. */
int tree_load(const struct tree_node *n, char **out, size_t *len);

struct tree_data {
	const void *bytes;
	size_t len;
};

/* A file of these bytes (copied). mode: permissions only (0600). */
int tree_add_data(struct tree *t, enum tree_part part, const char *path, struct tree_data data,
		  mode_t mode);

int tree_add_dir(struct tree *t, const char *path, mode_t mode);
int tree_add_link(struct tree *t, const char *path, const char *to);
int tree_add_node(struct tree *t, const char *path, mode_t mode, dev_t rdev);

/* NULL: there is none. Valid until the next is added. */
const struct tree_node *tree_find(const struct tree *t, const char *path);

/*
 * In the order of the image: directories, then what is needed most for a dump, as a kernel
 * without memory for all of it keeps the first. Within a part by path; parents come before what
 * they hold.
 */
void tree_sort(struct tree *t);

#endif
