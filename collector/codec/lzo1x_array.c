/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lzo1x_array.c - LZO1X of an array of struct page: matches at one distance, without a table
 *
 * Where matches begin and end is first worked out for some rows of 64 bytes, a word of bits for
 * each, then written. Going from match to match would make every step wait for the one before.
 *
 *     same as 64 bytes before     1 1 1 0 1 1 1 1 1 1 0 1 1 ...
 *     four of them begin here     0 0 0 0 1 1 1 0 0 0 0 0 0
 *     lies in a match             0 0 0 0 1 1 1 1 1 1 0 0 0
 *     edges                               ^           ^
 */
#include "codec/lzo1x_array.h"

#include "codec/lzo1x_put.h"
#include "codec/marks.h"

/* The distance is a constant where these are called: a fifth less time. */
#define INLINED static inline __attribute__((always_inline))

enum {
	ROWS = 16, /* before what was found is written */
	SAMPLES = 4,
};

struct edges {
	uint64_t four; /* of the row before */
	uint64_t last; /* 1: its last byte lies in a match */
	size_t nr;     /* odd: the last match goes on */
	/* From the first row on. A match and what follows it are five bytes and more. */
	uint32_t at[ROWS * MARKS_ROW / 2];
};

/* Rows that are compared with what lies at one distance. */
struct rows {
	const uint8_t *first, *end; /* of the rows, of the page */
	size_t nr, distance;
	const uint64_t *marks;
};

static inline uint64_t row_marks(const struct rows *r, size_t i)
{
	return i < r->nr ? r->marks[i] : 0;
}

/* base: number of the first bit of same; over: the next row. */
static inline void add_edges(struct edges *e, uint64_t same, uint64_t over, uint32_t base)
{
	uint64_t four = same & (same >> 1 | over << 63) & (same >> 2 | over << 62) &
			(same >> 3 | over << 61);
	uint64_t match = four | (four << 1 | e->four >> 63) | (four << 2 | e->four >> 62) |
			 (four << 3 | e->four >> 61);
	uint64_t edges = match ^ (match << 1 | e->last);

	e->four = four;
	e->last = match >> 63;
	for (; edges; edges &= edges - 1)
		e->at[e->nr++] = base + (uint32_t)__builtin_ctzll(edges);
}

/* Write the matches that have ended, and the literals before each. *todo: the first not written. */
INLINED uint8_t *put_edges(uint8_t *out, const uint8_t **todo, struct edges *e,
			   const struct rows *r)
{
	const uint8_t *from = *todo;
	size_t i;

	for (i = 0; i + 1 < e->nr; i += 2) {
		const uint8_t *match = r->first + e->at[i];

		out = lzo1x_put_literals(out, from, (size_t)(match - from), r->end);
		out = lzo1x_put_match(out, r->distance, e->at[i + 1] - e->at[i]);
		from = r->first + e->at[i + 1];
	}
	e->nr -= i;
	if (e->nr)
		e->at[0] = e->at[i];
	*todo = from;
	return out;
}

INLINED uint8_t *compress_rows(uint8_t *out, const uint8_t **todo, const struct rows *r)
{
	uint64_t same = row_marks(r, 0);
	struct edges e;

	e.four = e.last = e.nr = 0; /* and at is left as it is: 2 KiB */
	for (size_t i = 0; i < r->nr; i++) {
		uint64_t over = row_marks(r, i + 1);

		add_edges(&e, same, over, (uint32_t)(i * MARKS_ROW));
		same = over;
		if (i % ROWS == ROWS - 1)
			out = put_edges(out, todo, &e, r);
	}
	if (e.last)
		e.at[e.nr++] = (uint32_t)(r->nr * MARKS_ROW);
	return put_edges(out, todo, &e, r);
}

bool lzo1x_is_array(const uint8_t *in, size_t len)
{
	size_t same = 0, nr = 0;

	for (size_t block = MARKS_ROW; block < len; block += len / SAMPLES)
		for (size_t i = 0; i < MARKS_ROW; i += LZO1X_WORD, nr++)
			same += lzo1x_word(in + block + i) ==
				lzo1x_word(in + block + i - MARKS_ROW);
	return 2 * same > nr;
}

/* The first literals are at least a word: there is no match before them to hold their number. */
size_t lzo1x_write_array(const uint8_t *in, size_t len, const uint64_t *marks, uint8_t *out)
{
	const struct rows first = {
		.first = in, .end = in + len, .nr = 1, .distance = LZO1X_WORD, .marks = marks
	};
	const struct rows rest = { .first = in + MARKS_ROW,
				   .end = in + len,
				   .nr = len / MARKS_ROW - 1,
				   .distance = MARKS_ROW,
				   .marks = marks + 1 };
	const uint8_t *todo = in;
	uint8_t *at = compress_rows(out, &todo, &first);

	at = compress_rows(at, &todo, &rest);
	at = lzo1x_put_end(at, todo, (size_t)(in + len - todo));
	return (size_t)(at - out);
}
