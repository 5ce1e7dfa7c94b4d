/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_cursor.c - every kept page once, tiers in order, ranks right */
#include "filter/cursor.h"

#include "check.h"

#include <string.h>

#define NR 5000

static struct selection open_selection(void)
{
	struct selection s = { .counts.max_pfn = NR };

	CHECK_EQ(keepmap_open(NR, &s.keep), 0);
	for (unsigned t = 0; t < NR_TIERS; t++)
		CHECK_EQ(keepmap_open(NR, &s.tier[t]), 0);
	return s;
}

TEST(each_page_comes_once_and_knows_its_descriptor)
{
	struct selection s = open_selection();
	static struct batch b = { .capacity = 7 };
	static uint64_t rank[NR];
	static unsigned seen[NR];
	struct cursor c;
	uint64_t nr = 0;
	unsigned seed = 3;

	memset(seen, 0, sizeof(seen));
	for (uint64_t pfn = 0; pfn < NR; pfn++) {
		if (rand_r(&seed) % 3 == 0 || (pfn > 1024 && pfn < 2600)) {
			keepmap_set(s.keep, pfn, 1);
			rank[pfn] = nr++;
		}
		for (unsigned t = 0; t < NR_TIERS; t++)
			if (rand_r(&seed) % 10 == 0)
				keepmap_set(s.tier[t], pfn, 1);
	}
	cursor_init(&c, &s, NULL);
	while (cursor_fill(&c, &b)) {
		for (unsigned i = 0; i < b.nr; i++) {
			CHECK(keepmap_test(s.keep, b.pfn[i]));
			CHECK_EQ(b.rank[i], rank[b.pfn[i]]);
			seen[b.pfn[i]]++;
		}
		nr -= b.nr;
	}
	CHECK_EQ(nr, 0);
	for (uint64_t pfn = 0; pfn < NR; pfn++)
		CHECK_EQ(seen[pfn], keepmap_test(s.keep, pfn));
	filter_close(&s);
}

TEST(tiers_go_first_and_a_page_belongs_to_its_first_tier)
{
	struct selection s = open_selection();
	static struct batch b = { .capacity = 128 };
	const uint64_t want[] = { 4000, 10, 4001, 0, 4999 };
	struct cursor c;

	for (unsigned i = 0; i < 5; i++)
		keepmap_set(s.keep, want[i], 1);
	keepmap_set(s.tier[TIER_CORE], 4000, 1);
	keepmap_set(s.tier[TIER_BOOT], 10, 1);
	keepmap_set(s.tier[TIER_BOOT], 4000, 2);
	keepmap_set(s.tier[TIER_SLAB], 20, 100); /* not kept at all */
	cursor_init(&c, &s, NULL);
	CHECK(cursor_fill(&c, &b));
	CHECK_EQ(b.nr, 5);
	for (unsigned i = 0; i < 5; i++)
		CHECK_EQ(b.pfn[i], want[i]);
	CHECK(!cursor_fill(&c, &b));
	filter_close(&s);
}

/* Three parts hand out what the whole does, with the same descriptors, and each only its own. */
TEST(parts_are_the_whole)
{
	struct selection s = open_selection();
	static struct batch b = { .capacity = 100 };
	struct dump_part part[3] = { { .end_pfn = 512 }, { 512, 2048, 0, 0 }, { 2048, NR, 0, 0 } };
	uint64_t nr = 0;
	unsigned seed = 9;

	for (uint64_t pfn = 0; pfn < NR; pfn++)
		if (rand_r(&seed) % 3 == 0)
			keepmap_set(s.keep, pfn, 1);
	keepmap_set(s.tier[TIER_SLAB], 500, 3000);
	for (unsigned n = 0; n < 3; n++) {
		struct cursor c;

		part[n].first_rank = nr;
		cursor_init(&c, &s, &part[n]);
		while (cursor_fill(&c, &b)) {
			for (unsigned i = 0; i < b.nr; i++) {
				uint64_t below = 0;

				CHECK(b.pfn[i] >= part[n].first_pfn && b.pfn[i] < part[n].end_pfn);
				for (uint64_t pfn = 0; pfn < b.pfn[i]; pfn++)
					below += keepmap_test(s.keep, pfn);
				CHECK_EQ(b.rank[i], below);
			}
			nr += b.nr;
		}
	}
	CHECK_EQ(nr, keepmap_count(s.keep));
	filter_close(&s);
}

TEST(nothing_kept_is_nothing_to_write)
{
	struct selection s = open_selection();
	static struct batch b = { .capacity = 1 };
	struct cursor c;

	cursor_init(&c, &s, NULL);
	CHECK(!cursor_fill(&c, &b));
	filter_close(&s);
}

RUN(parts_are_the_whole, each_page_comes_once_and_knows_its_descriptor,
    tiers_go_first_and_a_page_belongs_to_its_first_tier, nothing_kept_is_nothing_to_write)
