/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_zstd_array.c - frames of arrays: read by libzstd, the same with and without pages before */
#include "base/util.h"
#include "check.h"
#include "noise.h"

/* Their insides are looked at. */
#include "codec/shapes.c"
#include "codec/zstd_array.c"
#include "codec/zstd_frame.c"

#include <stdlib.h>

static const size_t sizes[] = { 4096, 16384, 65536 };

static struct zstd_array *new_array(size_t len)
{
	struct zstd_array *a = zstd_array_init(malloc(zstd_array_memory(len)), len);

	CHECK(a != NULL);
	return a;
}

/* Into memory of exactly that size; 0: no array. */
static size_t check_frame(struct zstd_array *a, const uint8_t *in, uint8_t *out, size_t capacity)
{
	size_t size = zstd_array_compress(a, in, out, capacity);
	uint8_t *back = malloc(a->len);

	if (size) {
		CHECK_OP(size, <, a->len);
		CHECK_EQ(ZSTD_decompress(back, a->len, out, size), a->len);
		CHECK_MEM(back, in, a->len);
		CHECK_EQ(ZSTD_getFrameContentSize(out, size), a->len);
		CHECK(zstd_array_made(out, size));
	}
	free(back);
	return size;
}

/* By a, which may know the shape: the bytes of one that knows none. */
static size_t same_with_and_without(struct zstd_array *a, const uint8_t *page)
{
	struct zstd_array *none = new_array(a->len);
	uint8_t *in = malloc(a->len), *out = malloc(a->len), *fresh;
	size_t size, least;

	memcpy(in, page, a->len);
	size = check_frame(a, in, out, a->len);
	fresh = malloc(size + 1);
	CHECK_EQ(check_frame(none, in, fresh, size), size);
	CHECK_MEM(out, fresh, size);
	for (least = 0; least < size; least += 1 + size / 3)
		CHECK_EQ(check_frame(a, in, fresh, least), 0);
	free(none);
	free(in);
	free(out);
	free(fresh);
	return size;
}

static void fill(uint8_t *page, size_t len, uint64_t from)
{
	memset(page, 0, len);
	for (size_t at = 0; at < len; at += MARKS_ROW) {
		uint64_t flags = 0x17ffffc0112233, lru = from + at + 8;

		memcpy(page + at, &flags, 8);
		memcpy(page + at + 8, &lru, 8);
		memcpy(page + at + 16, &lru, 8);
		memset(page + at + 48, 0xff, 4);
	}
}

static uint64_t from(unsigned n)
{
	return 0xffffea0001041000 + ((uint64_t)n << 24);
}

/* What level 1 makes of it by itself. */
static size_t by_libzstd(const uint8_t *page, size_t len)
{
	uint8_t *out = malloc(ZSTD_compressBound(len));
	size_t size = ZSTD_compress(out, ZSTD_compressBound(len), page, len, 1);

	free(out);
	return size;
}

TEST(free_memory_gets_smaller_and_the_third_page_is_copied)
{
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct zstd_array *a = new_array(sizes[i]);
		uint8_t *page = malloc(sizes[i]);

		for (unsigned n = 0; n < 5; n++) {
			size_t size;

			fill(page, sizes[i], from(n));
			CHECK_EQ(a->shapes->recent[0]->size != 0, n >= 2);
			size = same_with_and_without(a, page);
			CHECK_OP(size, >, 0);
			if (sizes[i] == 4096)
				CHECK_OP(size, <, by_libzstd(page, sizes[i]));
		}
		free(page);
		free(a);
	}
}

/* Text, noise, zeros with little before them, arrays of which half differs. */
TEST(other_pages_are_left_to_libzstd)
{
	struct zstd_array *a = new_array(4096);
	uint8_t page[4096];
	uint32_t seed = 3;

	for (size_t i = 0; i < sizeof(page); i++)
		page[i] = (uint8_t)next(&seed);
	CHECK_EQ(same_with_and_without(a, page), 0);
	for (size_t i = 0; i < sizeof(page); i++)
		page[i] = (uint8_t)"kdump test record 0123456789\n"[i % 29];
	CHECK_EQ(same_with_and_without(a, page), 0);
	memset(page, 0, sizeof(page));
	CHECK_EQ(same_with_and_without(a, page), 0);
	fill_literals(page, sizeof(page), 150, 15, &seed);
	CHECK_EQ(same_with_and_without(a, page), 0);
	fill(page, sizeof(page), from(0));
	for (size_t i = 0; i < sizeof(page); i += MARKS_ROW)
		for (size_t n = 24; n < 32; n++)
			page[i + n] = (uint8_t)next(&seed);
	CHECK_EQ(same_with_and_without(a, page), 0);
	free(a);
}

/* Damage of all kinds, few enough for a match to be left. */
TEST(damaged_arrays)
{
	struct zstd_array *a = new_array(4096);
	unsigned arrays = 0;
	uint8_t page[4096];
	uint32_t seed = 11;

	for (unsigned round = 0; round < 3000; round++) {
		fill(page, sizeof(page), from(round));
		for (unsigned n = next(&seed) % 3 ? 0 : next(&seed) % 60; n > 0; n--)
			page[next(&seed) % sizeof(page)] = (uint8_t)next(&seed);
		for (unsigned n = next(&seed) % 4 ? 0 : next(&seed) % 9; n > 0; n--) {
			size_t at = next(&seed) % 3500;

			memset(page + at, (int)next(&seed) % 256, next(&seed) % 500);
		}
		arrays += same_with_and_without(a, page) > 0;
	}
	CHECK_OP(arrays, >, 1500);
	free(a);
}

/* The last bytes are literals, or the last match ends with the page. */
TEST(every_end_of_a_page)
{
	struct zstd_array *a = new_array(4096);
	uint8_t page[4096];

	for (size_t nr = 0; nr < 100; nr++) {
		for (unsigned n = 0; n < 3; n++) {
			fill(page, sizeof(page), from(n));
			for (size_t i = sizeof(page) - nr; i < sizeof(page); i++)
				page[i] = (uint8_t)(1 + n + i * 7);
			CHECK_OP(same_with_and_without(a, page), >, 0);
		}
	}
	free(a);
}

/* libzstd's own frames have no long head, whatever they hold; damaged ones do no harm. */
TEST(frames_of_libzstd_are_told_apart)
{
	uint8_t page[4096], frame[4096 + 512], out[ZSTD_FRAME_HEADS];
	const struct zstd_frame_sizes heads = { .len = 4096, .block = 0x12345, .nr = 0x234 };
	struct zstd_frame f;
	uint32_t seed = 5;

	for (unsigned round = 0; round < 2000; round++) {
		uint8_t *cut;
		size_t size;

		fill_literals(page, sizeof(page), 1 + next(&seed) % 2000, 1 + next(&seed) % 255,
			      &seed);
		size = ZSTD_compress(frame, sizeof(frame), page, sizeof(page), round % 2 ? -1 : 1);
		CHECK(!ZSTD_isError(size) && !zstd_array_made(frame, size));
		for (unsigned n = 0; n < 10; n++) {
			frame[next(&seed) % 16] = (uint8_t)next(&seed);
			size = next(&seed) % 40;
			cut = malloc(size + 1);
			memcpy(cut, frame, size);
			if (zstd_frame_read(cut, size, &f) && f.raw)
				CHECK_OP(f.literals + f.nr_literals, <=, cut + size);
			(void)zstd_array_made(cut, size);
			free(cut);
		}
	}
	zstd_frame_put_heads(out, &heads);
	CHECK_MEM(out, "\x28\xb5\x2f\xfd\x60\0\x0f\x2d\x1a\x09\x4c\x23\0", sizeof(out));
}

RUN(free_memory_gets_smaller_and_the_third_page_is_copied, other_pages_are_left_to_libzstd,
    damaged_arrays, every_end_of_a_page, frames_of_libzstd_are_told_apart)
