/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packer.h - a worker's state: read pages, test for zero, compress
 *
 *     packer_open  ->  packer_run ...  ->  packer_close
 *
 * One packer for each thread. A page that cannot be read is STORED_MISSING
 * and never ends the run.
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
};

int packer_open(const struct packer_cfg *cfg, struct packer **out);
void packer_close(struct packer *p);

/* Bytes one packer takes, its codec's context included. */
size_t packer_memory(const struct codec *codec, int level, unsigned page_shift);

/*
 * pipeline_cfg.run: state is a packer, job a batch with pfn[0 .. nr) set. Fills
 * stored, size, flags, data and len. Always 0.
 */
int packer_run(void *state, void *job);

/* A batch with its data buffer; everything else is zero. -ENOMEM. */
int batch_open(unsigned page_shift, struct batch **out);
void batch_close(struct batch *b);

#endif
