/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lacks.c - does vmcoreinfo have all facts that a level needs? */
#include "filter/filter.h"

#include "base/util.h"

static bool all_known(const int64_t *fact, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!known(fact[i]))
			return false;
	return true;
}

static bool either(int64_t a, int64_t b)
{
	return known(a) || known(b);
}

/* Where struct pages are, and the members that every level uses. */
static bool pages_found(const struct layout *l)
{
	const int64_t page[] = { l->size_page, l->off_page_flags, l->off_page__mapcount,
				 l->num_PG_head_mask };
	const int64_t sparse[] = { l->sym_mem_section, l->size_mem_section,
				   l->off_mem_section_section_mem_map };

	return all_known(page, ARRAY_SIZE(page)) &&
	       (known(l->sym_mem_map) || all_known(sparse, ARRAY_SIZE(sparse))) &&
	       either(l->off_page_compound_head, l->off_page_compound_info) &&
	       either(l->num_PG_slab, l->num_PAGE_SLAB_MAPCOUNT_VALUE);
}

static bool cache_found(const struct layout *l)
{
	const int64_t cache[] = { l->off_page_mapping, l->num_PG_lru, l->num_PG_private,
				  l->num_PG_swapcache };

	return all_known(cache, ARRAY_SIZE(cache));
}

static bool free_found(const struct layout *l)
{
	const int64_t buddy[] = { l->num_PAGE_BUDDY_MAPCOUNT_VALUE, l->off_page_private,
				  l->len_zone_free_area };

	return all_known(buddy, ARRAY_SIZE(buddy));
}

/* 6.6 - 6.8 mark huge pages by a flag, the others by a destructor or a type. */
static bool user_found(const struct layout *l)
{
	return known(l->num_HUGETLB_PAGE_DTOR) ||
	       either(l->num_PG_hugetlb, l->num_PAGE_HUGETLB_MAPCOUNT_VALUE);
}

bool filter_lacks(const struct layout *l, unsigned level)
{
	if (!(level & ~(unsigned)LEVEL_ZERO))
		return false;
	return !pages_found(l) || !cache_found(l) || ((level & LEVEL_FREE) && !free_found(l)) ||
	       ((level & LEVEL_USER) && !user_found(l));
}
