/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cursor.h - the kept pages, in the order in which they are written */
#ifndef FILTER_CURSOR_H
#define FILTER_CURSOR_H

#include "filter/filter.h"

/*
 * Tier by tier, within a tier by pfn; each page once. The order depends on the
 * selection alone, so the dump has the same bytes for any number of threads.
 */
struct cursor {
	const struct selection *s;
	const struct dump_part *part;	/* NULL: all frames */
	unsigned tier;			/* NR_TIERS: the rest */
	uint64_t block;			/* next block to look at */
	uint64_t rank;			/* kept frames below that block */
	uint64_t keep[KEEPMAP_WORDS];	/* kept pages of the block */
	uint64_t want[KEEPMAP_WORDS];	/* of it, still to hand out */
	uint64_t first_pfn, first_rank; /* of the current block */
};

/* part: hand out its pages only; NULL: all. */
void cursor_init(struct cursor *c, const struct selection *s, const struct dump_part *part);

/* Put the next pages into b, at most b->capacity; false when there are none left. */
bool cursor_fill(struct cursor *c, struct batch *b);

#endif
