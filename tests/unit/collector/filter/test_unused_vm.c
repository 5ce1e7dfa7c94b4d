// SPDX-License-Identifier: GPL-2.0-or-later
/* test_unused_vm.c - pages of mem_map that describe nothing but pages that are left out */
#include "filter/unused_vm.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"

#include <string.h>

/*
 * A machine whose mem_map is in the direct map, or anywhere: a table says which page an address
 * leads to. Frames of mem_map begin at MAP_PFN.
 */
enum { NR_PFN = 4096, MAP_PFN = 2048, NR_MAP = 64 };

#define MAP_VA 0xffffea0000000000ull

struct machine {
	struct kernel k;
	struct memmap m;
	struct memmap_extent extent[2];
	struct selection s;
	struct keepmap *forced;
};

static uint64_t leads_to[NR_MAP]; /* frames; 0: not mapped */
static uint64_t leaf;		  /* bytes: at most so much is contiguous */

static int vtop(const struct kernel *k, struct view *v, uint64_t va, uint64_t *pa, uint64_t *left)
{
	uint64_t nr = (va - MAP_VA) >> k->page_shift, page = 1ull << k->page_shift;

	(void)v;
	CHECK_OP(nr, <, NR_MAP);
	if (!leads_to[nr])
		return -EFAULT;
	*pa = (leads_to[nr] << k->page_shift) + (va & (page - 1));
	*left = leaf - ((va - MAP_VA) & (leaf - 1));
	return 0;
}

static const struct arch_ops arch = { .name = "test", .vtop = vtop };

/* One extent from frame first on, its struct pages of size bytes from MAP_VA + off on. */
static void setup(struct machine *t, size_t size, uint64_t first, uint64_t nr, uint64_t off)
{
	*t = (struct machine){
		.k = { .arch = &arch, .page_shift = 12, .layout.size_page = (int64_t)size }
	};
	t->extent[0] = (struct memmap_extent){ first, nr, MAP_VA + off };
	t->m = (struct memmap){ .extent = t->extent, .nr_extent = 1 };
	leaf = 2 << 20;
	for (uint64_t i = 0; i < NR_MAP; i++)
		leads_to[i] = MAP_PFN + i;
	CHECK_EQ(keepmap_open(NR_PFN, &t->s.keep), 0);
	CHECK_EQ(keepmap_open(NR_PFN, &t->forced), 0);
	for (unsigned i = 0; i < NR_TIERS; i++)
		CHECK_EQ(keepmap_open(NR_PFN, &t->s.tier[i]), 0);
	keepmap_set(t->s.keep, MAP_PFN, NR_MAP);
	t->s.counts.max_pfn = NR_PFN;
}

/* How many pages were left out. */
static uint64_t apply(struct machine *t)
{
	const struct unused_vm_cfg cfg = { .k = &t->k, .m = &t->m, .forced = t->forced };
	uint64_t before = keepmap_count(t->s.keep);

	CHECK_EQ(unused_vm_apply(&cfg, &t->s), 0);
	CHECK_EQ(before - keepmap_count(t->s.keep), t->s.counts.dropped[PAGE_UNUSED_VM]);
	return t->s.counts.dropped[PAGE_UNUSED_VM];
}

static void done(struct machine *t)
{
	filter_close(&t->s);
	keepmap_close(t->forced);
	fail_clear();
}

static bool kept(const struct machine *t, uint64_t page)
{
	return keepmap_test(t->s.keep, MAP_PFN + page);
}

TEST(one_frame_keeps_the_page_that_describes_it)
{
	const struct {
		uint64_t pfn, page;
	} at[] = { { 64, 1 }, { 127, 1 }, { 128, 2 }, { 0, 0 }, { 1023, 15 } };

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		struct machine t;

		setup(&t, 64, 0, 1024, 0);
		keepmap_set(t.s.keep, at[i].pfn, 1);
		CHECK_EQ(apply(&t), 15);
		for (uint64_t page = 0; page < 16; page++)
			CHECK_EQ(kept(&t, page), page == at[i].page);
		CHECK(keepmap_test(t.s.keep, at[i].pfn));
		done(&t);
	}
}

/* 73 * 56 = 4088: the struct page of frame 73 lies in pages 0 and 1, that of 146 in 1 and 2. */
TEST(a_struct_page_that_straddles_a_border_keeps_both)
{
	const struct {
		uint64_t pfn, first, last;
	} at[] = { { 72, 0, 0 }, { 73, 0, 1 }, { 74, 1, 1 }, { 145, 1, 1 }, { 146, 1, 2 } };

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		struct machine t;

		setup(&t, 56, 0, 512, 0); /* 7 pages exactly */
		keepmap_set(t.s.keep, at[i].pfn, 1);
		CHECK_EQ(apply(&t), 7 - (at[i].last - at[i].first + 1));
		for (uint64_t page = 0; page < 7; page++)
			CHECK_EQ(kept(&t, page), page >= at[i].first && page <= at[i].last);
		done(&t);
	}
}

/* What shares the first and the last page is not known. */
TEST(pages_that_lie_in_mem_map_in_part_stay)
{
	struct machine t;

	setup(&t, 64, 0, 192, 64); /* from byte 64 of page 0 to byte 64 of page 3 */
	CHECK_EQ(apply(&t), 2);
	CHECK(kept(&t, 0) && !kept(&t, 1) && !kept(&t, 2) && kept(&t, 3));
	done(&t);
}

TEST(frames_that_are_no_memory_are_left_out_already)
{
	struct machine t;

	/* Only frames 4000 to 4095 exist: the last page describes 4032 and up, some past the end.
	 */
	setup(&t, 64, 3968, 256, 0);
	keepmap_set(t.s.keep, 4095, 1);
	CHECK_EQ(apply(&t), 3);
	CHECK(!kept(&t, 0) && kept(&t, 1) && !kept(&t, 2) && !kept(&t, 3));
	done(&t);
}

TEST(a_section_without_mem_map_is_no_matter)
{
	struct machine t;

	setup(&t, 64, 0, 128, 0);
	t.extent[1] = (struct memmap_extent){ 1024, 128, MAP_VA + 8 * 4096 };
	t.m.nr_extent = 2;
	keepmap_set(t.s.keep, 1024 + 64, 1);
	CHECK_EQ(apply(&t), 3);
	CHECK(!kept(&t, 0) && !kept(&t, 1) && kept(&t, 2) && kept(&t, 7) && !kept(&t, 8) &&
	      kept(&t, 9));
	done(&t);
}

/* Leaves of one page and of two: the same as within a large one. */
TEST(small_leaves_and_large_ones_are_alike)
{
	for (uint64_t size = 4096; size <= 8192; size *= 2) {
		struct machine t;

		setup(&t, 64, 0, 1024, 0);
		leaf = size;
		keepmap_set(t.s.keep, 300, 1);
		CHECK_EQ(apply(&t), 15);
		CHECK(kept(&t, 4) && !kept(&t, 3) && !kept(&t, 5));
		done(&t);
	}
}

TEST(what_is_not_mapped_is_left_alone)
{
	struct machine t;

	setup(&t, 64, 0, 256, 0);
	leaf = 4096;
	leads_to[1] = 0;
	CHECK_EQ(apply(&t), 3);
	CHECK(!kept(&t, 0) && kept(&t, 1) && !kept(&t, 2));
	done(&t);
}

/* As the kernel shares the pages that describe the tails of huge pages. */
TEST(a_shared_page_goes_if_all_that_share_it_agree)
{
	struct machine t;

	setup(&t, 64, 0, 512, 0);
	leaf = 4096;
	leads_to[3] = leads_to[2] = leads_to[1];
	leads_to[6] = leads_to[5];
	keepmap_set(t.s.keep, 3 * 64, 1);
	CHECK_EQ(apply(&t), 4); /* 0, 4, 5 with 6, 7 */
	CHECK(kept(&t, 1) && !kept(&t, 5) && kept(&t, 6));
	done(&t);
}

TEST(what_must_stay_stays)
{
	struct machine t;

	setup(&t, 64, 0, 320, 0);
	keepmap_set(t.forced, MAP_PFN, 1);
	keepmap_set(t.s.tier[TIER_CORE], MAP_PFN + 1, 1);
	keepmap_set(t.s.tier[TIER_TEXT], MAP_PFN + 2, 1);
	keepmap_set(t.s.tier[TIER_SLAB], MAP_PFN + 3, 1);
	CHECK_EQ(apply(&t), 1);
	CHECK(kept(&t, 0) && kept(&t, 1) && kept(&t, 2) && kept(&t, 3) && !kept(&t, 4));
	done(&t);
}

/* Pages 32 to 39 describe frames 2048 to 2559, mem_map's own among them: 64 frames, one page. */
TEST(what_describes_pages_of_mem_map_goes_with_them)
{
	struct machine t, again;

	setup(&t, 64, 0, 4096, 0);
	CHECK_EQ(apply(&t), NR_MAP - 1);
	CHECK(kept(&t, 32)); /* describes itself */
	setup(&again, 64, 0, 4096, 0);
	keepmap_clear(again.s.keep, MAP_PFN, NR_MAP);
	keepmap_set(again.s.keep, MAP_PFN + 32, 1);
	CHECK_EQ(apply(&again), 0);
	CHECK(kept(&again, 32));
	done(&t);
	done(&again);
}

RUN(one_frame_keeps_the_page_that_describes_it, a_struct_page_that_straddles_a_border_keeps_both,
    pages_that_lie_in_mem_map_in_part_stay, frames_that_are_no_memory_are_left_out_already,
    a_section_without_mem_map_is_no_matter, small_leaves_and_large_ones_are_alike,
    what_is_not_mapped_is_left_alone, a_shared_page_goes_if_all_that_share_it_agree,
    what_must_stay_stays, what_describes_pages_of_mem_map_goes_with_them)
