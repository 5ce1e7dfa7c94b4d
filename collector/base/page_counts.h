/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_counts.h - what became of the pages: the counts of all stages, in one struct
 *
 * filter_open() counts page frames, dump_pages() the pages that it saves, and the summary prints
 * them. The struct is copied from stage to stage; each has its own copy, so it needs no lock.
 */
#ifndef BASE_PAGE_COUNTS_H
#define BASE_PAGE_COUNTS_H

#include <stdint.h>

enum page_class {
	PAGE_KERNEL, /* always kept: slab, page tables, reserved, unknown */
	PAGE_CACHE,
	PAGE_CACHE_PRIVATE,
	PAGE_USER,
	PAGE_FREE,
	PAGE_POISON,	/* never read */
	PAGE_OFFLINE,	/* never read */
	PAGE_UNUSED_VM, /* struct pages, all of frames that are left out: filter_cfg.unused_vm */
	NR_PAGE_CLASSES
};

struct page_counts {
	/* By filter_open(): page frames. */
	uint64_t max_pfn; /* one past the last frame with RAM: holes are counted, too */
	uint64_t ram;	  /* frames that are RAM, in part or whole */
	uint64_t absent;  /* of ram: the input does not have them */
	uint64_t dropped[NR_PAGE_CLASSES]; /* of ram: left out, by class; never PAGE_KERNEL */
	uint64_t keep;			   /* of ram: to be saved, zero pages with them */
	uint64_t damaged;     /* of keep: their struct page is unreadable or implausible */
	uint64_t scanned;     /* struct pages read */
	uint64_t user_stacks; /* of keep: dropped by class, but for filter_cfg.user_stacks */

	/* By dump_pages(): pages of keep so far, or of the sample of them that is taken. */
	uint64_t done;
	uint64_t zero;	  /* of done: all bytes are zero */
	uint64_t missing; /* of done: unreadable */
	uint64_t lost;	  /* of done: at most so many were lost by a server that had taken them */
	uint64_t bytes;	  /* stored bytes of page data, without descriptors */
};

#endif
