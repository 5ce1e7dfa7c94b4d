/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unflatten_impl.h - shared by the files of output/unflatten*: a stream on its way into a file */
#ifndef OUTPUT_UNFLATTEN_IMPL_H
#define OUTPUT_UNFLATTEN_IMPL_H

#include "base/dumpfile.h"
#include "output/unflatten.h"

#define UNFLAT_BUF   (128 * 1024)

/* Twice 52 bits of address: no dump is larger, and no sum can overflow. */
#define UNFLAT_LIMIT (1ull << 53)

struct unflat {
	struct unflatten_input in;
	struct sink *sink;
	uint64_t bytes;		  /* of payload written */
	bool opens;		  /* what was salvaged has all headers */
	bool marked;		  /* the file's header says that it is not complete */
	uint64_t highest;	  /* one past the last byte written */
	uint64_t rec_off;	  /* of the record being copied, 0 between records */
	uint64_t rec_end;	  /* how far it has come */
	uint64_t nr_damaged;	  /* how often records were lost */
	const uint8_t *data;	  /* buf, or window */
	size_t pos, len;	  /* unread bytes of data: [pos, len) */
	uint8_t *window;	  /* FLAT_SEARCH_WINDOW bytes, from the first damage on */
	uint8_t head[FLAT_BLOCK]; /* what has arrived of the dump's first bytes */
	uint8_t buf[UNFLAT_BUF];
};

/* Write zeros up to end; on a block device a gap would show old bytes. 0 or a negative errno. */
int unflat_zero_gap(struct unflat *u, uint64_t end);

/* The end of both bitmaps; 0 if the header is not complete or not valid. */
uint64_t unflat_bitmaps_end(const struct dump_header *h);

/* Where the header has the mark, and which bit it is; 0: what has come is none that has one. */
uint64_t unflat_mark(const struct unflat *u, uint8_t *bit);

/*
 * Set the mark, or write its byte as the stream has it. What has come of the header is in head. 0
 * or a negative errno.
 */
int unflat_put_mark(struct unflat *u, bool incomplete);

/*
 * The stream broke off, for the reason rc, or ended early (0): mark what came, make readers open
 * it, or discard it. The first error is the one that is returned.
 */
int unflat_finish_cut(struct unflat *u, int rc);

/* All has come; does the header, as the stream has it, say that the dump is incomplete? */
bool unflat_is_partial(const struct unflat *u);

/* All has come: the mark goes when everything else is on disk, then the sink commits. */
int unflat_finish_whole(struct unflat *u);

#endif
