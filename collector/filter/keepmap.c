/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keepmap.c - two-level set of page frames */
#include "filter/keepmap.h"

#include "base/err.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { STATE_NONE, STATE_ALL, STATE_MIXED }; /* STATE_MIXED + n: n-th of bits */

struct keepmap {
	uint64_t nr_pfn;
	uint64_t nr_block;
	uint32_t *state;
	uint64_t (*bits)[KEEPMAP_WORDS];
	atomic_uint_fast32_t used; /* of bits; only grows */
	size_t state_len, bits_len;
};

/* Address space only: pages cost memory when they are first written. */
static void *reserve(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

int keepmap_open(uint64_t nr_pfn, struct keepmap **out)
{
	struct keepmap *m = calloc(1, sizeof(*m));

	if (!m)
		return fail(-ENOMEM, "map of page frames");
	m->nr_pfn = nr_pfn;
	m->nr_block = (nr_pfn + KEEPMAP_BLOCK - 1) / KEEPMAP_BLOCK;
	m->state_len = (m->nr_block + 1) * sizeof(m->state[0]);
	m->bits_len = (m->nr_block + 1) * sizeof(m->bits[0]);
	/* State numbers blocks with 32 bits: 2^41 frames. */
	if (m->nr_block < UINT32_MAX - STATE_MIXED) {
		m->state = reserve(m->state_len);
		m->bits = reserve(m->bits_len);
	}
	if (!m->state || !m->bits) {
		keepmap_close(m);
		return fail(-ENOMEM, "map of %ju page frames", (uintmax_t)nr_pfn);
	}
	*out = m;
	return 0;
}

void keepmap_close(struct keepmap *m)
{
	if (!m)
		return;
	if (m->state)
		munmap(m->state, m->state_len);
	if (m->bits)
		munmap(m->bits, m->bits_len);
	free(m);
}

uint64_t keepmap_nr_pfn(const struct keepmap *m)
{
	return m->nr_pfn;
}

/* Bits of a mixed block; a uniform one becomes mixed. */
static uint64_t *make_mixed(struct keepmap *m, uint64_t block)
{
	uint32_t state = m->state[block], n;

	if (state >= STATE_MIXED)
		return m->bits[state - STATE_MIXED];
	n = (uint32_t)atomic_fetch_add(&m->used, 1);
	if (state == STATE_ALL)
		memset(m->bits[n], 0xff, sizeof(m->bits[n]));
	m->state[block] = STATE_MIXED + n;
	return m->bits[n];
}

/* Bits [from, to) of word w, where from and to count from the block's start. */
static uint64_t word_mask(unsigned w, unsigned from, unsigned to)
{
	unsigned lo = w * 64, hi = lo + 64;
	uint64_t mask = UINT64_MAX;

	if (from >= hi || to <= lo)
		return 0;
	if (from > lo)
		mask &= UINT64_MAX << (from - lo);
	if (to < hi)
		mask &= UINT64_MAX >> (hi - to);
	return mask;
}

static uint64_t block_weight(const uint64_t *bits, unsigned from, unsigned to)
{
	uint64_t nr = 0;

	for (unsigned w = from / 64; w < KEEPMAP_WORDS && w * 64 < to; w++)
		nr += (uint64_t)__builtin_popcountll(bits[w] & word_mask(w, from, to));
	return nr;
}

/* Set or clear [from, to) of one block; returns how many were set before. */
static uint64_t block_change(struct keepmap *m, uint64_t block, unsigned from, unsigned to,
			     bool set)
{
	uint32_t state = m->state[block];
	uint32_t uniform = set ? STATE_ALL : STATE_NONE;
	uint64_t *bits, before;

	if (state == uniform)
		return set ? to - from : 0;
	if (from == 0 && to == KEEPMAP_BLOCK && state < STATE_MIXED) {
		m->state[block] = uniform;
		return set ? 0 : KEEPMAP_BLOCK;
	}
	bits = make_mixed(m, block);
	before = block_weight(bits, from, to);
	for (unsigned w = from / 64; w < KEEPMAP_WORDS && w * 64 < to; w++) {
		uint64_t mask = word_mask(w, from, to);

		bits[w] = set ? bits[w] | mask : bits[w] & ~mask;
	}
	return before;
}

static uint64_t change(struct keepmap *m, uint64_t first, uint64_t nr, bool set)
{
	uint64_t end, before = 0;

	if (first >= m->nr_pfn)
		return 0;
	end = nr < m->nr_pfn - first ? first + nr : m->nr_pfn;
	while (first < end) {
		uint64_t block = first / KEEPMAP_BLOCK;
		unsigned from = (unsigned)(first % KEEPMAP_BLOCK);
		uint64_t left = KEEPMAP_BLOCK - from;
		uint64_t n = left < end - first ? left : end - first;

		before += block_change(m, block, from, from + (unsigned)n, set);
		first += n;
	}
	return before;
}

void keepmap_set(struct keepmap *m, uint64_t first, uint64_t nr)
{
	change(m, first, nr, true);
}

uint64_t keepmap_clear(struct keepmap *m, uint64_t first, uint64_t nr)
{
	return change(m, first, nr, false);
}

bool keepmap_test(const struct keepmap *m, uint64_t pfn)
{
	uint32_t state;

	if (pfn >= m->nr_pfn)
		return false;
	state = m->state[pfn / KEEPMAP_BLOCK];
	if (state < STATE_MIXED)
		return state == STATE_ALL;
	return m->bits[state - STATE_MIXED][pfn % KEEPMAP_BLOCK / 64] >> (pfn % 64) & 1;
}

static bool block_any(const struct keepmap *m, uint64_t block, unsigned from, unsigned to)
{
	uint32_t state = m->state[block];

	if (state < STATE_MIXED)
		return state == STATE_ALL;
	return block_weight(m->bits[state - STATE_MIXED], from, to) > 0;
}

bool keepmap_any(const struct keepmap *m, uint64_t first, uint64_t nr)
{
	uint64_t end;

	if (first >= m->nr_pfn)
		return false;
	end = nr < m->nr_pfn - first ? first + nr : m->nr_pfn;
	while (first < end) {
		unsigned from = (unsigned)(first % KEEPMAP_BLOCK);
		uint64_t left = KEEPMAP_BLOCK - from;
		uint64_t n = left < end - first ? left : end - first;

		if (block_any(m, first / KEEPMAP_BLOCK, from, from + (unsigned)n))
			return true;
		first += n;
	}
	return false;
}

void keepmap_block(const struct keepmap *m, uint64_t block, uint64_t out[KEEPMAP_WORDS])
{
	uint32_t state = block < m->nr_block ? m->state[block] : STATE_NONE;

	if (state >= STATE_MIXED)
		memcpy(out, m->bits[state - STATE_MIXED], KEEPMAP_WORDS * sizeof(out[0]));
	else
		memset(out, state == STATE_ALL ? 0xff : 0, KEEPMAP_WORDS * sizeof(out[0]));
}

bool keepmap_block_empty(const struct keepmap *m, uint64_t block)
{
	return block >= m->nr_block || m->state[block] == STATE_NONE;
}

uint64_t keepmap_count(const struct keepmap *m)
{
	uint64_t nr = 0, bits[KEEPMAP_WORDS];

	for (uint64_t block = 0; block < m->nr_block; block++) {
		if (keepmap_block_empty(m, block))
			continue;
		keepmap_block(m, block, bits);
		nr += block_weight(bits, 0, KEEPMAP_BLOCK);
	}
	return nr;
}

void keepmap_bits(void *arg, uint64_t first_pfn, uint8_t *buf, size_t len)
{
	const struct keepmap *m = arg;
	uint64_t bits[KEEPMAP_WORDS];

	while (len > 0) {
		size_t skip = (size_t)(first_pfn % KEEPMAP_BLOCK) / 8;
		size_t n = sizeof(bits) - skip < len ? sizeof(bits) - skip : len;

		keepmap_block(m, first_pfn / KEEPMAP_BLOCK, bits);
		memcpy(buf, (char *)bits + skip, n);
		buf += n;
		len -= n;
		first_pfn += n * 8;
	}
}
