/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf_layout.c - offsets of the parts of an ELF core, and its runs of kept pages */
#include "output/elf_layout.h"

#include "base/err.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define PFN_LIMIT (1ull << 40)
#define PIECE_U64 1024 /* of the keep bitmap, looked at in one piece */
#define OVERLAP	  8    /* limit: each frame is visited so often, with any headers */

/* Frames [start, end), at one distance from their virtual addresses. */
struct elf_zone {
	uint64_t start, end;
	uint64_t va; /* of start; 0: none */
};

/* A piece of the keep bitmap. */
struct keep_bits {
	const struct dump_info *info;
	uint64_t first; /* frame of the first bit */
	uint64_t word[PIECE_U64];
};

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

static uint64_t word_at(struct keep_bits *b, uint64_t pfn)
{
	const uint64_t span = PIECE_U64 * 64;

	if (b->first == UINT64_MAX || pfn < b->first || pfn >= b->first + span) {
		b->first = pfn / span * span;
		b->info->keep(b->info->keep_arg, b->first, (uint8_t *)b->word, sizeof(b->word));
	}
	return b->word[(pfn - b->first) / 64];
}

/* The next frame from pfn on that is kept, or is not; end if there is none before it. */
static uint64_t find(struct keep_bits *b, uint64_t pfn, uint64_t end, bool kept)
{
	while (pfn < end) {
		uint64_t word = word_at(b, pfn);

		word = (kept ? word : ~word) >> (pfn % 64);
		if (word) {
			pfn += (uint64_t)__builtin_ctzll(word);
			return pfn < end ? pfn : end;
		}
		pfn = (pfn / 64 + 1) * 64;
	}
	return end;
}

static uint64_t count(struct keep_bits *b, uint64_t pfn, uint64_t end)
{
	uint64_t nr = 0;

	while (pfn < end) {
		uint64_t next = (pfn / 64 + 1) * 64, word = word_at(b, pfn) >> (pfn % 64);

		if (next > end)
			word &= (1ull << (end - pfn)) - 1;
		nr += (uint64_t)__builtin_popcountll(word);
		pfn = next;
	}
	return nr;
}

static int by_start(const void *a, const void *b)
{
	const struct elf_zone *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->va < y->va ? -1 : x->va > y->va;
}

static int by_va(const void *a, const void *b)
{
	const struct elf_zone *x = a, *y = b;

	return x->va < y->va ? -1 : x->va > y->va;
}

/* Whole pages that h touches; false if they are none of the dump's. */
static bool zone_of(const struct va_hint *h, const struct dump_info *info, struct elf_zone *out)
{
	unsigned shift = info->page_shift;
	uint64_t in_page = h->pa & ((1ull << shift) - 1), end;

	if (h->va == 0 || h->len == 0 || (h->va & ((1ull << shift) - 1)) != in_page ||
	    h->va + (h->len - 1) < h->va || h->pa + (h->len - 1) < h->pa)
		return false;
	end = ((h->pa + (h->len - 1)) >> shift) + 1;
	out->start = h->pa >> shift;
	out->end = end < info->max_pfn ? end : info->max_pfn;
	out->va = h->va - in_page;
	return out->start < out->end;
}

/* The same for all pieces of one mapping. */
static uint64_t distance(const struct elf_zone *z, unsigned shift)
{
	return z->va - (z->start << shift);
}

/* Sorted by va, pieces of one mapping joined. Returns how many are left. */
static size_t join_zones(struct elf_zone *z, size_t nr, unsigned shift)
{
	size_t n = 0;

	qsort(z, nr, sizeof(z[0]), by_va);
	for (size_t i = 0; i < nr; i++) {
		if (n > 0 && z[i].start <= z[n - 1].end && z[i].start >= z[n - 1].start &&
		    distance(&z[i], shift) == distance(&z[n - 1], shift)) {
			if (z[i].end > z[n - 1].end)
				z[n - 1].end = z[i].end;
			continue;
		}
		z[n++] = z[i];
	}
	return n;
}

/* Limit on the pieces to visit, so that hostile headers do not cost more time. */
static size_t limit_zones(const struct elf_zone *z, size_t nr, uint64_t max_pfn)
{
	uint64_t budget = OVERLAP * max_pfn;

	for (size_t i = 0; i < nr; i++) {
		if (z[i].end - z[i].start > budget)
			return i;
		budget -= z[i].end - z[i].start;
	}
	return nr;
}

/* Frames without a virtual address get zones, too. */
static size_t fill_gaps(struct elf_zone *z, size_t nr, uint64_t max_pfn)
{
	uint64_t end = 0;
	size_t all = nr;

	for (size_t i = 0; i < nr; i++) {
		if (z[i].start > end)
			z[all++] = (struct elf_zone){ end, z[i].start, 0 };
		if (z[i].end > end)
			end = z[i].end;
	}
	if (end < max_pfn)
		z[all++] = (struct elf_zone){ end, max_pfn, 0 };
	qsort(z, all, sizeof(z[0]), by_start);
	return all;
}

static int make_zones(struct elf_layout *l, const struct dump_info *info)
{
	size_t nr = 0;

	l->zone = calloc(2 * info->nr_map + 1, sizeof(l->zone[0]));
	if (!l->zone)
		return fail(-ENOMEM, "%zu pieces of virtual memory", info->nr_map);
	for (size_t i = 0; i < info->nr_map; i++)
		nr += zone_of(&info->map[i], info, &l->zone[nr]);
	nr = join_zones(l->zone, nr, info->page_shift);
	qsort(l->zone, nr, sizeof(l->zone[0]), by_start);
	nr = limit_zones(l->zone, nr, info->max_pfn);
	l->nr_zone = fill_gaps(l->zone, nr, info->max_pfn);
	return 0;
}

/* All runs of a zone; *rank is that of its first frame. */
static int zone_runs(struct keep_bits *b, const struct elf_zone *z, uint64_t rank,
		     int (*fn)(void *arg, const struct elf_run *run), void *arg)
{
	struct elf_run run = { .rank = rank };
	uint64_t pfn = z->start;
	int rc = 0;

	while (rc == 0 && (pfn = find(b, pfn, z->end, true)) < z->end) {
		run.pfn = pfn;
		pfn = find(b, pfn, z->end, false);
		run.nr = pfn - run.pfn;
		run.va = z->va ? z->va + ((run.pfn - z->start) << b->info->page_shift) : 0;
		rc = fn(arg, &run);
		run.rank += run.nr;
	}
	return rc;
}

int elf_layout_runs(const struct elf_layout *l, const struct dump_info *info,
		    int (*fn)(void *arg, const struct elf_run *run), void *arg)
{
	struct keep_bits *b = malloc(sizeof(*b));
	uint64_t pfn = 0, rank = 0;
	int rc = 0;

	if (!b)
		return fail(-ENOMEM, "bitmap of kept pages");
	b->info = info;
	b->first = UINT64_MAX;
	for (size_t i = 0; rc == 0 && i < l->nr_zone; i++) {
		rank += count(b, pfn, l->zone[i].start);
		pfn = l->zone[i].start;
		rc = zone_runs(b, &l->zone[i], rank, fn, arg);
	}
	free(b);
	return rc;
}

static int count_run(void *arg, const struct elf_run *run)
{
	uint64_t *nr = arg;

	(void)run;
	++*nr;
	return 0;
}

/* sh_info, which holds what e_phnum cannot, has 32 bits. */
static int assign_offsets(struct elf_layout *l, const struct dump_info *info)
{
	if (l->nr_phdr > UINT32_MAX)
		return fail(-EFBIG, "ELF core with %ju program headers", (uintmax_t)l->nr_phdr);
	l->phdr_off = sizeof(Elf64_Ehdr) + (l->nr_phdr >= PN_XNUM ? sizeof(Elf64_Shdr) : 0);
	l->notes_off = round_up(l->phdr_off + l->nr_phdr * sizeof(Elf64_Phdr), 8);
	l->data_off = round_up(l->notes_off + info->notes.len, l->page);
	return 0;
}

int elf_layout_open(struct elf_layout *l, const struct dump_info *info)
{
	int rc;

	*l = (struct elf_layout){ .nr_phdr = 1 };
	if (info->page_shift < 12 || info->page_shift > 16)
		return fail(-EINVAL, "ELF format: page shift %u", info->page_shift);
	if (info->max_pfn == 0 || info->max_pfn > PFN_LIMIT || info->nr_keep > info->max_pfn)
		return fail(-EINVAL, "ELF format: %ju pages of %ju frames",
			    (uintmax_t)info->nr_keep, (uintmax_t)info->max_pfn);
	l->page = 1ull << info->page_shift;
	rc = make_zones(l, info);
	if (rc == 0)
		rc = elf_layout_runs(l, info, count_run, &l->nr_phdr);
	if (rc == 0)
		rc = assign_offsets(l, info);
	if (rc < 0)
		elf_layout_close(l);
	return rc;
}

void elf_layout_close(struct elf_layout *l)
{
	free(l->zone);
	l->zone = NULL;
	l->nr_zone = 0;
}
