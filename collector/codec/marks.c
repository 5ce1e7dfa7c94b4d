/* SPDX-License-Identifier: GPL-2.0-or-later */
/* marks.c - which bytes of a page are what they were some bytes before */
#include "codec/marks.h"

#include "codec/lzo1x_put.h"

#ifdef __SSE2__
#include <time.h>

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

uint64_t marks_first_row(const uint8_t *page)
{
	uint64_t same = 0;

	for (unsigned i = LZO1X_WORD; i < MARKS_ROW; i += LZO1X_WORD)
		same |= mark_word(lzo1x_word(page + i), lzo1x_word(page + i - LZO1X_WORD)) << i;
	return same;
}

static inline uint64_t mark_row_with_integers(const uint8_t *row, const uint8_t *before)
{
	uint64_t same = 0;

#pragma GCC unroll 8
	for (unsigned i = 0; i < MARKS_ROW; i += LZO1X_WORD)
		same |= mark_word(lzo1x_word(row + i), lzo1x_word(before + i)) << i;
	return same;
}

/* mark is a constant where this is called, and becomes a part of the loop. */
static inline __attribute__((always_inline)) void
find(const struct marks_rows *rows, uint64_t *marks,
     uint64_t (*mark)(const uint8_t *row, const uint8_t *before))
{
	const uint8_t *row = rows->first;

	for (size_t i = 0; i < rows->nr; i++, row += MARKS_ROW)
		marks[i] = mark(row, row - rows->distance);
}

static void find_with_integers(const struct marks_rows *rows, uint64_t *marks)
{
	find(rows, marks, mark_row_with_integers);
}

#ifdef __SSE2__
static inline uint64_t mark_row_with_sse2(const uint8_t *row, const uint8_t *before)
{
	uint64_t same = 0;

#pragma GCC unroll 4
	for (unsigned i = 0; i < MARKS_ROW; i += LZO1X_BLOCK) {
		__m128i a = _mm_loadu_si128((const void *)(row + i));
		__m128i b = _mm_loadu_si128((const void *)(before + i));

		same |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(a, b)) << i;
	}
	return same;
}

static void find_with_sse2(const struct marks_rows *rows, uint64_t *marks)
{
	find(rows, marks, mark_row_with_sse2);
}

enum { TRIAL_ROWS = 63 };

/* In nanoseconds. */
static uint64_t time_taken(marks_find *way, const struct marks_rows *rows)
{
	enum { TIMES = 16 };
	uint64_t marks[TRIAL_ROWS];
	struct timespec begin, end;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (unsigned n = 0; n < TIMES; n++)
		way(rows, marks);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return (uint64_t)(end.tv_sec - begin.tv_sec) * 1000000000 + (uint64_t)end.tv_nsec -
	       (uint64_t)begin.tv_nsec;
}

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The least of some times, in turn: an emulator compiles at first, and others take the CPU. */
marks_find *marks_choose(void)
{
	enum { TRIES = 8 };
	const uint8_t page[(TRIAL_ROWS + 1) * MARKS_ROW] = { 0 };
	const struct marks_rows rows = { page + MARKS_ROW, TRIAL_ROWS, MARKS_ROW };
	uint64_t integers = UINT64_MAX, sse2 = UINT64_MAX;

	for (unsigned i = 0; i < TRIES; i++) {
		integers = min(integers, time_taken(find_with_integers, &rows));
		sse2 = min(sse2, time_taken(find_with_sse2, &rows));
	}
	return integers < sse2 - sse2 / 4 ? find_with_integers : find_with_sse2;
}
#else
marks_find *marks_choose(void)
{
	return find_with_integers;
}
#endif
