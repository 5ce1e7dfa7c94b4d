/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xsum.c - checksums against damage: XXH3 of libxxhash, which is in its header as a whole */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/xsum.h"

#include "base/err.h"

#include <endian.h>
#include <stdbool.h>
#include <stdio.h>

struct xsum_state;

static XXH3_state_t *state_of(const struct xsum_tree *t)
{
	return (XXH3_state_t *)t->state;
}

int xsum_open(struct xsum **out)
{
	XXH3_state_t *state = XXH3_createState();

	if (!state)
		return fail(-ENOMEM, "checksum");
	XXH3_128bits_reset(state);
	*out = (struct xsum *)state;
	return 0;
}

void xsum_add(struct xsum *x, const void *data, size_t len)
{
	XXH3_128bits_update((XXH3_state_t *)x, data, len);
}

static void put_text(XXH128_hash_t h, char out[XSUM_TEXT])
{
	snprintf(out, XSUM_TEXT, "%016llx%016llx", (unsigned long long)h.high64,
		 (unsigned long long)h.low64);
}

void xsum_text(const struct xsum *x, char out[XSUM_TEXT])
{
	put_text(XXH3_128bits_digest((const XXH3_state_t *)x), out);
}

void xsum_close(struct xsum *x)
{
	if (x)
		XXH3_freeState((XXH3_state_t *)x);
}

void xsum_of(const void *data, size_t len, char out[XSUM_TEXT])
{
	put_text(XXH3_128bits(data, len), out);
}

static uint64_t pair(uint64_t first, uint64_t second)
{
	const uint64_t both[2] = { htole64(first), htole64(second) };

	return XXH3_64bits(both, sizeof(both));
}

int xsum_tree_init(struct xsum_tree *t, uint64_t piece)
{
	XXH3_state_t *state = XXH3_createState();

	*t = (struct xsum_tree){ .piece = piece, .state = (struct xsum_state *)state };
	if (!state)
		return fail(-ENOMEM, "checksums");
	XXH3_64bits_reset(state);
	return 0;
}

/* Two and two become one. */
static void halve(struct xsum_tree *t)
{
	for (unsigned i = 0; i < t->nr / 2; i++)
		t->sum[i] = pair(t->sum[2 * i], t->sum[2 * i + 1]);
	t->nr /= 2;
	t->piece *= 2;
}

/*
 * The smallest piece is complete. done counts those of the table's piece that is begun, before this
 * one: like a carry when one is added to it, two sums of the same level make one of the next.
 *
 *     done   011            100
 *     carry  [0] [1]   ->           [2]
 */
static void push(struct xsum_tree *t)
{
	uint64_t done = (t->bytes - XSUM_PIECE) / XSUM_PIECE % (t->piece / XSUM_PIECE);
	uint64_t sum = XXH3_64bits_digest(state_of(t));
	unsigned level = 0;

	for (; done >> level & 1; level++)
		sum = pair(t->carry[level], sum);
	if (XSUM_PIECE << level != t->piece) {
		t->carry[level] = sum;
	} else {
		t->sum[t->nr++] = sum;
		if (t->nr == XSUM_PIECES)
			halve(t);
	}
	XXH3_64bits_reset(state_of(t));
}

void xsum_tree_add(struct xsum_tree *t, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len > 0) {
		uint64_t left = XSUM_PIECE - t->bytes % XSUM_PIECE;
		size_t n = len < left ? len : (size_t)left;

		XXH3_64bits_update(state_of(t), p, n);
		t->bytes += n;
		if (t->bytes % XSUM_PIECE == 0)
			push(t);
		p += n;
		len -= n;
	}
}

void xsum_tree_end(struct xsum_tree *t)
{
	uint64_t rest = t->bytes % t->piece, done = rest / XSUM_PIECE, sum = 0;
	bool any = t->bytes % XSUM_PIECE != 0;

	if (any)
		sum = XXH3_64bits_digest(state_of(t));
	for (unsigned level = 0; done >> level; level++) {
		if (!(done >> level & 1))
			continue;
		sum = any ? pair(t->carry[level], sum) : t->carry[level];
		any = true;
	}
	if (any)
		t->sum[t->nr++] = sum;
}

void xsum_tree_cut(struct xsum_tree *t, uint64_t bytes)
{
	if (bytes >= t->bytes) {
		xsum_tree_end(t);
		return;
	}
	t->nr = (unsigned)(bytes / t->piece) < t->nr ? (unsigned)(bytes / t->piece) : t->nr;
	t->bytes = t->nr * t->piece;
}

void xsum_tree_fini(struct xsum_tree *t)
{
	if (t->state)
		XXH3_freeState(state_of(t));
	t->state = NULL;
}
