/* SPDX-License-Identifier: GPL-2.0-or-later */
/* forced_page.c - keep one page that was dropped */
#include "filter/forced_impl.h"

#include "base/err.h"
#include "filter/priority.h"

/* Memory that the hardware reported as broken is never read. */
static bool is_poisoned(const struct page_lookup *p, uint64_t pfn)
{
	uint64_t page = memmap_va(p->m, p->k, pfn), flags = 0;

	return p->r->hwpoison && page &&
	       kernel_read(p->k, p->v, page + (uint64_t)p->k->layout.off_page_flags, &flags,
			   sizeof(flags)) == 0 &&
	       (flags & p->r->hwpoison);
}

bool forced_keep_page(struct forced *f, uint64_t pa)
{
	const struct page_lookup *pages = &f->cfg->pages;
	const unsigned shift = pages->k->page_shift;
	uint64_t pfn = pa >> shift;
	enum page_class class;

	if (f->cfg->all)
		keepmap_set(f->cfg->all, pfn, 1);
	if (keepmap_test(f->s->keep, pfn) || is_poisoned(pages, pfn))
		return false;
	priority_keep(pages->k, f->s, pfn << shift, 1ull << shift);
	if (!keepmap_test(f->s->keep, pfn))
		return false;
	class = page_class_at(pages, pfn);
	if (class ==
	    PAGE_KERNEL) /* it was on a list of free pages, which its struct page does not say */
		class = PAGE_FREE;
	if (f->s->counts.dropped[class] > 0)
		f->s->counts.dropped[class]--;
	return true;
}

/* Page by page: these ranges are short, and need not be contiguous. */
static uint64_t keep_range(struct forced *f, uint64_t va, uint64_t len, struct keepmap *tier)
{
	const struct kernel *k = f->cfg->pages.k;
	uint64_t page = 1ull << k->page_shift, end = (va + len + page - 1) & ~(page - 1), nr = 0;

	for (va &= ~(page - 1); va < end; va += page) {
		uint64_t pa, left;

		if (kernel_vtop(k, f->cfg->pages.v, va, &pa, &left) < 0)
			continue;
		nr += forced_keep_page(f, pa);
		if (tier)
			keepmap_set(tier, pa >> k->page_shift, 1);
	}
	fail_clear();
	return nr;
}

void forced_keep_range(struct forced *f, uint64_t va, uint64_t len, struct keepmap *tier)
{
	f->nr_back += keep_range(f, va, len, tier);
}

void forced_keep_around(struct forced *f, uint64_t va, uint64_t len)
{
	f->nr_around += keep_range(f, va, len, NULL);
}
