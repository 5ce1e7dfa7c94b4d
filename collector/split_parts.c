/* SPDX-License-Identifier: GPL-2.0-or-later */
/* split_parts.c - which frames go into which file of a split dump */
#include "split_parts.h"

#include "base/err.h"
#include "filter/keepmap.h"

#include <inttypes.h>

static uint64_t block_weight(const struct keepmap *m, uint64_t block)
{
	uint64_t bits[KEEPMAP_WORDS], nr = 0;

	if (keepmap_block_empty(m, block))
		return 0;
	keepmap_block(m, block, bits);
	for (unsigned w = 0; w < KEEPMAP_WORDS; w++)
		nr += (uint64_t)__builtin_popcountll(bits[w]);
	return nr;
}

/* Blocks with a page. One whose pages were all cleared may not count as empty in the map. */
static uint64_t count_blocks(const struct keepmap *m, uint64_t nr_block)
{
	uint64_t nr = 0;

	for (uint64_t block = 0; block < nr_block; block++)
		nr += block_weight(m, block) > 0;
	return nr;
}

int split_parts(const struct selection *sel, struct dump_part *out, unsigned nr)
{
	uint64_t nr_block = (sel->counts.max_pfn + KEEPMAP_BLOCK - 1) / KEEPMAP_BLOCK;
	uint64_t left = count_blocks(sel->keep, nr_block), sum = 0;
	unsigned n = 0;

	if (left < nr)
		return fail(-EINVAL,
			    "split: the pages to save lie in %" PRIu64
			    " blocks of 2 MiB, too few for %u files; name fewer",
			    left, nr);
	for (uint64_t block = 0; block < nr_block; block++) {
		struct dump_part *part = &out[n];
		uint64_t weight = block_weight(sel->keep, block);

		part->nr += weight;
		sum += weight;
		left -= weight > 0;
		if (n + 1 == nr || part->nr == 0 ||
		    (sum < sel->nr_keep * (n + 1) / nr && left >= nr - n))
			continue;
		part->end_pfn = (block + 1) * KEEPMAP_BLOCK;
		out[++n] = (struct dump_part){ .first_pfn = part->end_pfn, .first_rank = sum };
	}
	out[n].end_pfn = sel->counts.max_pfn;
	return 0;
}
