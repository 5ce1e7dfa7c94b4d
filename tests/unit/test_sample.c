/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_sample.c - a thinned selection: evenly spread, and no more than asked for */
#include "sample.h"

#include "filter/keepmap.h"

#include "check.h"

#define NR 100000

static void select_some(struct selection *s, uint64_t first, uint64_t nr)
{
	*s = (struct selection){ .max_pfn = NR };
	CHECK_EQ(keepmap_open(NR, &s->keep), 0);
	keepmap_set(s->keep, first, nr);
	s->nr_keep = keepmap_count(s->keep);
}

TEST(spread_evenly)
{
	struct selection s;
	uint64_t last = 0, nr = 0;

	select_some(&s, 300, 90000);
	CHECK_EQ(sample_selection(&s, 1000), 0);
	CHECK_EQ(s.nr_keep, 1000);
	for (uint64_t pfn = 0; pfn < NR; pfn++) {
		if (!keepmap_test(s.keep, pfn))
			continue;
		CHECK(pfn >= 300 && pfn < 90300);
		CHECK(nr == 0 || pfn - last == 90);
		last = pfn;
		nr++;
	}
	CHECK_EQ(nr, 1000);
	keepmap_close(s.keep);
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

RUN(spread_evenly, few_stay_as_they_are)
