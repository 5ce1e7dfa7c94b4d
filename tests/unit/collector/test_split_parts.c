/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_split_parts.c - where a dump is cut into files */
#include "split_parts.h"

#include "base/err.h"
#include "check.h"
#include "filter/keepmap.h"

#define BLOCKS	20
#define MAX_PFN (BLOCKS * 512 - 41)

/* A page in each block; from block number cleared on, it is cleared again. */
static struct selection selection_of(uint64_t cleared)
{
	struct selection sel = { .counts.max_pfn = MAX_PFN, .nr_keep = cleared };

	CHECK_EQ(keepmap_open(MAX_PFN, &sel.keep), 0);
	for (uint64_t block = 0; block < BLOCKS; block++)
		keepmap_set(sel.keep, block * 512 + 7, 1);
	for (uint64_t block = cleared; block < BLOCKS; block++)
		CHECK_EQ(keepmap_clear(sel.keep, block * 512 + 7, 1), 1);
	CHECK_EQ(keepmap_count(sel.keep), cleared);
	return sel;
}

static void check_parts(const struct selection *sel, unsigned nr)
{
	struct dump_part part[64] = { { 0 } };
	uint64_t at = 0, rank = 0;

	CHECK_EQ(split_parts(sel, part, nr), 0);
	for (unsigned i = 0; i < nr; i++) {
		CHECK_EQ(part[i].first_pfn, at);
		CHECK_EQ(part[i].first_rank, rank);
		CHECK_OP(part[i].nr, >, 0);
		CHECK_OP(part[i].end_pfn, <=, MAX_PFN);
		at = part[i].end_pfn;
		rank += part[i].nr;
	}
	CHECK_EQ(at, MAX_PFN);
	CHECK_EQ(rank, sel->nr_keep);
}

/* No part is empty, or ends behind the last frame: no reader opens such a set. */
TEST(every_part_has_a_page)
{
	for (uint64_t cleared = 1; cleared <= BLOCKS; cleared++) {
		struct selection sel = selection_of(cleared);
		struct dump_part part[64] = { { 0 } };

		for (unsigned nr = 1; nr <= cleared; nr++)
			check_parts(&sel, nr);
		CHECK_EQ(split_parts(&sel, part, (unsigned)cleared + 1), -EINVAL);
		fail_clear();
		keepmap_close(sel.keep);
	}
}

RUN(every_part_has_a_page)
