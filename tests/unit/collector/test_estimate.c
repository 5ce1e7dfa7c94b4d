/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_estimate.c - a thinned selection: rows, evenly spread, and no more than asked for */
#include "estimate.h"

#include "filter/keepmap.h"

#include "check.h"

#define NR 100000

static void select_some(struct selection *s, uint64_t first, uint64_t nr)
{
	*s = (struct selection){ .counts.max_pfn = NR };
	CHECK_EQ(keepmap_open(NR, &s->keep), 0);
	keepmap_set(s->keep, first, nr);
	s->nr_keep = keepmap_count(s->keep);
}

/* 90 pages from one to the next of them on the average: rows of 8, 720 apart. */
TEST(rows_spread_evenly)
{
	struct selection s;
	uint64_t nr = 0;

	select_some(&s, 300, 90000);
	CHECK_EQ(sample_selection(&s, 1000), 0);
	CHECK_EQ(s.nr_keep, 1000);
	for (uint64_t pfn = 0; pfn < NR; pfn++) {
		bool in = pfn >= 300 && pfn < 90300 && (pfn - 300) % (90 * SAMPLE_ROW) < SAMPLE_ROW;

		CHECK_EQ(keepmap_test(s.keep, pfn), in);
		nr += in;
	}
	CHECK_EQ(nr, 1000);
	keepmap_close(s.keep);
}

TEST(never_more_than_asked_for)
{
	for (uint64_t keep = 1; keep < 500; keep++) {
		for (uint64_t nr = SAMPLE_ROW; nr < 40; nr++) {
			struct selection s;

			select_some(&s, 3, keep);
			CHECK_EQ(sample_selection(&s, nr), 0);
			CHECK(s.nr_keep <= nr && s.nr_keep >= (keep < nr ? keep : 1));
			keepmap_close(s.keep);
		}
	}
}

TEST(few_stay_as_they_are)
{
	struct selection s;

	select_some(&s, 7, 500);
	CHECK_EQ(sample_selection(&s, 500), 0);
	CHECK_EQ(keepmap_count(s.keep), 500);
	CHECK_EQ(sample_selection(&s, 501), 0);
	CHECK_EQ(s.nr_keep, 500);
	keepmap_close(s.keep);

	select_some(&s, 0, 0);
	CHECK_EQ(sample_selection(&s, 10), 0);
	CHECK_EQ(s.nr_keep, 0);
	keepmap_close(s.keep);
}

RUN(rows_spread_evenly, never_more_than_asked_for, few_stay_as_they_are)
