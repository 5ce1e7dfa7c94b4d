/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_keepmap.c - the two-level map against a plain array of bits */
#include "filter/keepmap.h"

#include "check.h"

#include <pthread.h>
#include <string.h>

#define NR 10000 /* not a multiple of a block */

static void expect(struct keepmap *m, const uint8_t *model)
{
	uint8_t bits[NR / 8 + 1];
	uint64_t nr = 0;

	keepmap_bits(m, 0, bits, sizeof(bits));
	for (uint64_t pfn = 0; pfn < NR; pfn++) {
		CHECK_EQ(keepmap_test(m, pfn), model[pfn]);
		CHECK_EQ(bits[pfn / 8] >> (pfn % 8) & 1, model[pfn]);
		nr += model[pfn];
	}
	CHECK_EQ(keepmap_count(m), nr);
}

TEST(random_changes_match_a_plain_array)
{
	static uint8_t model[NR];
	struct keepmap *m;
	unsigned seed = 1;

	memset(model, 0, sizeof(model));
	CHECK_EQ(keepmap_open(NR, &m), 0);
	for (int i = 0; i < 400; i++) {
		uint64_t first = (uint64_t)rand_r(&seed) % NR;
		uint64_t nr = (uint64_t)rand_r(&seed) % (i % 3 ? 40 : 3000);
		uint64_t before = 0;
		bool set = rand_r(&seed) & 1, any = false, found = keepmap_any(m, first, nr);

		for (uint64_t p = first; p < first + nr && p < NR; p++) {
			any |= model[p];
			before += model[p];
			model[p] = set;
		}
		CHECK_EQ(found, any);
		if (set)
			keepmap_set(m, first, nr);
		else
			CHECK_EQ(keepmap_clear(m, first, nr), before);
		if (i % 20 == 0)
			expect(m, model);
	}
	expect(m, model);
	keepmap_close(m);
}

TEST(frames_past_the_end_are_ignored)
{
	struct keepmap *m;
	uint8_t bits[8];

	CHECK_EQ(keepmap_open(100, &m), 0);
	keepmap_set(m, 90, 1000);
	keepmap_set(m, 5000, UINT64_MAX - 5000);
	CHECK_EQ(keepmap_count(m), 10);
	CHECK(!keepmap_test(m, 100) && !keepmap_test(m, UINT64_MAX));
	keepmap_bits(m, 100 / 8 * 8, bits, sizeof(bits));
	CHECK_EQ(bits[0], 0x0f);
	CHECK_EQ(bits[1], 0);
	keepmap_close(m);
}

TEST(uniform_blocks_need_no_bits)
{
	struct keepmap *m;

	CHECK_EQ(keepmap_open(1ull << 32, &m), 0);
	keepmap_set(m, 0, 1ull << 32);
	CHECK_EQ(keepmap_count(m), 1ull << 32);
	CHECK_EQ(keepmap_clear(m, 0, 1ull << 31), 1ull << 31);
	CHECK(keepmap_block_empty(m, 0));
	CHECK(!keepmap_block_empty(m, (1ull << 31) / KEEPMAP_BLOCK));
	CHECK_EQ(keepmap_count(m), 1ull << 31);
	keepmap_close(m);
}

struct half {
	struct keepmap *m;
	uint64_t first;
};

static void *checker_board(void *arg)
{
	struct half *h = arg;

	for (uint64_t p = h->first; p < h->first + 64 * KEEPMAP_BLOCK; p += 2)
		keepmap_set(h->m, p, 1);
	return NULL;
}

TEST(threads_may_work_on_different_blocks)
{
	struct keepmap *m;
	struct half h[4];
	pthread_t t[4];

	CHECK_EQ(keepmap_open(4 * 64 * KEEPMAP_BLOCK, &m), 0);
	for (unsigned i = 0; i < 4; i++) {
		h[i] = (struct half){ m, (uint64_t)i * 64 * KEEPMAP_BLOCK };
		CHECK_EQ(pthread_create(&t[i], NULL, checker_board, &h[i]), 0);
	}
	for (unsigned i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	CHECK_EQ(keepmap_count(m), 4 * 64 * KEEPMAP_BLOCK / 2);
	keepmap_close(m);
}

RUN(random_changes_match_a_plain_array, frames_past_the_end_are_ignored,
    uniform_blocks_need_no_bits, threads_may_work_on_different_blocks)
