/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * classify.h - the policy: what one struct page is, and which level drops it
 *
 * Pure: no memory of the crashed kernel is read here.
 */
#ifndef FILTER_CLASSIFY_H
#define FILTER_CLASSIFY_H

#include "kernel/layout.h"

enum page_class {
	PAGE_KERNEL, /* always kept: slab, page tables, reserved, unknown */
	PAGE_CACHE,
	PAGE_CACHE_PRIVATE,
	PAGE_USER,
	PAGE_FREE,
	PAGE_POISON,  /* never read */
	PAGE_OFFLINE, /* never read */
	PAGE_TAIL,    /* decided with its head */
	NR_PAGE_CLASSES
};

/* Bits of -d. */
enum dump_level {
	LEVEL_ZERO = 1,
	LEVEL_CACHE = 2,
	LEVEL_CACHE_PRIVATE = 4,
	LEVEL_USER = 8,
	LEVEL_FREE = 16,
	LEVEL_MAX = 31,
};

/* Raw fields of one struct page and, for a head, of the one behind it. */
struct page_facts {
	uint64_t flags;
	uint64_t mapping;
	uint64_t private;
	uint64_t compound; /* compound_head or compound_info */
	uint32_t mapcount; /* or page_type */
	bool has_next;	   /* next_* are valid */
	uint64_t next_flags;
	uint8_t next_order; /* byte at compound_order / _folio_order */
	uint64_t next_dtor;
};

/* The rules of one kernel, worked out once from its layout. */
struct page_rules;

/*
 * Which facts this kernel's layout gives, and which level bits they allow.
 * usable: level bits that can be filtered; the rest is logged by the caller.
 */
struct page_rules {
	uint64_t lru, private_, swapcache, swapbacked, head, hwpoison, slab; /* flag masks, 0 unknown */
	uint64_t hugetlb_flag;						     /* in next_flags, 6.6 - 6.8 */
	struct page_type {
		uint32_t mask, value; /* (mapcount & mask) == value; mask 0: unknown */
	} buddy, offline, slab_type, hugetlb, unaccepted;
	enum { ORDER_NONE, ORDER_FLAGS, ORDER_BYTE } order_source;
	int64_t hugetlb_dtor; /* LAYOUT_UNKNOWN if not told */
	uint64_t free_hugepage;	/* sym_free_huge_page, 0 */
	unsigned nr_orders;   /* LENGTH(zone.free_area), 0 unknown */
	unsigned usable;      /* level bits */
};

void page_rules_init(struct page_rules *r, const struct layout *l);

struct page_verdict {
	enum page_class class;
	unsigned order; /* the verdict is for 1 << order frames */
	bool slab;	/* for the order of writing */
};

/* level decides between classes where two rules match; see the table in the .c file. */
struct page_verdict page_classify(const struct page_rules *r, unsigned level, uint64_t pfn,
				  const struct page_facts *f);

/* True if this level drops the class. Poison and offline go at every level. */
bool page_dropped(enum page_class class, unsigned level);

#endif
