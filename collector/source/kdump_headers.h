/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_headers.h - the headers of a kdump-compressed dump, of any version */
#ifndef SOURCE_KDUMP_HEADERS_H
#define SOURCE_KDUMP_HEADERS_H

#include "source/infile.h"
#include "source/source.h"

/* A piece of the file; len 0: there is none. */
struct kdump_piece {
	uint64_t off, len;
};

struct kdump_headers {
	size_t block;	    /* size of a block = a page */
	uint64_t nr_pfn;    /* one past the last frame */
	uint64_t bitmap[2]; /* where each starts, by enum source_frames */
	uint64_t desc_off;
	struct kdump_piece notes, vmcoreinfo, eraseinfo;
	bool split;	    /* one file of several */
	struct span frames; /* that this file has descriptors of; all, if it is not split */
	unsigned nr_cpus;
	uint16_t machine; /* ELF e_machine */
	struct source_saved facts;
};

/*
 * Read and check them. On success, the bitmaps and all before them lie inside the file; notes,
 * vmcoreinfo and eraseinfo may not. -EBADMSG: they are invalid; -ENOTSUP: a version or a compressor
 * that this program does not know; -EIO.
 */
int kdump_headers_read(const struct infile *f, struct kdump_headers *out);

#endif
