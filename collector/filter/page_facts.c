/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page_facts.c - the fields of struct pages that classification needs */
#include "filter/page_facts.h"

#include "base/err.h"

#include <string.h>

#define ORDER_MAX 18 /* of a compound page: 1 GiB in pages of 4 KiB */

static uint64_t load64(const char *p, int64_t off)
{
	uint64_t v;

	if (!known(off))
		return 0;
	memcpy(&v, p + off, sizeof(v));
	return v;
}

static uint32_t load32(const char *p, int64_t off)
{
	uint32_t v;

	if (!known(off))
		return 0;
	memcpy(&v, p + off, sizeof(v));
	return v;
}

/* Offsets of folio members count from its head: the second page holds them. */
static uint8_t load_next(const char *page, size_t size, int64_t page_off, int64_t folio_off)
{
	if (known(page_off))
		return (uint8_t)page[size + (size_t)page_off];
	if (known(folio_off) && folio_off >= (int64_t)size && folio_off < 2 * (int64_t)size)
		return (uint8_t)page[folio_off];
	return 0;
}

static void load_behind(const struct layout *l, const char *page, struct page_facts *f)
{
	size_t size = (size_t)l->size_page;

	f->next_flags = load64(page + size, l->off_page_flags);
	f->next_order =
		load_next(page, size, l->off_page_compound_order, l->off_folio__folio_order);
	f->next_dtor = load_next(page, size, l->off_page_compound_dtor, l->off_folio__folio_dtor);
}

void page_facts_load(const struct layout *l, const struct page_rules *r, const char *page,
		     bool has_next, struct page_facts *f)
{
	f->compound = load64(page, known_or(l->off_page_compound_head, l->off_page_compound_info));
	f->flags = load64(page, l->off_page_flags);
	if (page_is_tail(f))
		return;
	f->mapping = load64(page, l->off_page_mapping);
	f->private_ = load64(page, l->off_page_private);
	f->mapcount = load32(page, l->off_page__mapcount);
	f->has_next = has_next && (f->flags & r->head);
	if (f->has_next)
		load_behind(l, page, f);
}

/* The verdict on the head at pfn. False: it is a tail, or has no readable struct page. */
static bool verdict_at(const struct page_lookup *p, uint64_t pfn, struct page_verdict *out)
{
	const size_t size = (size_t)p->k->layout.size_page;
	uint64_t va = memmap_va(p->m, p->k, pfn);
	char pair[2 * 512];
	struct page_facts f;
	bool both;

	if (!va || size > sizeof(pair) / 2)
		return false;
	both = kernel_read(p->k, p->v, va, pair, 2 * size) == 0;
	if (!both && kernel_read(p->k, p->v, va, pair, size) < 0)
		return false;
	page_facts_load(&p->k->layout, p->r, pair, both, &f);
	if (page_is_tail(&f))
		return false;
	*out = page_classify(p->r, p->level, pfn, &f);
	return true;
}

enum page_class page_class_at(const struct page_lookup *p, uint64_t pfn)
{
	struct page_verdict v;
	uint64_t head = pfn;

	/* A compound page is aligned to its size. */
	for (unsigned order = 0; order <= ORDER_MAX; order++) {
		head &= ~((1ull << order) - 1);
		if (!verdict_at(p, head, &v))
			continue;
		fail_clear();
		return pfn - head < 1ull << v.order ? v.class : PAGE_KERNEL;
	}
	fail_clear();
	return PAGE_KERNEL;
}
