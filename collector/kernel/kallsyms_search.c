/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kallsyms_search.c - find the symbol tables by their shape, if no symbol has their address
 *
 *     5.10 - 6.3   offsets, base, number, names, markers, [seqs,] tokens, index
 *     6.4 - 6.19   number, names, markers, tokens, index, offsets, base
 *     7.0 -        number, names, markers, tokens, index, offsets
 *
 * tokens: 256 strings; those of the digits stand for themselves, which is what we look for.
 * index: where each string begins, 256 u16: exactly what the strings give, or it is no index.
 * markers: where every 256th name begins, u32 from 0 up. The names between them must fit.
 */
#include "kernel/kallsyms_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK	    ((size_t)256 << 10)
#define IMAGE_MAX   ((uint64_t)1 << 30)
#define IMAGE_GAP   ((uint64_t)16 << 20) /* bytes between two sections */
#define DIGITS	    "0\0001\0002\0003\0004\0005\0006\0007\0008\0009"
#define TOKENS_MAX  ((size_t)16 << 10) /* bytes of all token strings */
#define BEFORE_MAX  ((size_t)4 << 10)  /* bytes of the 48 before the digits */
#define MARKERS_MAX ((size_t)4 << 20)  /* bytes between markers and tokens, markers with them */
#define STEP_MIN    512		       /* bytes of 256 names */
#define STEP_MAX    (256 * 200)
#define INDEX_SLACK 64
#define BUDGET	    (1u << 26)

struct search {
	struct kmem *m;
	bool (*fn)(void *arg, const struct ksym_tables *t);
	void *arg;
	struct ksym_tables t;
	struct span image; /* va */
	uint64_t budget;   /* of records and words looked at: a made-up image ends too */
};

/* --- the sets of a candidate: what the names are, then what the addresses are --- */

static uint64_t align8(uint64_t va)
{
	return (va + 7) & ~7ull;
}

static bool spend(struct search *s, uint64_t cost)
{
	s->budget = s->budget > cost ? s->budget - cost : 0;
	return s->budget > 0;
}

static bool try_offsets(struct search *s, uint64_t offsets, uint64_t base_at)
{
	if (!spend(s, (uint64_t)s->t.nr * 8))
		return false;
	s->t.offsets = offsets;
	s->t.base = 0;
	if (base_at && kmem_u64(s->m, base_at, &s->t.base) < 0)
		return false;
	return s->fn(s->arg, &s->t);
}

/* The positions of the address tables in each era. */
static bool try_eras(struct search *s, uint64_t num_at)
{
	uint64_t nr = s->t.nr, behind = s->t.token_index + 512;

	return try_offsets(s, align8(behind), align8(align8(behind) + 4 * nr)) ||
	       try_offsets(s, behind, align8(behind + 4 * nr)) ||
	       try_offsets(s, num_at - 8 - align8(4 * nr), num_at - 8) ||
	       try_offsets(s, num_at - 8 * nr, 0);
}

/* len bytes from va on are the records of a block. */
static bool is_block(struct search *s, uint64_t va, uint32_t len)
{
	uint32_t at = 0;

	for (unsigned i = 0; i < KSYM_BLOCK; i++) {
		int n = spend(s, 1) ? ksym_record_size(s->m, va + at) : -EIO;

		if (n < 0 || (unsigned)n > len - at)
			return false;
		at += (unsigned)n;
	}
	return at == len;
}

/* The records from names on reproduce the markers, but for damage. */
static bool names_fit(struct search *s, uint64_t names, const uint32_t *marker, uint32_t nr_marker)
{
	uint32_t bad = 0;

	for (uint32_t b = 0; b + 1 < nr_marker; b++) {
		bad += !is_block(s, names + marker[b], marker[b + 1] - marker[b]);
		if (bad > (nr_marker - 1) / 2)
			return false;
	}
	return true;
}

/* Names end with a part of a block, before the markers at markers_at; their number is before. */
static bool try_markers(struct search *s, uint64_t markers_at, const uint32_t *marker,
			uint32_t nr_marker)
{
	uint64_t end = markers_at - marker[nr_marker - 1];

	for (uint64_t names = end & ~3ull; names > end - STEP_MAX && spend(s, 1); names -= 4) {
		for (unsigned before = 4; before <= 8; before += 4) {
			uint32_t nr;

			if (kmem_u32(s->m, names - before, &nr) < 0 ||
			    (nr + KSYM_BLOCK - 1) / KSYM_BLOCK != nr_marker || nr > KSYM_MAX ||
			    !names_fit(s, names, marker, nr_marker))
				continue;
			s->t.names = names;
			s->t.markers = markers_at;
			s->t.nr = nr;
			if (try_eras(s, names - before))
				return true;
		}
	}
	return false;
}

/* --- markers: a run of rising numbers from 0, somewhere before the tokens --- */

static uint32_t run_length(const uint32_t *word, size_t nr)
{
	uint32_t len = 1;

	while (len < nr && word[len] > word[len - 1] && word[len] - word[len - 1] >= STEP_MIN &&
	       word[len] - word[len - 1] <= STEP_MAX)
		len++;
	return len;
}

/* The last run first: markers are near the tokens, what lies before is other data. */
static bool try_before(struct search *s, const uint32_t *word, size_t nr, uint64_t va)
{
	for (size_t i = nr; i-- > 0;) {
		uint32_t len = word[i] ? 0 : run_length(word + i, nr - i);

		if (len > 1 && try_markers(s, va + 4 * i, word + i, len))
			return true;
	}
	return false;
}

/* In the last len bytes before the tokens. */
static bool find_markers_in(struct search *s, size_t len)
{
	uint64_t before = s->t.token_table - s->image.start, end = s->t.token_table & ~3ull;
	uint32_t *word;
	bool found;

	len = before < len ? (size_t)before & ~(size_t)3 : len;
	word = malloc(len ? len : 1);
	if (!word)
		return false;
	kmem_copy(s->m, end - len, word, len);
	found = try_before(s, word, len / 4, end - len);
	free(word);
	return found;
}

/* They are close by, except in 6.2 and 6.3, which have 3 bytes a symbol between. */
static bool find_markers(struct search *s)
{
	return find_markers_in(s, MARKERS_MAX / 64) || find_markers_in(s, MARKERS_MAX / 4) ||
	       find_markers_in(s, MARKERS_MAX);
}

/* --- tokens: 256 strings around the digits, and their index right behind --- */

/* 48 strings back from the digits. buf holds what lies before them; NULL: not so many. */
static const char *strings_back(const char *buf, const char *at, unsigned nr)
{
	if (at == buf || at[-1] != '\0')
		return NULL;
	for (; nr > 0; nr--) {
		const char *nul = at - 1;

		for (at = nul; at > buf && at[-1] != '\0'; at--)
			;
		if (at == buf)
			return NULL;
	}
	return at;
}

/* Where 256 strings from table on begin; returns their end, NULL if there are not so many. */
static const char *strings_index(const char *table, const char *end, uint16_t *index)
{
	const char *p = table;

	for (unsigned i = 0; i < 256; i++) {
		const char *nul = p < end ? memchr(p, '\0', (size_t)(end - p)) : NULL;

		if (!nul || p - table > UINT16_MAX)
			return NULL;
		index[i] = (uint16_t)(p - table);
		p = nul + 1;
	}
	return p;
}

/* va: of the digits. */
static bool try_digits(struct search *s, uint64_t va)
{
	size_t len = BEFORE_MAX + TOKENS_MAX;
	char *buf = malloc(len);
	const char *table, *end, *index_at = NULL;
	uint16_t index[256];
	bool found = false;

	if (!buf || !spend(s, len)) {
		free(buf);
		return false;
	}
	kmem_copy(s->m, va - BEFORE_MAX, buf, len);
	table = strings_back(buf, buf + BEFORE_MAX, '0');
	end = table ? strings_index(table, buf + len - sizeof(index) - INDEX_SLACK, index) : NULL;
	if (end)
		index_at = memmem(end, sizeof(index) + INDEX_SLACK, index, sizeof(index));
	if (index_at) {
		s->t.token_table = va - BEFORE_MAX + (uint64_t)(table - buf);
		s->t.token_index = va - BEFORE_MAX + (uint64_t)(index_at - buf);
		found = find_markers(s);
	}
	free(buf);
	return found;
}

static bool search_chunk(struct search *s, const char *buf, size_t len, uint64_t va)
{
	const char *p = buf;

	while ((p = memmem(p, len - (size_t)(p - buf), DIGITS, sizeof(DIGITS)))) {
		if (try_digits(s, va + (uint64_t)(p - buf)))
			return true;
		p++;
	}
	return false;
}

/* Chunks overlap by the digits less a byte, so that none of them is seen twice. */
static bool search_image(struct search *s)
{
	size_t overlap = sizeof(DIGITS) - 1;
	char *buf = malloc(CHUNK);
	bool found = false;

	for (uint64_t va = s->image.start; buf && !found && va < s->image.end;
	     va += CHUNK - overlap) {
		size_t len = s->image.end - va < CHUNK ? (size_t)(s->image.end - va) : CHUNK;

		if (len > overlap && kmem_copy(s->m, va, buf, len) > 0)
			found = search_chunk(s, buf, len, va);
	}
	free(buf);
	return found;
}

/*
 * Without headers that say where the image is: from its text on, as far as pages are mapped. There
 * are gaps between its sections, and a dump leaves pages of zeros out: mapped is what counts.
 */
static struct span mapped_image(struct kmem *m, uint64_t start)
{
	const struct kernel *k = kmem_kernel(m);
	uint64_t end = start;

	for (uint64_t va = start; va - end < IMAGE_GAP && va - start < IMAGE_MAX; va += KMEM_PAGE)
		if (kmem_mapped(m, va))
			end = va + KMEM_PAGE;
	return (struct span){ start, k->vtop_works ? end : start };
}

static struct span image_of(struct kmem *m)
{
	const struct kernel *k = kmem_kernel(m);
	uint64_t len = k->image.len < IMAGE_MAX ? k->image.len : IMAGE_MAX;

	if (len)
		return (struct span){ k->image.va, k->image.va + len };
	return mapped_image(m, (uint64_t)known_or(k->layout.sym__stext, 0) &
				       ~(uint64_t)(KMEM_PAGE - 1));
}

bool ksym_search(struct kmem *m, bool (*fn)(void *arg, const struct ksym_tables *t), void *arg)
{
	struct search s = { .m = m, .fn = fn, .arg = arg, .image = image_of(m), .budget = BUDGET };

	return search_image(&s);
}
