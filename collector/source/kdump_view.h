/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdump_view.h - pages of a kdump-compressed dump, by frame
 *
 * Descriptors are in the order of the bits of bitmap 2. How many bits are set before each row is
 * counted once. Each view reads the row it needs, so a bitmap is never in memory as a whole.
 */
#ifndef SOURCE_KDUMP_VIEW_H
#define SOURCE_KDUMP_VIEW_H

#include "source/infile.h"
#include "source/kdump_headers.h"

#define KDUMP_ROW_BITS	 16384u
#define KDUMP_ROW_BYTES	 (KDUMP_ROW_BITS / 8)

/* Larger pieces of memory are refused: each view has a buffer of this size. */
#define KDUMP_MAP_MAX	 ((size_t)256 << 10)

/* Upper bound of the memory of a view, without its page buffers. */
#define KDUMP_VIEW_BYTES (KDUMP_MAP_MAX + ((size_t)160 << 10))

/* One file of a dump: the only one, or a part of a set. */
struct kdump_file {
	struct infile in; /* size 0: the part is missing */
	uint64_t desc_off;
	struct span frames;  /* it has descriptors of */
	uint64_t first_rank; /* bits of bitmap 2 before them */
};

struct kdump_source {
	struct source base;
	struct kdump_headers head; /* of the first file */
	struct span all;	   /* the memory that the bitmaps speak of */
	struct kdump_file *file;   /* by frames, without a gap */
	const struct infile *maps; /* the file whose bitmaps tell of frames of missing parts */
	size_t nr_file;
	uint64_t *before; /* bits of bitmap 2 that are set before each row */
	void *note_map;	  /* mapping behind base.notes, or NULL */
	size_t note_map_len;
	char *note_copy;
};

/*
 * Bits [first, first + 8 * len) of a bitmap, those of each part from the part itself; see
 * source_ops.frames.
 */
int kdump_frames(struct source *src, enum source_frames which, uint64_t first, uint8_t *buf,
		 size_t len);

/* The functions of struct source_ops for dumps. */
int kdump_view_open(struct source *src, struct view **out);
int kdump_view_map(struct view *v, uint64_t pa, size_t len, const void **out);
int kdump_view_packed(struct view *v, uint64_t pfn, struct packed_page *out);
bool kdump_view_damaged(struct view *v);
void kdump_view_close(struct view *v);

#endif
