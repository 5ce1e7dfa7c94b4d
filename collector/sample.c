/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sample.c - thin out a selection */
#include "sample.h"

#include "base/err.h"
#include "filter/keepmap.h"

/* The pages of one block that are in a row that is due, by their rank among all kept pages. */
static void thin_block(const uint64_t word[KEEPMAP_WORDS], uint64_t first, uint64_t *rank,
		       uint64_t step, struct keepmap *out)
{
	for (unsigned w = 0; w < KEEPMAP_WORDS; w++) {
		for (uint64_t bits = word[w]; bits; bits &= bits - 1) {
			if ((*rank)++ / SAMPLE_ROW % step == 0)
				keepmap_set(out, first + 64 * w + (unsigned)__builtin_ctzll(bits),
					    1);
		}
	}
}

int sample_map(const struct selection *sel, uint64_t nr, struct keepmap **out)
{
	uint64_t rows = (sel->nr_keep + SAMPLE_ROW - 1) / SAMPLE_ROW, due = nr / SAMPLE_ROW;
	uint64_t step = due ? (rows + due - 1) / due : rows + 1, rank = 0;
	uint64_t nr_blocks = (keepmap_nr_pfn(sel->keep) + KEEPMAP_BLOCK - 1) / KEEPMAP_BLOCK;
	int rc = keepmap_open(keepmap_nr_pfn(sel->keep), out);

	if (rc < 0)
		return fail(rc, "map of the sample");
	for (uint64_t b = 0; b < nr_blocks; b++) {
		uint64_t word[KEEPMAP_WORDS];

		if (keepmap_block_empty(sel->keep, b))
			continue;
		keepmap_block(sel->keep, b, word);
		thin_block(word, b * KEEPMAP_BLOCK, &rank, step, *out);
	}
	return 0;
}

int sample_selection(struct selection *sel, uint64_t nr)
{
	struct keepmap *thin;
	int rc;

	if (nr == 0 || sel->nr_keep <= nr)
		return 0;
	rc = sample_map(sel, nr, &thin);
	if (rc < 0)
		return rc;
	keepmap_close(sel->keep);
	sel->keep = thin;
	sel->nr_keep = keepmap_count(thin);
	return 0;
}
