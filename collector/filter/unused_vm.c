/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unused_vm.c - leave out pages of mem_map that describe nothing but pages that are left out
 *
 *     frames    0          64         128        192        256
 *               | all out  | all out  | one kept | all kept |
 *     mem_map   [ page     ][ page    ][ page    ][ page    ]   with 64 bytes for each frame
 *                 out        out        kept       kept
 *
 * Where a struct page straddles a border, both pages hold it. The pages of mem_map are found by
 * their addresses, piece by piece where a large leaf maps them. Several addresses may lead to one
 * page (the kernel shares the struct pages of huge pages): it is left out if all of them agree.
 *
 * mem_map describes its own pages, too: what is left out in one round may free a few more in the
 * next one, a 64th each time. The end is the same if a dump that lacks them is filtered again.
 */
#include "filter/unused_vm.h"

#include "base/err.h"
#include "base/util.h"

#define ROUNDS_MAX 8 /* a 64th of 2^41 pages, and so on, is less than one then */

struct round {
	const struct unused_vm_cfg *cfg;
	const struct selection *s;
	struct keepmap *used, *unused; /* pages of mem_map; a shared one may be in both */
};

/* Frames whose struct pages, or parts of them, lie in the page at va, which is within e. */
static struct span described(const struct memmap_extent *e, uint64_t va, uint64_t page, size_t size)
{
	uint64_t at = va - e->va;

	return (struct span){ e->first_pfn + at / size,
			      e->first_pfn + (at + page + size - 1) / size };
}

/* Pages from va on, nr of them in a row, from frame pfn on. */
static void sort_row(const struct round *r, const struct memmap_extent *e, uint64_t va,
		     struct span frames)
{
	const uint64_t page = 1ull << r->cfg->k->page_shift;
	const size_t size = (size_t)r->cfg->k->layout.size_page;

	for (uint64_t pfn = frames.start; pfn < frames.end; pfn++, va += page) {
		struct span d = described(e, va, page, size);
		bool any = keepmap_any(r->s->keep, d.start, d.end - d.start);

		keepmap_set(any ? r->used : r->unused, pfn, 1);
	}
}

/* Only pages that lie in the extent as a whole: others may hold something else, too. */
static void sort_extent(const struct round *r, const struct memmap_extent *e)
{
	const struct kernel *k = r->cfg->k;
	const uint64_t page = 1ull << k->page_shift;
	uint64_t end = (e->va + e->nr * (uint64_t)k->layout.size_page) & ~(page - 1);
	uint64_t va = (e->va + page - 1) & ~(page - 1);

	while (va < end) {
		uint64_t pa, left, nr, first;

		if (kernel_vtop(k, r->cfg->v, va, &pa, &left) < 0 || left < page) {
			va += page;
			continue;
		}
		nr = (left < end - va ? left : end - va) / page;
		first = pa >> k->page_shift;
		sort_row(r, e, va, (struct span){ first, first + nr });
		va += nr * page;
	}
	fail_clear();
}

/* Bits of the block that may go: not needed here, and not something else. */
static void block_unused(const struct round *r, uint64_t block, uint64_t out[KEEPMAP_WORDS])
{
	const struct keepmap *stay[] = { r->used, r->cfg->forced, r->s->tier[TIER_CORE],
					 r->s->tier[TIER_TEXT], r->s->tier[TIER_SLAB] };

	keepmap_block(r->unused, block, out);
	for (size_t i = 0; i < ARRAY_SIZE(stay); i++) {
		uint64_t bits[KEEPMAP_WORDS];

		keepmap_block(stay[i], block, bits);
		for (unsigned w = 0; w < KEEPMAP_WORDS; w++)
			out[w] &= ~bits[w];
	}
}

/* Whole runs at once, so that the block becomes uniform where it can. */
static uint64_t clear_block(struct keepmap *keep, uint64_t block,
			    const uint64_t bits[KEEPMAP_WORDS])
{
	uint64_t first = block * KEEPMAP_BLOCK, run = 0, nr = 0;

	for (unsigned i = 0; i <= KEEPMAP_BLOCK; i++) {
		if (i < KEEPMAP_BLOCK && (bits[i / 64] >> i % 64 & 1)) {
			run++;
			continue;
		}
		if (run)
			nr += keepmap_clear(keep, first + i - run, run);
		run = 0;
	}
	return nr;
}

/* How many pages were cleared. */
static uint64_t clear_unused(const struct round *r, struct keepmap *keep)
{
	uint64_t nr_block = (keepmap_nr_pfn(keep) + KEEPMAP_BLOCK - 1) / KEEPMAP_BLOCK, nr = 0;

	for (uint64_t block = 0; block < nr_block; block++) {
		uint64_t bits[KEEPMAP_WORDS];

		if (keepmap_block_empty(r->unused, block) || keepmap_block_empty(keep, block))
			continue;
		block_unused(r, block, bits);
		nr += clear_block(keep, block, bits);
	}
	return nr;
}

static int run_round(const struct unused_vm_cfg *cfg, struct selection *s, uint64_t *nr)
{
	struct round r = { .cfg = cfg, .s = s };
	int rc = keepmap_open(keepmap_nr_pfn(s->keep), &r.used);

	*nr = 0;
	if (rc == 0)
		rc = keepmap_open(keepmap_nr_pfn(s->keep), &r.unused);
	for (size_t i = 0; rc == 0 && i < cfg->m->nr_extent; i++)
		sort_extent(&r, &cfg->m->extent[i]);
	if (rc == 0)
		*nr = clear_unused(&r, s->keep);
	keepmap_close(r.used);
	keepmap_close(r.unused);
	return rc;
}

int unused_vm_apply(const struct unused_vm_cfg *cfg, struct selection *s)
{
	uint64_t nr = 1;
	int rc = 0;

	for (unsigned i = 0; rc == 0 && nr > 0 && i < ROUNDS_MAX; i++) {
		rc = run_round(cfg, s, &nr);
		s->counts.dropped[PAGE_UNUSED_VM] += nr;
	}
	return rc;
}
