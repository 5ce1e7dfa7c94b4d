/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scan.h - the walk over mem_map
 *
 * Frames are taken in chunks, a chunk by one thread at a time; threads change
 * disjoint blocks of the keep-map. A verdict that reaches beyond its chunk
 * (huge pages) waits in a list until all threads are done.
 */
#ifndef FILTER_SCAN_H
#define FILTER_SCAN_H

#include "filter/filter.h"
#include "filter/memmap.h"

/*
 * Clear and count in s->keep the pages that the level drops; fill TIER_BOOT and TIER_SLAB. An error
 * of view_open() if no thread can read: then nothing is changed.
 */
int scan_memmap(const struct kernel *k, const struct memmap *m, const struct page_rules *r,
		const struct filter_cfg *cfg, struct selection *s);

#endif
