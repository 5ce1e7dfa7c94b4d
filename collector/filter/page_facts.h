/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page_facts.h - the fields of struct pages that classification needs, and the class of one page */
#ifndef FILTER_PAGE_FACTS_H
#define FILTER_PAGE_FACTS_H

#include "filter/classify.h"
#include "filter/memmap.h"

/*
 * The facts of the struct page in memory at page. has_next: the next one is behind it, which is
 * read if page is the head of a compound page by r. Of a tail (page_is_tail) only the
 * flags are loaded.
 */
void page_facts_load(const struct layout *l, const struct page_rules *r, const char *page,
		     bool has_next, struct page_facts *f);

/* Where struct pages are, and the rules. Constant. */
struct page_lookup {
	const struct kernel *k;
	struct view *v; /* the caller's own */
	const struct memmap *m;
	const struct page_rules *r;
	unsigned level;
};

/* What the scan took pfn for at that level. PAGE_KERNEL: nothing that is dropped, or unreadable. */
enum page_class page_class_at(const struct page_lookup *p, uint64_t pfn);

#endif
