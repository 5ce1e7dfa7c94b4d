/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xsum_set.c - checksums of units that come in any order: their XXH3 are added up */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/xsum.h"

#include <stdbool.h>
#include <string.h>

void xsum_set_init(struct xsum_set *s, uint64_t unit, uint64_t piece)
{
	*s = (struct xsum_set){ .unit = unit, .piece = piece };
}

static void halve(struct xsum_set *s)
{
	for (unsigned i = 0; i < XSUM_PIECES / 2; i++)
		s->sum[i] = s->sum[2 * i] + s->sum[2 * i + 1];
	memset(s->sum + XSUM_PIECES / 2, 0, sizeof(s->sum) / 2);
	s->piece *= 2;
}

static bool is_zero(const uint8_t *p, size_t len)
{
	return p[0] == 0 && memcmp(p, p + 1, len - 1) == 0;
}

void xsum_set_add(struct xsum_set *s, uint64_t at, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (; len >= s->unit; p += s->unit, at += s->unit, len -= s->unit) {
		while (at / s->piece >= XSUM_PIECES)
			halve(s);
		/* What is never written reads as zeros. */
		if (!is_zero(p, s->unit))
			s->sum[at / s->piece] += XXH3_64bits_withSeed(p, s->unit, at);
		if (at + s->unit > s->end)
			s->end = at + s->unit;
	}
}

unsigned xsum_set_nr(const struct xsum_set *s)
{
	return (unsigned)(s->end / s->piece + (s->end % s->piece != 0));
}

void xsum_set_cut(struct xsum_set *s, uint64_t bytes)
{
	if (bytes < s->end)
		s->end = bytes - bytes % s->piece;
}
