/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packer.h - a worker's state: read pages, test for zero, compress
 *
 *     packer_open  ->  packer_run ...  ->  packer_close
 *
 * One packer for each thread: a view of the source and a codec context. What
 * comes out depends on pages, codec and level, not on which packer it was or what
 * it did before. Each page of a batch becomes one of
 *
 *     STORED_ZERO     every byte is zero; size and flags 0
 *     STORED_DATA     size bytes in data, right after those of the page before;
 *                     flags is the codec's, or 0 for a page stored as it is: no
 *                     codec, or it would not get smaller
 *     STORED_SAME     byte for byte the last page of STORED_DATA before it in the
 *                     batch; size and flags 0. Arrays of struct page are full of
 *                     these: 2 MiB of a free or huge page make 8 pages of it, all
 *                     but the first alike
 *     STORED_MISSING  it cannot be read, or a fault came while it was; size and
 *                     flags 0
 *
 * A page of a dump that is stored with the codec asked for is copied as it is; it is STORED_SAME
 * only if that can be seen without unpacking it.
 *
 * If a page cannot be read only this page is lost, never the batch.
 */
#ifndef PACK_PACKER_H
#define PACK_PACKER_H

#include "base/types.h"
#include "codec/codec.h"
#include "source/source.h"

struct packer;

struct packer_cfg {
	struct source *src;	   /* borrowed */
	const struct codec *codec; /* NULL: pages are stored raw */
	int codec_level;
	unsigned page_shift;
	bool recompress; /* of a dump: even pages that have the requested codec already */
	bool as_stored;	 /* of a dump: no page is compressed anew, whatever its codec is */
};

/*
 * Open a view and a codec context; cfg is copied. A packer belongs to one thread at a time.
 * -ENOMEM, or the error of opening a view.
 */
int packer_open(const struct packer_cfg *cfg, struct packer **out);
void packer_close(struct packer *p);

/* Bytes one packer takes, its codec's context included. of_dump: its source is a dump. */
size_t packer_memory(const struct codec *codec, int level, unsigned page_shift, bool of_dump);

/*
 * pipeline_cfg.run: state is a packer, job a batch with pfn[0 .. nr) set. Fills
 * stored, size, flags, data and len. Always 0.
 */
int packer_run(void *state, void *job);

/* A batch with its data buffer; everything else is zero. -ENOMEM. */
int batch_open(unsigned page_shift, struct batch **out);
void batch_close(struct batch *b);

#endif
