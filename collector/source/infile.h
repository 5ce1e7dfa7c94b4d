/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * infile.h - the bytes of a dump at any offset, whether the file is the dump or a flattened stream
 *
 *     init  ->  read ... (any thread)  ->  fini
 */
#ifndef SOURCE_INFILE_H
#define SOURCE_INFILE_H

#include "base/types.h"

struct infile {
	int fd;			 /* owned; -1: none */
	uint64_t size;		 /* of the dump */
	struct flat_index *flat; /* NULL: the file is the dump, and may be mapped */
	bool cut;		 /* a stream that ends before its end mark */
};

/*
 * Takes fd over, even on failure. It must be a file or a block device, which can be read at an
 * offset. -EBADMSG: a flattened stream that is not valid or is cut short.
 */
int infile_init(struct infile *f, int fd);
void infile_fini(struct infile *f);

/* Exactly len bytes at off. -EIO: the file ends before, or cannot be read there. */
int infile_read(const struct infile *f, void *out, size_t len, uint64_t off);

/*
 * A piece of the file in memory of our own, for a thread that reads more or less in order.
 * The piece moves, and is small where reads jump. Initialize to zero with capacity set.
 */
struct infile_window {
	const struct infile *f; /* whose bytes they are */
	char *buf;		/* capacity bytes, allocated when first needed */
	size_t capacity;
	uint64_t off;
	size_t len;
	size_t ahead; /* what was asked for when it moved last */
};

/* Point *out at len bytes at off, valid until the next call; len at most capacity. -EIO, -ENOMEM.
 */
int infile_window_get(struct infile_window *w, const struct infile *f, size_t len, uint64_t off,
		      const void **out);
void infile_window_fini(struct infile_window *w);

#endif
