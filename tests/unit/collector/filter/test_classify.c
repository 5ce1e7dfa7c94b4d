/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_classify.c - one row for every rule, on every era of page types */
#include "filter/classify.h"

#include "base/util.h"
#include "check.h"

enum {
	LRU = 1 << 5,
	PRIVATE = 1 << 13,
	SWAPCACHE = 1 << 10,
	SWAPBACKED = 1 << 17,
	HEAD = 1 << 16,
	SLAB = 1 << 9,
	POISON = 1 << 21,
	RESERVED = 1 << 12
};

enum { OLD_BUDDY = -129, OLD_OFFLINE = -257 };
#define NEW_BUDDY   ((int64_t)(int32_t)0xf0000000)
#define NEW_OFFLINE ((int64_t)(int32_t)0xf1000000)
#define NEW_HUGETLB ((int64_t)(int32_t)0xf4000000)
#define NEW_SLAB    ((int64_t)(int32_t)0xf5000000)
#define NEW_UNACC   ((int64_t)(int32_t)0xf7000000)

static struct layout common_layout(void)
{
	struct layout l;

	layout_init(&l);
	l.size_page = 64;
	l.off_page_flags = 0;
	l.off_page_mapping = 24;
	l.off_page__mapcount = 48;
	l.off_page_private = 40;
	l.num_PG_lru = 5;
	l.num_PG_private = 13;
	l.num_PG_swapcache = 10;
	l.num_PG_swapbacked = 17;
	l.num_PG_hwpoison = 21;
	l.num_PG_head_mask = HEAD;
	l.len_zone_free_area = 11;
	return l;
}

/* 5.10 and 6.1: slab is a flag, the order a byte of the second page. */
static struct page_rules old_rules(void)
{
	struct layout l = common_layout();
	struct page_rules r;

	l.num_PG_slab = 9;
	l.num_PAGE_BUDDY_MAPCOUNT_VALUE = OLD_BUDDY;
	l.num_PAGE_OFFLINE_MAPCOUNT_VALUE = OLD_OFFLINE;
	l.off_page_compound_order = 17;
	l.off_page_compound_dtor = 16;
	l.num_HUGETLB_PAGE_DTOR = 2;
	page_rules_init(&r, &l);
	r.reserved = RESERVED;
	return r;
}

/* 6.12 and later: types in the top byte, the order in the second page's flags. */
static struct page_rules new_rules(void)
{
	struct layout l = common_layout();
	struct page_rules r;

	l.num_PAGE_BUDDY_MAPCOUNT_VALUE = NEW_BUDDY;
	l.num_PAGE_OFFLINE_MAPCOUNT_VALUE = NEW_OFFLINE;
	l.num_PAGE_HUGETLB_MAPCOUNT_VALUE = NEW_HUGETLB;
	l.num_PAGE_SLAB_MAPCOUNT_VALUE = NEW_SLAB;
	l.num_PAGE_UNACCEPTED_MAPCOUNT_VALUE = NEW_UNACC;
	page_rules_init(&r, &l);
	r.reserved = RESERVED;
	r.zsmalloc = (struct page_type){ 0xff000000, 0xf6000000 };
	return r;
}

struct row {
	const char *what;
	unsigned level;
	uint64_t pfn;
	struct page_facts f;
	enum page_class class;
	unsigned order;
};

static void check_rows(const struct page_rules *r, const struct row *row, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct page_verdict v = page_classify(r, row[i].level, row[i].pfn, &row[i].f);

		if (v.class != row[i].class || v.order != row[i].order)
			fail_msg("%s: class %d order %u", row[i].what, v.class, v.order);
	}
}

TEST(old_kernels)
{
	const struct page_rules r = old_rules();
	const struct row rows[] = {
		{ "file", 2, 1, { .flags = LRU }, PAGE_CACHE, 0 },
		{ "file, not asked for", 8, 1, { .flags = LRU }, PAGE_KERNEL, 0 },
		{ "file with buffers", 2, 1, { .flags = LRU | PRIVATE }, PAGE_KERNEL, 0 },
		{ "file with buffers", 4, 1, { .flags = LRU | PRIVATE }, PAGE_CACHE_PRIVATE, 0 },
		{ "file at level 4", 4, 1, { .flags = LRU }, PAGE_CACHE, 0 },
		{ "anonymous on the LRU", 6, 1, { .flags = LRU, .mapping = 1 }, PAGE_KERNEL, 0 },
		{ "anonymous", 8, 1, { .flags = LRU, .mapping = 1 }, PAGE_USER, 0 },
		{ "KSM", 8, 1, { .mapping = 3 }, PAGE_USER, 0 },
		{ "swap cache", 2, 1, { .flags = SWAPCACHE | SWAPBACKED }, PAGE_CACHE, 0 },
		{ "owner_priv_1", 2, 1, { .flags = SWAPCACHE }, PAGE_KERNEL, 0 },
		{ "slab that looks anonymous",
		  31,
		  1,
		  { .flags = SLAB, .mapping = 1 },
		  PAGE_KERNEL,
		  0 },
		{ "free block",
		  16,
		  8,
		  { .mapcount = (uint32_t)OLD_BUDDY, .private_ = 3 },
		  PAGE_FREE,
		  3 },
		{ "free, not asked for",
		  15,
		  8,
		  { .mapcount = (uint32_t)OLD_BUDDY, .private_ = 3 },
		  PAGE_KERNEL,
		  0 },
		{ "free, order absurd",
		  16,
		  8,
		  { .mapcount = (uint32_t)OLD_BUDDY, .private_ = 11 },
		  PAGE_KERNEL,
		  0 },
		{ "free, misaligned",
		  16,
		  4,
		  { .mapcount = (uint32_t)OLD_BUDDY, .private_ = 3 },
		  PAGE_KERNEL,
		  0 },
	};

	check_rows(&r, rows, ARRAY_SIZE(rows));
	CHECK_EQ(r.usable, 31);
}

TEST(old_kernels_compound_and_special)
{
	const struct page_rules r = old_rules();
	const struct row rows[] = {
		{ "offline", 0, 1, { .mapcount = (uint32_t)OLD_OFFLINE }, PAGE_OFFLINE, 0 },
		{ "poisoned", 0, 1, { .flags = POISON }, PAGE_POISON, 0 },
		{ "huge page",
		  8,
		  512,
		  { .flags = HEAD | LRU, .mapping = 1, .has_next = true, .next_order = 9 },
		  PAGE_USER,
		  9 },
		{ "order misaligned",
		  8,
		  100,
		  { .flags = HEAD | LRU, .mapping = 1, .has_next = true, .next_order = 9 },
		  PAGE_USER,
		  0 },
		{ "order absurd",
		  8,
		  0,
		  { .flags = HEAD | LRU, .mapping = 1, .has_next = true, .next_order = 63 },
		  PAGE_USER,
		  0 },
		{ "hugetlb",
		  8,
		  512,
		  { .flags = HEAD, .has_next = true, .next_order = 9, .next_dtor = 2 },
		  PAGE_USER,
		  9 },
		{ "hugetlb is no cache",
		  6,
		  512,
		  { .flags = HEAD, .has_next = true, .next_order = 9, .next_dtor = 2 },
		  PAGE_KERNEL,
		  9 },
		{ "reserved with a stray LRU flag",
		  31,
		  1,
		  { .flags = RESERVED | LRU },
		  PAGE_KERNEL,
		  0 },
		{ "reserved and poisoned", 0, 1, { .flags = RESERVED | POISON }, PAGE_POISON, 0 },
	};

	check_rows(&r, rows, ARRAY_SIZE(rows));
}

TEST(new_kernels)
{
	const struct page_rules r = new_rules();
	const struct row rows[] = {
		{ "bit 9 is no slab any more",
		  8,
		  1,
		  { .flags = SLAB, .mapping = 1 },
		  PAGE_USER,
		  0 },
		{ "slab by type", 31, 1, { .mapcount = 0xf5000000, .mapping = 1 }, PAGE_KERNEL, 0 },
		{ "slab with low bits",
		  31,
		  1,
		  { .mapcount = 0xf5000007, .mapping = 1 },
		  PAGE_KERNEL,
		  0 },
		{ "free block", 16, 8, { .mapcount = 0xf0000000, .private_ = 3 }, PAGE_FREE, 3 },
		{ "offline", 1, 1, { .mapcount = 0xf1000000 }, PAGE_OFFLINE, 0 },
		{ "unaccepted", 16, 1024, { .mapcount = 0xf7000000 }, PAGE_FREE, 10 },
		{ "zsmalloc", 8, 1, { .mapcount = 0xf6000123 }, PAGE_USER, 0 },
		{ "zsmalloc kept", 23, 1, { .mapcount = 0xf6000123 }, PAGE_KERNEL, 0 },
		{ "unaccepted kept", 15, 1024, { .mapcount = 0xf7000000 }, PAGE_KERNEL, 0 },
		{ "hugetlb",
		  8,
		  512,
		  { .flags = HEAD, .mapcount = 0xf4000000, .has_next = true, .next_flags = 9 },
		  PAGE_USER,
		  9 },
		{ "huge page",
		  8,
		  512,
		  { .flags = HEAD | LRU,
		    .mapping = 1,
		    .has_next = true,
		    .next_flags = 0xabcd00 | 9 },
		  PAGE_USER,
		  9 },
		{ "mapped file", 2, 1, { .flags = LRU, .mapcount = 3 }, PAGE_CACHE, 0 },
	};

	check_rows(&r, rows, ARRAY_SIZE(rows));
}

TEST(hugetlb_by_flag_between_6_6_and_6_8)
{
	struct layout l = common_layout();
	struct page_rules r;
	struct page_facts f = { .flags = HEAD, .has_next = true, .next_flags = 9 };

	l.num_PG_hugetlb = 8;
	page_rules_init(&r, &l);
	CHECK_EQ(page_classify(&r, 8, 512, &f).class, PAGE_KERNEL);
	f.next_flags |= 1 << 8;
	CHECK_EQ(page_classify(&r, 8, 512, &f).class, PAGE_USER);
	CHECK_EQ(page_classify(&r, 8, 512, &f).order, 9);
}

TEST(what_is_not_told_is_not_filtered)
{
	struct layout l;
	struct page_rules r;

	layout_init(&l);
	page_rules_init(&r, &l);
	CHECK_EQ(r.usable, LEVEL_ZERO);
	CHECK(!page_rules_need_scan(&r, 31));

	l = common_layout();
	page_rules_init(&r, &l);
	CHECK_EQ(r.usable, 31 & ~LEVEL_FREE);
	CHECK(page_rules_need_scan(&r, 0)); /* poison goes at every level */
}

RUN(old_kernels, old_kernels_compound_and_special, new_kernels, hugetlb_by_flag_between_6_6_and_6_8,
    what_is_not_told_is_not_filtered)
