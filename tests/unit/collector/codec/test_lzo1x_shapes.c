/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_lzo1x_shapes.c - arrays by the streams of pages before: the same bytes as without them */
#include "codec/lzo1x.h"

#include "base/util.h"
#include "check.h"
#include "noise.h"

/* Their insides are looked at. */
#include "codec/lzo1x_shapes.c"
#include "codec/marks.c"
#include "codec/shapes.c"

#include <lzo/lzo1x.h>
#include <stdlib.h>

static const size_t sizes[] = { LZO1X_PAGE_MIN, 16384, LZO1X_PAGE_MAX };

static struct lzo1x_shapes *new_shapes(size_t len)
{
	return lzo1x_shapes_init(malloc(lzo1x_shapes_memory(len)), len);
}

/* By s, which may know the shape: the bytes of one that knows none; unpacked, the page. */
static size_t same_with_and_without(struct lzo1x_shapes *s, const uint8_t *page)
{
	struct lzo1x_shapes *none = new_shapes(s->len);
	uint8_t *out = malloc(lzo1x_bound(s->len)), *fresh = malloc(lzo1x_bound(s->len));
	uint8_t *in = malloc(s->len), *back = malloc(s->len);
	lzo_uint got = s->len;
	size_t size;

	memcpy(in, page, s->len);
	size = lzo1x_compress_array(s, in, out);
	CHECK_EQ(lzo1x_compress_array(none, in, fresh), size);
	CHECK_MEM(out, fresh, size);
	CHECK_EQ(lzo1x_decompress_safe(out, size, back, &got, NULL), LZO_E_OK);
	CHECK(got == s->len && memcmp(back, page, s->len) == 0);
	free(none);
	free(out);
	free(fresh);
	free(in);
	free(back);
	return size;
}

/*
 * Free memory as it is: a word of flags, two of a list that leads to itself, a count. kind: in
 * which structures more is set; from: the address of the first.
 */
static void fill(uint8_t *page, size_t len, unsigned kind, uint64_t from)
{
	memset(page, 0, len);
	for (size_t at = 0; at < len; at += MARKS_ROW) {
		uint64_t flags = 0x17ffffc0112233, lru = from + at + 8, more = kind << 9 | 0x1f;

		memcpy(page + at, &flags, 8);
		memcpy(page + at + 8, &lru, 8);
		memcpy(page + at + 16, &lru, 8);
		memset(page + at + 48, 0xff, 4);
		if (kind && at / MARKS_ROW % (kind + 2) == kind)
			memcpy(page + at + 40, &more, 8);
	}
}

/* Which byte is what it was before, byte by byte. */
static void marks_are(const uint8_t *page, size_t len, const uint64_t *marks)
{
	for (size_t i = 0; i < len; i++) {
		size_t distance = i < 64 ? 8 : 64;
		bool same = i >= distance && page[i] == page[i - distance];

		CHECK_EQ(marks[i / 64] >> i % 64 & 1, same);
	}
}

TEST(both_ways_find_the_same_marks)
{
	uint64_t marks[LZO1X_PAGE_MIN / MARKS_ROW];
	uint8_t page[LZO1X_PAGE_MIN];
	const struct marks_rows rows = { page + MARKS_ROW, ARRAY_SIZE(marks) - 1, MARKS_ROW };
	uint32_t seed = 5;

	for (unsigned round = 0; round < 300; round++) {
		fill(page, sizeof(page), round % 5, 0xffffea0001041000 + round * 4096);
		for (unsigned n = next(&seed) % 500; n > 0; n--)
			page[next(&seed) % sizeof(page)] ^= (uint8_t)(1u << next(&seed) % 8);
		marks[0] = marks_first_row(page);
		find_with_integers(&rows, marks + 1);
		marks_are(page, sizeof(page), marks);
#ifdef __SSE2__
		find_with_sse2(&rows, marks + 1);
		marks_are(page, sizeof(page), marks);
#endif
	}
}

/* The first is new, the second kept, the third copied. */
TEST(the_third_page_of_a_shape_is_copied)
{
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct lzo1x_shapes *s = new_shapes(sizes[i]);
		uint8_t *page = malloc(sizes[i]);

		for (unsigned n = 0; n < 5; n++) {
			fill(page, sizes[i], 0, 0xffffea0001041000 + ((uint64_t)n << 24));
			CHECK_EQ(s->shapes->recent[0]->size != 0, n >= 2);
			same_with_and_without(s, page);
		}
		CHECK_EQ(s->shapes->recent[0]->size, same_with_and_without(s, page));
		CHECK_OP(s->shapes->recent[0]->nr, >, sizes[i] / MARKS_ROW);
		free(page);
		free(s);
	}
}

/* As many as are known stay, one more makes the oldest go. */
TEST(shapes_in_turn)
{
	struct lzo1x_shapes *s = new_shapes(LZO1X_PAGE_MIN);
	uint8_t page[LZO1X_PAGE_MIN];

	for (unsigned kinds = 1; kinds <= NR_SHAPES + 1; kinds++) {
		for (unsigned n = 0; n < 4 * kinds; n++) {
			fill(page, sizeof(page), n % kinds,
			     0xffffea0001041000 + ((uint64_t)n << 24));
			same_with_and_without(s, page);
		}
		CHECK_EQ(s->shapes->recent[0]->size != 0, kinds < NR_SHAPES);
	}
	free(s);
}

/* Literals one by one, in runs whose number takes one and more bytes, and behind the last match. */
TEST(literals_of_every_number)
{
	struct lzo1x_shapes *s = new_shapes(LZO1X_PAGE_MIN);
	uint8_t page[LZO1X_PAGE_MIN];
	uint32_t seed = 7;

	for (size_t nr = 0; nr < 700; nr++) {
		size_t from = nr % 2 ? LZO1X_PAGE_MIN - nr : 512 + next(&seed) % 1024;

		for (unsigned n = 0; n < 3; n++) {
			memset(page, 0xcc, sizeof(page));
			for (size_t i = from; i < from + nr; i++)
				page[i] = (uint8_t)(1 + n + i % 128);
			same_with_and_without(s, page);
		}
		CHECK_OP(s->shapes->recent[0]->size, >, 0);
	}
	free(s);
}

/* Long streams are not kept, and do no harm; neither do pages without a byte that repeats. */
TEST(pages_that_are_hardly_arrays)
{
	struct lzo1x_shapes *s = new_shapes(LZO1X_PAGE_MIN);
	uint8_t page[LZO1X_PAGE_MIN];

	for (unsigned every = 1; every < 64; every++) {
		for (unsigned n = 0; n < 3; n++) {
			fill(page, sizeof(page), 0, 0xffffea0001041000 + ((uint64_t)n << 24));
			for (size_t i = 0; i < sizeof(page); i += every)
				page[i] = (uint8_t)(i / 64 + n);
			if (same_with_and_without(s, page) > sizeof(page) / PART)
				CHECK_EQ(s->shapes->recent[0]->size, 0);
		}
	}
	free(s);
}

/* Damage of all kinds to shapes that are known. */
TEST(damaged_shapes)
{
	struct lzo1x_shapes *s = new_shapes(LZO1X_PAGE_MIN);
	uint8_t page[LZO1X_PAGE_MIN];
	uint32_t seed = 11;

	for (unsigned round = 0; round < 3000; round++) {
		fill(page, sizeof(page), round % 3, 0xffffea0001041000 + round * sizeof(page));
		for (unsigned n = next(&seed) % 3 ? 0 : next(&seed) % 40; n > 0; n--)
			page[next(&seed) % sizeof(page)] = (uint8_t)next(&seed);
		same_with_and_without(s, page);
	}
	free(s);
}

RUN(both_ways_find_the_same_marks, the_third_page_of_a_shape_is_copied, shapes_in_turn,
    literals_of_every_number, pages_that_are_hardly_arrays, damaged_shapes)
