/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcp_free.c - free pages on the lists of the CPUs
 *
 *     node_data[]  ->  pglist_data.node_zones[]  ->  zone.per_cpu_pageset, a per-CPU pointer
 *       ->  per_cpu_pages of each CPU:  count, lists[]  ->  page.lru  ->  page.lru  -> ...
 *
 * Until 5.13 there are MIGRATE_PCPTYPES lists of single pages. Since then (44042b449872) they are
 * in groups of so many, for the orders 0 to 3, and behind these the lists of huge pages. count is
 * the number of pages on all of them, which shows that the orders are as we think. A CPU that died
 * between a list and its count differs; then only single pages go.
 */
#include "filter/pcp_free.h"

#include "base/err.h"
#include "base/log.h"

#include <string.h>

#define NODES_MAX   1024u /* as the largest MAX_NUMNODES */
#define ZONES_MAX   16u
#define GROUPS	    4u	 /* PAGE_ALLOC_COSTLY_ORDER + 1 */
#define HUGE_LISTS  3u	 /* at most, behind the groups */
#define PAGE_BYTES  512u /* of a struct page, as memmap.c allows */
#define COST_OF_CPU 16u	 /* of the budget, in pages */

struct pcp_types {
	struct btf_field zones, nr_zones; /* of pglist_data */
	uint64_t zone_size;
	struct btf_field pageset; /* of zone: a per-CPU pointer */
	uint64_t pcp;		  /* where the struct per_cpu_pages is in what it points to */
	struct btf_field count, lists;
	struct btf_field lru; /* of page */
	unsigned per_group;   /* MIGRATE_PCPTYPES */
	unsigned nr_lists;    /* whose order is known */
	unsigned order_of_huge;
};

struct walk {
	const struct page_lookup *pages;
	struct selection *s;
	struct kmem *mem;
	struct pcp_types t;
	const struct memmap_extent *near; /* where the last struct page was */
	uint64_t budget;		  /* pages that may yet be looked at */
	uint64_t nr_dropped;
};

/* The pageset of zones up to 5.13 has the lists inside. */
static int find_pageset(struct btf *btf, struct pcp_types *t)
{
	struct btf_field inside;
	int rc = btf_member(btf, "zone", "per_cpu_pageset", &t->pageset);

	if (rc == 0 || btf_member(btf, "zone", "pageset", &t->pageset) < 0)
		return rc;
	rc = btf_member(btf, "per_cpu_pageset", "pcp", &inside);
	t->pcp = rc == 0 ? inside.off : 0;
	return rc;
}

/* Of a kernel whose lists have another shape only single pages are known. */
static int find_lists(struct btf *btf, struct pcp_types *t)
{
	int64_t types;
	unsigned nr;

	if (btf_member(btf, "per_cpu_pages", "count", &t->count) < 0 ||
	    btf_member(btf, "per_cpu_pages", "lists", &t->lists) < 0 ||
	    btf_enumerator(btf, "migratetype", "MIGRATE_PCPTYPES", &types) < 0 || types < 1 ||
	    types > 16 || t->lists.nelems < types)
		return -ENOENT;
	t->per_group = t->nr_lists = (unsigned)types;
	nr = t->per_group * GROUPS;
	if (t->lists.nelems >= nr && t->lists.nelems <= nr + HUGE_LISTS)
		t->nr_lists = t->lists.nelems;
	return 0;
}

static int find_types(const struct kernel *k, struct btf *btf, struct pcp_types *t)
{
	int64_t zone = btf_size_of(btf, "zone");

	if (btf_member(btf, "pglist_data", "node_zones", &t->zones) < 0 ||
	    btf_member(btf, "pglist_data", "nr_zones", &t->nr_zones) < 0 || zone <= 0 ||
	    find_pageset(btf, t) < 0 || find_lists(btf, t) < 0 ||
	    (btf_member(btf, "page", "lru", &t->lru) < 0 &&
	     btf_member(btf, "page", "pcp_list", &t->lru) < 0) ||
	    t->lru.off + 8 > (uint64_t)k->layout.size_page)
		return -ENOENT;
	t->zone_size = (uint64_t)zone;
	t->order_of_huge = k->page_shift - 3; /* PMD_ORDER: a table of 8-byte entries is a page */
	return 0;
}

static unsigned order_of(const struct pcp_types *t, unsigned list)
{
	unsigned group = list / t->per_group;

	return group < GROUPS ? group : t->order_of_huge;
}

static bool in_extent(const struct memmap_extent *e, size_t size, uint64_t va)
{
	return va >= e->va && va - e->va < e->nr * size && (va - e->va) % size == 0;
}

/* The frame whose struct page is at va. */
static bool frame_of(struct walk *w, uint64_t va, uint64_t *pfn)
{
	const struct memmap *m = w->pages->m;
	const size_t size = (size_t)w->pages->k->layout.size_page;

	for (size_t i = 0; !w->near || !in_extent(w->near, size, va); i++) {
		if (i == m->nr_extent)
			return false;
		w->near = &m->extent[i];
	}
	*pfn = w->near->first_pfn + (va - w->near->va) / size;
	return true;
}

/* Nobody uses it: no type, no flag, and the count of users is 0. */
static bool is_free(const struct page_lookup *p, uint64_t pfn, const char *page)
{
	const struct layout *l = &p->k->layout;
	struct page_verdict v;
	struct page_facts f;
	uint32_t users;

	memcpy(&users, page + l->off_page__refcount, sizeof(users));
	page_facts_load(l, p->r, page, false, &f);
	if (users != 0 || page_is_tail(&f) || f.mapcount != UINT32_MAX || (f.flags & p->r->head))
		return false;
	v = page_classify(p->r, LEVEL_MAX, pfn, &f);
	return v.class == PAGE_KERNEL && !v.slab && !v.reserved && !v.implausible;
}

/* All pages of the block at pfn, whose first struct page is at va. *next: what follows on its list.
 */
static bool block_is_free(struct walk *w, uint64_t va, unsigned order, uint64_t *pfn,
			  uint64_t *next)
{
	const size_t size = (size_t)w->pages->k->layout.size_page;
	const uint64_t nr = 1ull << order;
	char page[PAGE_BYTES];

	if (w->budget < nr || !frame_of(w, va, pfn) || (*pfn & (nr - 1)) ||
	    *pfn + nr > w->near->first_pfn + w->near->nr)
		return false;
	w->budget -= nr;
	for (uint64_t i = 0; i < nr; i++) {
		if (kmem_read(w->mem, va + i * size, page, size) < 0 ||
		    !is_free(w->pages, *pfn + i, page))
			return false;
		if (i == 0)
			memcpy(next, page + w->t.lru.off, sizeof(*next));
	}
	return true;
}

/* How many pages are on the list, which is of blocks; what they are is not looked at. */
static uint64_t list_length(struct walk *w, uint64_t head, unsigned order)
{
	uint64_t at, nr = 0;

	if (kmem_u64(w->mem, head, &at) < 0)
		return 0;
	while (at != head && w->budget >= 1ull << order) {
		w->budget -= 1ull << order;
		nr += 1ull << order;
		if (kmem_u64(w->mem, at, &at) < 0)
			break;
	}
	return nr;
}

/* Drop the pages on the list, up to the first that is not free. How many they are. */
static uint64_t drop_list(struct walk *w, uint64_t head, unsigned order)
{
	uint64_t at, next, pfn, nr = 0;

	if (kmem_u64(w->mem, head, &at) < 0)
		return 0;
	for (; at != head && block_is_free(w, at - w->t.lru.off, order, &pfn, &next); at = next) {
		w->nr_dropped += keepmap_clear(w->s->keep, pfn, 1ull << order);
		nr += 1ull << order;
	}
	return nr;
}

static uint64_t list_at(const struct walk *w, uint64_t pcp, unsigned list)
{
	return pcp + w->t.lists.off + list * (uint64_t)(w->t.lists.size / w->t.lists.nelems);
}

static void walk_lists(struct walk *w, uint64_t pcp)
{
	const struct pcp_types *t = &w->t;
	uint64_t count, nr = 0;

	if (w->budget < COST_OF_CPU || btf_read(w->mem, pcp, &t->count, &count) < 0 || count == 0)
		return;
	w->budget -= COST_OF_CPU;
	for (unsigned i = 0; i < t->nr_lists; i++)
		nr += order_of(t, i) == 0 ? drop_list(w, list_at(w, pcp, i), 0)
					  : list_length(w, list_at(w, pcp, i), order_of(t, i));
	for (unsigned i = t->per_group; nr == count && i < t->nr_lists; i++)
		drop_list(w, list_at(w, pcp, i), order_of(t, i));
}

static void walk_node(struct walk *w, const struct kcpus *cpus, uint64_t node)
{
	uint64_t nr, pageset;

	if (btf_read(w->mem, node, &w->t.nr_zones, &nr) < 0 || nr > ZONES_MAX)
		return;
	for (uint64_t i = 0; i < nr; i++) {
		uint64_t zone = node + w->t.zones.off + i * w->t.zone_size;

		if (btf_read(w->mem, zone, &w->t.pageset, &pageset) < 0 || pageset == 0)
			continue;
		for (unsigned cpu = 0; cpu < cpus->nr; cpu++)
			walk_lists(w, kcpus_va(&cpus->cpu[cpu], pageset) + w->t.pcp);
	}
}

/* An array of pointers, or the only one there is. */
static void walk_nodes(struct walk *w, const struct filter_symbols *symbols)
{
	struct ksym nodes;
	uint64_t node, nr;

	if (kallsyms_find(symbols->syms, "contig_page_data", &node) == 0) {
		walk_node(w, symbols->cpus, node);
		return;
	}
	if (kallsyms_lookup(symbols->syms, "node_data", &nodes) < 0)
		return;
	nr = nodes.size / sizeof(node) < NODES_MAX ? nodes.size / sizeof(node) : NODES_MAX;
	for (uint64_t i = 0; i < nr; i++)
		if (kmem_u64(w->mem, nodes.va + i * sizeof(node), &node) == 0 && node >> 63)
			walk_node(w, symbols->cpus, node);
}

void pcp_free_apply(const struct page_lookup *pages, struct filter_symbols *symbols,
		    struct selection *s)
{
	struct walk w = { .pages = pages, .s = s, .budget = 2 * s->counts.ram + (1u << 20) };
	const struct layout *l = &pages->k->layout;

	if (!symbols->cpus || !known(l->off_page__refcount) || !known(l->off_page__mapcount) ||
	    l->off_page__refcount + 4 > l->size_page ||
	    find_types(pages->k, symbols->btf, &w.t) < 0)
		return;
	w.mem = kallsyms_kmem(symbols->syms);
	walk_nodes(&w, symbols);
	s->counts.dropped[PAGE_FREE] += w.nr_dropped;
	log_msg(LOG_DEBUG, "%ju free pages are on lists of CPUs", (uintmax_t)w.nr_dropped);
	fail_clear();
}
