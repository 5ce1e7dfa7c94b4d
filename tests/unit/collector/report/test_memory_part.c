/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_memory_part.c - the pools of huge pages, from none to more than a terabyte of them */
#include "report/part.h"

#include "report_case.h"

#include <inttypes.h>
#include <string.h>

/* Of symbols, in the image. */
#define TOTAL_AT   0x21000
#define MAX_AT	   0x21040
#define HSTATES_AT 0x21080

enum { ORDER, NR = 8, FREE = 16, HSTATE_SIZE = 24 };

static void make_types(struct fix_btf *b)
{
	uint32_t num = fix_btf_int(b, "unsigned int", 4, false);
	uint32_t word = fix_btf_int(b, "unsigned long", 8, false);

	fix_btf_struct(b, "hstate", HSTATE_SIZE,
		       (struct fix_btf_member[]){ { "order", num, ORDER * 8, 0 },
						  { "nr_huge_pages", word, NR * 8, 0 },
						  { "free_huge_pages", word, FREE * 8, 0 } },
		       3);
}

/* Two pools, of which the first has order 18; what the report has of them. */
static char *report(uint64_t order, uint64_t nr, uint64_t nr_free)
{
	static const struct fix_symbol more[] = { { TOTAL_AT, "D_totalram_pages" },
						  { MAX_AT, "Dhugetlb_max_hstate" },
						  { HSTATES_AT, "Dhstates" },
						  { HSTATES_AT + 4096, "Dnext_one" } };
	struct report_case c;
	char *text = NULL;
	uint64_t second;
	size_t len;
	FILE *f;

	report_case_new(&c, make_types, more, 4);
	second = c.f->image_pa + HSTATES_AT + HSTATE_SIZE;
	fix_poke(c.f, c.f->image_pa + TOTAL_AT, 1ull << 40, 8);
	fix_poke(c.f, c.f->image_pa + MAX_AT, 2, 4);
	fix_poke(c.f, second - HSTATE_SIZE + ORDER, 18, 4);
	fix_poke(c.f, second - HSTATE_SIZE + NR, 1, 8);
	fix_poke(c.f, second + ORDER, order, 4);
	fix_poke(c.f, second + NR, nr, 8);
	fix_poke(c.f, second + FREE, nr_free, 8);
	report_case_open(&c);
	f = open_memstream(&text, &len);
	CHECK_EQ(part_memory_json(&c.r, f), 0);
	CHECK_EQ(fclose(f), 0);
	report_case_end(&c);
	return text;
}

static void pools(uint64_t order, uint64_t nr, uint64_t nr_free)
{
	char want[120], *text = report(order, nr, nr_free);
	uint64_t page = UINT64_C(4096) << order;

	snprintf(want, sizeof(want), "\"huge\":%" PRIu64 ",\"huge_free\":%" PRIu64 "}",
		 (UINT64_C(1) << 30) + nr * page, nr_free * page);
	if (!strstr(text, want))
		fail_msg("no '%s' in %s", want, text);
	free(text);
}

TEST(pools_of_any_machine)
{
	pools(9, 0, 0);
	pools(9, 100, 7);
	pools(9, 1u << 21, 0);
	pools(9, (1u << 21) + 1, 1); /* 4 TiB and 2 MiB */
	pools(9, 1ull << 25, 1ull << 24);
	pools(4, 1ull << 30, 3); /* pages of 64 KiB */
}

TEST(pools_that_cannot_be)
{
	const uint64_t damage[][3] = {
		{ 9, 5, 6 },
		{ 31, 1, 0 },
		{ 30, 1u << 20, 0 },
		{ 0, UINT64_MAX, 0 },
	};

	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		char *text = report(damage[i][0], damage[i][1], damage[i][2]);

		if (strstr(text, "huge"))
			fail_msg("%zu: %s", i, text);
		free(text);
	}
}

RUN(pools_of_any_machine, pools_that_cannot_be)
