/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lzo1x_marks.c - which bytes of an array of struct page are as in the structure before */
#include "codec/lzo1x_array.h"

#include "codec/lzo1x.h"
#include "codec/lzo1x_put.h"

#include <time.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { ALL = 0xff };

/* A bit for each byte of x that is not 0. */
static inline uint64_t bytes_that_differ(uint64_t x)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7f;
	uint64_t high = (((x & low) + low) | x) & ~low; /* 0x80 in each */

	/* The product has the eight bits in its highest byte. */
	return (high >> 7) * 0x0102040810204080 >> 56;
}

/* Most words are the same. */
static inline uint64_t mark_word(uint64_t a, uint64_t b)
{
	return a == b ? ALL : ALL ^ bytes_that_differ(a ^ b);
}

static uint64_t mark_first_row(const uint8_t *in)
{
	uint64_t same = 0;

	for (unsigned i = LZO1X_WORD; i < LZO1X_ROW; i += LZO1X_WORD)
		same |= mark_word(lzo1x_word(in + i), lzo1x_word(in + i - LZO1X_WORD)) << i;
	return same;
}

static void find_with_integers(const uint8_t *in, size_t len, uint64_t *marks)
{
	*marks++ = mark_first_row(in);
	for (const uint8_t *row = in + LZO1X_ROW; row < in + len; row += LZO1X_ROW) {
		const uint8_t *before = row - LZO1X_ROW;
		uint64_t same = 0;

#pragma GCC unroll 8
		for (unsigned i = 0; i < LZO1X_ROW; i += LZO1X_WORD)
			same |= mark_word(lzo1x_word(row + i), lzo1x_word(before + i)) << i;
		*marks++ = same;
	}
}

#ifdef __SSE2__
static void find_with_sse2(const uint8_t *in, size_t len, uint64_t *marks)
{
	*marks++ = mark_first_row(in);
	for (const uint8_t *row = in + LZO1X_ROW; row < in + len; row += LZO1X_ROW) {
		uint64_t same = 0;

#pragma GCC unroll 4
		for (unsigned i = 0; i < LZO1X_ROW; i += LZO1X_BLOCK) {
			__m128i a = _mm_loadu_si128((const void *)(row + i));
			__m128i b = _mm_loadu_si128((const void *)(row + i - LZO1X_ROW));

			same |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(a, b)) << i;
		}
		*marks++ = same;
	}
}

/* In nanoseconds, the least of some times: the first ones take what an emulator takes to compile.
 */
static uint64_t time_taken(lzo1x_find_marks *find)
{
	enum { TRIES = 8 };
	uint8_t page[LZO1X_PAGE_MIN] = { 0 };
	uint64_t marks[LZO1X_PAGE_MIN / LZO1X_ROW], least = UINT64_MAX;

	for (unsigned i = 0; i < TRIES; i++) {
		struct timespec begin, end;
		uint64_t t;

		clock_gettime(CLOCK_MONOTONIC, &begin);
		find(page, sizeof(page), marks);
		clock_gettime(CLOCK_MONOTONIC, &end);
		t = (uint64_t)(end.tv_sec - begin.tv_sec) * 1000000000 +
		    (uint64_t)(end.tv_nsec - begin.tv_nsec);
		least = t < least ? t : least;
	}
	return least;
}

lzo1x_find_marks *lzo1x_choose_find_marks(void)
{
	return time_taken(find_with_integers) < time_taken(find_with_sse2) / 2 ? find_with_integers
									       : find_with_sse2;
}
#else
lzo1x_find_marks *lzo1x_choose_find_marks(void)
{
	return find_with_integers;
}
#endif
