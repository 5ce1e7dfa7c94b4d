/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keepmap.h - a set of page frames that takes little memory where it is uniform
 *
 * Two levels: 512 frames (2 MiB at 4 KiB pages) are a block, and a block is
 * none, all, or mixed. Only mixed blocks have bits.
 *
 *     state[]   0     1     2+n  1     0          one u32 per block
 *               none  all   |    all   none
 *     bits[]                n: 64 bytes           taken from a bump pool
 *
 * Threads may change disjoint blocks at the same time.
 */
#ifndef FILTER_KEEPMAP_H
#define FILTER_KEEPMAP_H

#include "base/types.h"

#define KEEPMAP_BLOCK 512 /* frames */
#define KEEPMAP_WORDS (KEEPMAP_BLOCK / 64)

struct keepmap;

/*
 * Empty map for frames [0, nr_pfn). Address space for the worst case is
 * reserved at once, memory is used as blocks become mixed. -ENOMEM.
 */
int keepmap_open(uint64_t nr_pfn, struct keepmap **out);
void keepmap_close(struct keepmap *m);

/* As given to keepmap_open(). */
uint64_t keepmap_nr_pfn(const struct keepmap *m);

/* Set frames [first, first + nr); those past nr_pfn are ignored. */
void keepmap_set(struct keepmap *m, uint64_t first, uint64_t nr);

/* Clear them; returns how many were set before. */
uint64_t keepmap_clear(struct keepmap *m, uint64_t first, uint64_t nr);

/* Is pfn set? False past nr_pfn. */
bool keepmap_test(const struct keepmap *m, uint64_t pfn);

/* Is any of the frames [first, first + nr) set? False for those past nr_pfn. */
bool keepmap_any(const struct keepmap *m, uint64_t first, uint64_t nr);

/* How many frames are set; looks at every block. */
uint64_t keepmap_count(const struct keepmap *m);

/* The KEEPMAP_WORDS words of a block, least significant bit first. */
void keepmap_block(const struct keepmap *m, uint64_t block, uint64_t out[KEEPMAP_WORDS]);

/* True if no frame of the block was ever set, or all were cleared at once; cheap. */
bool keepmap_block_empty(const struct keepmap *m, uint64_t block);

/* bits_fn of output/format.h; arg is the keepmap. */
void keepmap_bits(void *arg, uint64_t first_pfn, uint8_t *buf, size_t len);

#endif
