/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memmap.h - where the struct pages of the crashed kernel are
 *
 * A memmap is a list of extents: frames whose struct pages lie in a row in
 * virtual memory. With vmemmap there is one for each hole-free stretch of RAM.
 */
#ifndef FILTER_MEMMAP_H
#define FILTER_MEMMAP_H

#include "filter/classify.h"
#include "kernel/kernel.h"

struct memmap_extent {
	uint64_t first_pfn;
	uint64_t nr;
	uint64_t va; /* of the struct page of first_pfn */
};

struct memmap {
	struct memmap_extent *extent; /* rising, disjoint */
	size_t nr_extent;
	uint64_t va_start, va_end; /* what all extents together span */
	uint64_t bad_sections;	   /* invalid entries; their pages are kept */
};

/*
 * Find all struct pages below max_pfn: SPARSEMEM with and without EXTREME and
 * VMEMMAP, FLATMEM. -ENOENT: the memory model is not known; -EFAULT: it is known, but no section
 * is valid.
 */
int memmap_open(const struct kernel *k, struct view *v, uint64_t max_pfn, struct memmap *out);
void memmap_close(struct memmap *m); /* a zeroed one, too */

/* Address of the struct page of pfn; 0 if there is none. */
uint64_t memmap_va(const struct memmap *m, const struct kernel *k, uint64_t pfn);

/*
 * No kernel exports PG_reserved, but every page of the kernel image has this flag and no other, so
 * the mask is read from there. 0 if the pages disagree.
 */
uint64_t memmap_learn_reserved(const struct memmap *m, const struct kernel *k, struct view *v,
			       const struct page_rules *r);

#endif
