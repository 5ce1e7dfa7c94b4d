/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * classify.h - the policy: what one struct page is, and which level drops it
 *
 * Pure: no memory of the crashed kernel is read here.
 */
#ifndef FILTER_CLASSIFY_H
#define FILTER_CLASSIFY_H

#include "base/page_counts.h"
#include "kernel/layout.h"

/* Bits of -d. */
enum dump_level {
	LEVEL_ZERO = 1,
	LEVEL_CACHE = 2,
	LEVEL_CACHE_PRIVATE = 4,
	LEVEL_USER = 8,
	LEVEL_FREE = 16,
	LEVEL_MAX = 31,
};

/* Raw fields of one struct page and, for a head, of the next one. */
struct page_facts {
	uint64_t flags; /* of a tail, too */
	uint64_t mapping;
	uint64_t private_;
	uint64_t compound; /* compound_head or compound_info */
	uint32_t mapcount; /* or page_type */
	bool has_next;	   /* next_* are valid */
	uint64_t next_flags;
	uint8_t next_order; /* byte at compound_order or _folio_order */
	uint8_t next_dtor;  /* byte at compound_dtor or _folio_dtor */
};

/* (mapcount & mask) == value. A mask of 0 matches nothing: type not known. */
struct page_type {
	uint32_t mask, value;
};

/*
 * The rules of one kernel, computed once from its layout. Flags are masks;
 * 0: not known.
 */
struct page_rules {
	uint64_t lru, private_, swapcache, swapbacked, head, hwpoison, slab;
	uint64_t reserved;     /* learned, see memmap.h */
	uint64_t hugetlb_flag; /* in next_flags, 6.6 - 6.8 */
	struct page_type buddy, offline, slab_type, hugetlb, unaccepted;
	struct page_type zsmalloc; /* learned, see symbols.h */
	enum { ORDER_NONE, ORDER_FLAGS, ORDER_BYTE } order_source;
	int64_t hugetlb_dtor; /* LAYOUT_UNKNOWN: not known */
	unsigned nr_orders;   /* of the buddy allocator, 0: not known */
	unsigned usable;      /* level bits this kernel lets us filter */
};

/* Everything but r->reserved and r->zsmalloc; a fact that the layout lacks makes r->usable smaller.
 * Pure. */
void page_rules_init(struct page_rules *r, const struct layout *l);

struct page_verdict {
	enum page_class class;
	unsigned order; /* the verdict is for 1 << order frames */
	bool slab;
	bool reserved;	  /* image, per-CPU areas, boot-time tables: never dropped */
	bool implausible; /* the struct page contradicts itself; class is PAGE_KERNEL */
};

/*
 * First match wins, and a level that does not ask for a class lets a page fall
 * through to the next rule; a page no rule drops is PAGE_KERNEL. Tail pages
 * are decided with their heads, but for hwpoison: do not ask about them (page_is_tail).
 */
struct page_verdict page_classify(const struct page_rules *r, unsigned level, uint64_t pfn,
				  const struct page_facts *f);

/* Is it a page of a compound page, but not its head? */
static inline bool page_is_tail(const struct page_facts *f)
{
	return f->compound & 1;
}

/* False if no rule could drop a page: the memory map need not be read. */
bool page_rules_need_scan(const struct page_rules *r, unsigned level);

#endif
