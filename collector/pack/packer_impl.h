/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packer_impl.h - shared by the files of the packer */
#ifndef PACK_PACKER_IMPL_H
#define PACK_PACKER_IMPL_H

#include "pack/packer.h"

struct packer {
	struct packer_cfg cfg;
	struct view *view;
	void *codec;
	const char *like;      /* the last page of this row stored as data, or NULL */
	char *alone;	       /* a copy of it, where each page is mapped alone */
	struct repack *repack; /* of a source that is a dump, else NULL */
};

/*
 * page into b->data as page i: zeros, the same as p->like, compressed, or as it is. b->len is
 * left to the caller.
 */
void packer_put(struct packer *p, struct batch *b, unsigned i, const char *page);

/* Is every byte zero? len is a multiple of 64. */
bool packer_is_zero(const char *page, size_t len);

static inline void packer_missing(struct batch *b, unsigned i)
{
	b->size[i] = b->flags[i] = 0;
	b->stored[i] = STORED_MISSING;
}

/* repack.c: pages of a dump. -ENOMEM. */
int repack_open(struct packer *p);
void repack_close(struct repack *r);

/* Bytes that repack_open() takes. */
size_t repack_memory(unsigned page_shift);

/* Pages [i, i + nr) of b, whose frames lie in a row. */
void repack_run(struct packer *p, struct batch *b, unsigned i, unsigned nr);

#endif
