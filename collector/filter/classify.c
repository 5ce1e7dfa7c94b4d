/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * classify.c - the rules that assign a class to each page
 *
 *     rule                                             frames        dropped by
 *     buddy type, not slab                             1 << private  16
 *     unaccepted type                                  largest block 16
 *     cache, not private, not anonymous                1 << order    2
 *     cache, not anonymous                             1 << order    4
 *     anonymous, hugetlb or zsmalloc type              1 << order    8
 *     hwpoison                                         1 << order    every level
 *     offline type, not slab                           1 << order    every level
 *
 * The rules, and that the first match wins, are makedumpfile's, so that -d
 * means the same; docs/differences.md lists where we know better.
 */
#include "filter/classify.h"

#define MAPPING_ANON   1u /* KSM pages have it too */

/* Largest compound page there is: 16 GiB in pages of 4 KiB. */
#define MAX_ORDER_EVER 22

static uint64_t flag_mask(int64_t bit, int64_t otherwise)
{
	int64_t n = known_or(bit, otherwise);

	return n >= 0 && n < 64 ? 1ull << n : 0;
}

/*
 * Until 6.11 a type is a word with some bits cleared, compared as a whole.
 * Since 6.12 it is a top byte from 0xf0 up, and the low bits are the owner's.
 */
static struct page_type type_of(int64_t value)
{
	uint32_t v = (uint32_t)value;

	if (!known(value))
		return (struct page_type){ 0, 0 };
	if ((v & 0xffffff) == 0 && v >= 0xf0000000)
		return (struct page_type){ 0xff000000, v };
	return (struct page_type){ 0xffffffff, v };
}

static bool type_is(const struct page_type *t, uint32_t mapcount)
{
	return t->mask && (mapcount & t->mask) == t->value;
}

/*
 * Compound order: a byte of the second struct page until 6.5, since then the
 * low byte of its flags. 6.6 - 6.8 without hugetlb export neither; there the
 * missing order byte gives it away.
 */
static void find_order_source(struct page_rules *r, const struct layout *l)
{
	if (known(l->num_PAGE_HUGETLB_MAPCOUNT_VALUE) || known(l->num_PG_hugetlb))
		r->order_source = ORDER_FLAGS;
	else if (known(l->off_page_compound_order) || known(l->off_folio__folio_order))
		r->order_source = ORDER_BYTE;
	else
		r->order_source = ORDER_FLAGS;
}

static unsigned usable_levels(const struct page_rules *r, const struct layout *l)
{
	unsigned usable = LEVEL_ZERO;

	if (!known(l->size_page) || !known(l->off_page_flags))
		return usable;
	if (r->lru && known(l->off_page_mapping))
		usable |= LEVEL_CACHE | LEVEL_CACHE_PRIVATE | LEVEL_USER;
	if (r->buddy.mask && known(l->off_page__mapcount) && known(l->off_page_private))
		usable |= LEVEL_FREE;
	return usable;
}

void page_rules_init(struct page_rules *r, const struct layout *l)
{
	*r = (struct page_rules){ .hugetlb_dtor = l->num_HUGETLB_PAGE_DTOR };
	r->lru = flag_mask(l->num_PG_lru, -1);
	r->private_ = flag_mask(l->num_PG_private, -1);
	r->swapcache = flag_mask(l->num_PG_swapcache, -1);
	r->swapbacked = flag_mask(l->num_PG_swapbacked, -1);
	r->hwpoison = flag_mask(l->num_PG_hwpoison, -1);
	r->hugetlb_flag = flag_mask(l->num_PG_hugetlb, -1);
	r->head = known(l->num_PG_head_mask) ? (uint64_t)l->num_PG_head_mask : 1u << 14;

	r->buddy = type_of(l->num_PAGE_BUDDY_MAPCOUNT_VALUE);
	r->offline = type_of(l->num_PAGE_OFFLINE_MAPCOUNT_VALUE);
	r->slab_type = type_of(l->num_PAGE_SLAB_MAPCOUNT_VALUE);
	r->hugetlb = type_of(l->num_PAGE_HUGETLB_MAPCOUNT_VALUE);
	r->unaccepted = type_of(l->num_PAGE_UNACCEPTED_MAPCOUNT_VALUE);
	/* If slab is a page type, the old flag bit has another meaning. */
	if (!r->slab_type.mask)
		r->slab = flag_mask(l->num_PG_slab, -1);

	find_order_source(r, l);
	if (known(l->len_zone_free_area) && l->len_zone_free_area > 0 &&
	    l->len_zone_free_area <= MAX_ORDER_EVER)
		r->nr_orders = (unsigned)l->len_zone_free_area;
	r->usable = usable_levels(r, l);
}

bool page_rules_need_scan(const struct page_rules *r, unsigned level)
{
	return (level & r->usable & ~(unsigned)LEVEL_ZERO) || r->hwpoison || r->offline.mask;
}

static bool is_slab(const struct page_rules *r, const struct page_facts *f)
{
	return (f->flags & r->slab) || type_is(&r->slab_type, f->mapcount);
}

static unsigned compound_order(const struct page_rules *r, uint64_t pfn, const struct page_facts *f)
{
	unsigned order;

	if (!(f->flags & r->head) || !f->has_next)
		return 0;
	order = r->order_source == ORDER_FLAGS ? (unsigned)(f->next_flags & 0xff) : f->next_order;
	if (order > MAX_ORDER_EVER || (pfn & ((1ull << order) - 1)))
		return 0;
	return order;
}

static bool is_hugetlb(const struct page_rules *r, const struct page_facts *f)
{
	if (!(f->flags & r->head))
		return false;
	if (r->hugetlb.mask)
		return type_is(&r->hugetlb, f->mapcount);
	if (!f->has_next)
		return false;
	if (r->hugetlb_flag)
		return (f->next_flags & r->hugetlb_flag) != 0;
	return known(r->hugetlb_dtor) && f->next_dtor == (uint64_t)r->hugetlb_dtor;
}

static bool is_cache(const struct page_rules *r, const struct page_facts *f)
{
	if (f->flags & r->lru)
		return true;
	return (f->flags & r->swapcache) && (!r->swapbacked || (f->flags & r->swapbacked));
}

/* A free block and its order. The struct page is as good a source as the free lists. */
static bool classify_free(const struct page_rules *r, uint64_t pfn, const struct page_facts *f,
			  struct page_verdict *v)
{
	uint64_t order = f->private_;
	unsigned limit = r->nr_orders ? r->nr_orders : MAX_ORDER_EVER;

	if (type_is(&r->unaccepted, f->mapcount) && r->nr_orders)
		order = r->nr_orders - 1;
	else if (!type_is(&r->buddy, f->mapcount))
		return false;
	if (order >= limit || (pfn & ((1ull << order) - 1))) {
		v->implausible = true;
		return true;
	}
	v->class = PAGE_FREE;
	v->order = (unsigned)order;
	return true;
}

static enum page_class classify_used(const struct page_rules *r, unsigned level,
				     const struct page_facts *f, bool slab)
{
	bool anon = (f->mapping & MAPPING_ANON) && !slab;
	bool cache = is_cache(r, f) && !anon;

	if (cache && !(f->flags & r->private_) && (level & LEVEL_CACHE))
		return PAGE_CACHE;
	if (cache && (level & LEVEL_CACHE_PRIVATE))
		return f->flags & r->private_ ? PAGE_CACHE_PRIVATE : PAGE_CACHE;
	if ((level & LEVEL_USER) &&
	    (anon || is_hugetlb(r, f) || type_is(&r->zsmalloc, f->mapcount)))
		return PAGE_USER;
	if (f->flags & r->hwpoison)
		return PAGE_POISON;
	if (!slab && type_is(&r->offline, f->mapcount))
		return PAGE_OFFLINE;
	return PAGE_KERNEL;
}

struct page_verdict page_classify(const struct page_rules *r, unsigned level, uint64_t pfn,
				  const struct page_facts *f)
{
	struct page_verdict v = { .class = PAGE_KERNEL };
	bool slab = is_slab(r, f);

	/* The kernel image, per-CPU areas and other reserved memory: never dropped. */
	if (f->flags & r->reserved && !(f->flags & r->hwpoison) &&
	    !type_is(&r->offline, f->mapcount)) {
		v.reserved = true;
		return v;
	}
	if ((level & LEVEL_FREE) && !slab && classify_free(r, pfn, f, &v))
		return v;
	v.order = compound_order(r, pfn, f);
	v.slab = slab;
	v.class = classify_used(r, level & r->usable, f, slab);
	return v;
}
