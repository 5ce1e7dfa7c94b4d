/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cursor.c - walk the keep-map, tier by tier */
#include "filter/cursor.h"

/* The next tier begins, with the first block. */
static void rewind_blocks(struct cursor *c)
{
	c->block = c->part ? c->part->first_pfn / KEEPMAP_BLOCK : 0;
	c->rank = c->part ? c->part->first_rank : 0;
}

void cursor_init(struct cursor *c, const struct selection *s, const struct dump_part *part)
{
	*c = (struct cursor){ .s = s, .part = part };
	rewind_blocks(c);
}

/* Kept frames of the block that belong to the cursor's tier. */
static bool block_want(struct cursor *c, uint64_t block)
{
	const struct selection *s = c->s;
	uint64_t bits[KEEPMAP_WORDS], any = 0;

	if (c->tier < NR_TIERS && keepmap_block_empty(s->tier[c->tier], block))
		return false;
	for (unsigned w = 0; w < KEEPMAP_WORDS; w++)
		c->want[w] = c->keep[w];
	for (unsigned t = 0; t < NR_TIERS && t <= c->tier; t++) {
		keepmap_block(s->tier[t], block, bits);
		for (unsigned w = 0; w < KEEPMAP_WORDS; w++)
			c->want[w] &= t == c->tier ? bits[w] : ~bits[w];
	}
	for (unsigned w = 0; w < KEEPMAP_WORDS; w++)
		any |= c->want[w];
	return any != 0;
}

/* Find the next block with pages of this tier; false at the end. */
static bool next_block(struct cursor *c)
{
	uint64_t end = c->part ? c->part->end_pfn : c->s->counts.max_pfn;
	uint64_t nr_block = (end + KEEPMAP_BLOCK - 1) / KEEPMAP_BLOCK;

	for (; c->tier <= NR_TIERS; c->tier++, rewind_blocks(c)) {
		while (c->block < nr_block) {
			uint64_t block = c->block++;

			if (keepmap_block_empty(c->s->keep, block))
				continue;
			keepmap_block(c->s->keep, block, c->keep);
			c->first_pfn = block * KEEPMAP_BLOCK;
			c->first_rank = c->rank;
			for (unsigned w = 0; w < KEEPMAP_WORDS; w++)
				c->rank += (uint64_t)__builtin_popcountll(c->keep[w]);
			if (block_want(c, block))
				return true;
		}
	}
	return false;
}

/* Put the remaining pages of the block into b, until b is full. */
static void take_block(struct cursor *c, struct batch *b)
{
	uint64_t rank = c->first_rank;

	for (unsigned w = 0; w < KEEPMAP_WORDS; w++) {
		while (c->want[w] && b->nr < b->capacity) {
			unsigned bit = (unsigned)__builtin_ctzll(c->want[w]);
			uint64_t below = c->keep[w] & ((1ull << bit) - 1);

			b->pfn[b->nr] = c->first_pfn + w * 64 + bit;
			b->rank[b->nr] = rank + (uint64_t)__builtin_popcountll(below);
			b->nr++;
			c->want[w] &= c->want[w] - 1;
		}
		rank += (uint64_t)__builtin_popcountll(c->keep[w]);
	}
}

static bool block_done(const struct cursor *c)
{
	for (unsigned w = 0; w < KEEPMAP_WORDS; w++)
		if (c->want[w])
			return false;
	return true;
}

bool cursor_fill(struct cursor *c, struct batch *b)
{
	b->nr = 0;
	while (b->nr < b->capacity) {
		if (block_done(c) && !next_block(c))
			break;
		take_block(c, b);
	}
	return b->nr > 0;
}
