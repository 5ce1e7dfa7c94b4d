/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_lzo1x.c - our LZO1X by what liblzo2 makes of it: arrays, hash, lengths at every edge */
#include "codec/lzo1x.h"

#include "base/util.h"
#include "check.h"
#include "noise.h"

#include <errno.h>
#include <lzo/lzo1x.h>
#include <string.h>

static const size_t pages[] = { LZO1X_PAGE_MIN, 16384, LZO1X_PAGE_MAX };

static struct lzo1x_table table;

/* By our own code as well; from memory of exactly its size, and cut it is refused. */
static void decompress_cut(const uint8_t *stream, size_t size, const uint8_t *page, size_t len)
{
	uint8_t *in = malloc(size), *back = malloc(len);

	memcpy(in, stream, size);
	CHECK_EQ(lzo1x_decompress_page(in, size, back, len), 0);
	CHECK_MEM(back, page, len);
	CHECK_EQ(lzo1x_decompress_page(in, size, back, len - 1), -EBADMSG);
	free(in);
	in = malloc(size - 1);
	memcpy(in, stream, size - 1);
	CHECK_EQ(lzo1x_decompress_page(in, size - 1, back, len), -EBADMSG);
	free(in);
	free(back);
}

/* Both ways, from and to memory of exactly the size promised: a byte past it is ASan's to see. */
static size_t both_ways(const uint8_t *page, size_t len, bool array)
{
	uint8_t *in = malloc(len), *out = malloc(lzo1x_bound(len)), *back = malloc(len);
	struct lzo1x_shapes *shapes = lzo1x_shapes_init(malloc(lzo1x_shapes_memory(len)), len);
	lzo_uint got = len;
	size_t size;

	memcpy(in, page, len);
	size = array ? lzo1x_compress_array(shapes, in, out) : lzo1x_compress(&table, in, len, out);
	CHECK_OP(size, <=, lzo1x_bound(len));
	CHECK_EQ(lzo1x_decompress_safe(out, size, back, &got, NULL), LZO_E_OK);
	CHECK(got == len && memcmp(back, page, len) == 0);
	decompress_cut(out, size, page, len);
	free(shapes);
	free(in);
	free(out);
	free(back);
	return size;
}

static void each_way(const uint8_t *page, size_t len)
{
	both_ways(page, len, true);
	both_ways(page, len, false);
}

/* struct page: flags, a pointer that grows, words that stay, a count now and then. */
static void fill_array(uint8_t *page, size_t len, uint32_t seed)
{
	memset(page, 0, len);
	for (size_t at = 0; at < len; at += 64) {
		uint64_t flags = 0x17ffffc0000000, lru = 0xfffff37d0340b908 + at;
		uint32_t count = next(&seed) % 8 ? 0xffffffff : next(&seed) % 100;

		memcpy(page + at, &flags, 8);
		memcpy(page + at + 8, &lru, 8);
		memcpy(page + at + 16, &lru, 8);
		memcpy(page + at + 48, &count, 4);
	}
}

TEST(arrays_are_known_and_get_smaller_than_by_a_table)
{
	uint8_t *page = malloc(LZO1X_PAGE_MAX);

	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		fill_array(page, pages[i], 3);
		CHECK(lzo1x_is_array(page, pages[i]));
		CHECK_OP(both_ways(page, pages[i], true), <, both_ways(page, pages[i], false));
	}
	free(page);
}

TEST(text_and_noise_are_no_arrays)
{
	static const char line[] = "kdump test record 0123456789\n";
	uint8_t page[4096];
	uint32_t seed = 1;

	for (size_t i = 0; i < sizeof(page); i++)
		page[i] = (uint8_t)line[i % (sizeof(line) - 1)];
	CHECK(!lzo1x_is_array(page, sizeof(page)));
	each_way(page, sizeof(page));
	for (size_t i = 0; i < sizeof(page); i++)
		page[i] = (uint8_t)next(&seed);
	CHECK(!lzo1x_is_array(page, sizeof(page)));
	CHECK_OP(both_ways(page, sizeof(page), true), >, sizeof(page));
	CHECK_OP(both_ways(page, sizeof(page), false), >, sizeof(page));
}

/* A match of each length at a distance, with each number of literals before it and after it. */
TEST(every_length_of_match_and_literals)
{
	enum { DISTANCE = 64, LONGEST = 600 };
	uint8_t page[4096], noise[4096];
	uint32_t seed = 9;

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)next(&seed);
	for (size_t match = 1; match < LONGEST; match += match < 70 ? 1 : 61) {
		for (size_t gap = 1; gap < 300; gap += gap < 22 ? 1 : 43) {
			size_t at = DISTANCE;

			memcpy(page, noise, sizeof(page));
			for (; at + match < sizeof(page); at += match + gap)
				for (size_t i = 0; i < match; i++)
					page[at + i] = page[at + i - DISTANCE];
			each_way(page, sizeof(page));
		}
	}
}

TEST(matches_up_to_the_last_byte)
{
	uint8_t page[4096];

	for (size_t differs = 0; differs < 100; differs++) {
		memset(page, 0xcc, sizeof(page));
		page[sizeof(page) - 1 - differs] = 1;
		each_way(page, sizeof(page));
		memset(page, 0, sizeof(page));
		page[differs] = 1;
		each_way(page, sizeof(page));
	}
	memset(page, 0xcc, sizeof(page));
	CHECK_OP(both_ways(page, sizeof(page), true), <, 64);
	CHECK_OP(both_ways(page, sizeof(page), false), <, 64);
}

/* 16 KiB is the longest distance that is written: from further back nothing may be taken. */
TEST(distances_of_large_pages)
{
	enum { EVERY = 256, TOKEN = 24 };
	uint8_t *page = malloc(LZO1X_PAGE_MAX);
	size_t size[2];

	for (size_t distance = 4096; distance < 60000; distance += EVERY) {
		uint32_t seed = 5;

		memset(page, 0, LZO1X_PAGE_MAX);
		for (size_t at = 0; at < LZO1X_PAGE_MAX; at += EVERY)
			for (size_t i = at; i < at + TOKEN; i++)
				page[i] =
					(uint8_t)(at < distance ? next(&seed) : page[i - distance]);
		size[distance > 16384] = both_ways(page, LZO1X_PAGE_MAX, false);
		if (distance == 16384 + EVERY)
			CHECK_OP(size[1], >, size[0] + 2048);
	}
	free(page);
}

/*
 * Behind much noise only every n-th byte is looked at: wherever in the match that falls, none of
 * its bytes is left a literal.
 */
TEST(a_match_reaches_back_to_where_it_begins)
{
	enum { FROM = 4, LENGTH = 36, TO = 600, STEP = 19 };
	size_t size[STEP];
	uint8_t page[4096];

	for (size_t shift = 0; shift < STEP; shift++) {
		uint32_t seed = 3;

		for (size_t i = 0; i < sizeof(page); i++)
			page[i] = (uint8_t)next(&seed);
		memcpy(page + TO + shift, page + FROM, LENGTH);
		size[shift] = both_ways(page, sizeof(page), false);
		CHECK_OP(size[shift], <, sizeof(page));
		CHECK_EQ(size[shift], size[0]);
	}
}

/* Arrays with damage of all kinds: what no list of cases thinks of. */
TEST(damaged_arrays)
{
	uint8_t page[4096];
	uint32_t seed = 17;

	for (unsigned round = 0; round < 3000; round++) {
		fill_array(page, sizeof(page), round);
		for (unsigned n = next(&seed) % 400; n > 0; n--)
			page[next(&seed) % sizeof(page)] = (uint8_t)next(&seed);
		each_way(page, sizeof(page));
	}
}

/* The verdict on a stream, and the bytes, are liblzo2's. Returns whether it was accepted. */
static bool as_liblzo2(const uint8_t *stream, size_t size, size_t len)
{
	uint8_t *in = malloc(size), *ours = malloc(len), *theirs = malloc(len);
	lzo_uint got = len;
	bool sound;

	memcpy(in, stream, size);
	sound = lzo1x_decompress_safe(in, size, theirs, &got, NULL) == LZO_E_OK && got == len;
	CHECK_EQ(lzo1x_decompress_page(in, size, ours, len), sound ? 0 : -EBADMSG);
	CHECK(!sound || memcmp(ours, theirs, len) == 0);
	free(in);
	free(ours);
	free(theirs);
	return sound;
}

/* Words at distances of all kinds, with literals between them. */
static void fill_words(uint8_t *page, size_t len, uint32_t *seed)
{
	size_t at = 0, n;

	while (at < len) {
		size_t back = 1 + next(seed) % (next(seed) % 2 ? 24 : 50000);

		n = 1 + next(seed) % (next(seed) % 4 ? 12 : 400);
		for (; n > 0 && at < len; n--, at++)
			page[at] = back <= at ? page[at - back] : (uint8_t)next(seed);
		if (at < len)
			page[at++] = (uint8_t)next(seed);
	}
}

TEST(streams_of_liblzo2_and_damaged_ones)
{
	uint8_t *page = malloc(LZO1X_PAGE_MAX), *out = malloc(lzo1x_bound(LZO1X_PAGE_MAX));
	uint8_t *work = malloc(LZO1X_999_MEM_COMPRESS);
	unsigned sound = 0, damaged = 0;
	uint32_t seed = 23;
	lzo_uint size;

	for (unsigned round = 0; round < 300; round++) {
		size_t len = pages[round % ARRAY_SIZE(pages)];

		fill_words(page, len, &seed);
		CHECK_EQ(round % 2 ? lzo1x_1_compress(page, len, out, &size, work)
				   : lzo1x_999_compress(page, len, out, &size, work),
			 LZO_E_OK);
		CHECK(as_liblzo2(out, size, len));
		for (unsigned n = 0; n < 20; n++) {
			out[next(&seed) % size] = (uint8_t)next(&seed);
			as_liblzo2(out, size, len) ? sound++ : damaged++;
		}
	}
	CHECK_OP(sound, >, 0);
	CHECK_OP(damaged, >, 1000);
	free(page);
	free(out);
	free(work);
}

/* A first byte of 18 to 20 is that many literals, less 17, and counts as those after a match. */
TEST(short_streams)
{
	uint8_t stream[12];
	uint32_t seed = 31;
	unsigned sound = 0;

	for (unsigned first = 0; first < 256; first++) {
		for (unsigned round = 0; round < 400; round++) {
			size_t size = 1 + next(&seed) % sizeof(stream);

			for (size_t i = 0; i < size; i++)
				stream[i] = (uint8_t)(next(&seed) % (next(&seed) % 2 ? 256 : 40));
			stream[0] = (uint8_t)first;
			if (size > 3)
				memcpy(stream + size - 3, "\x11\0", 3);
			for (size_t len = 1; len < 24; len++)
				sound += as_liblzo2(stream, size, len);
		}
	}
	CHECK_OP(sound, >, 100);
}

RUN(arrays_are_known_and_get_smaller_than_by_a_table, text_and_noise_are_no_arrays,
    every_length_of_match_and_literals, matches_up_to_the_last_byte, distances_of_large_pages,
    a_match_reaches_back_to_where_it_begins, damaged_arrays, streams_of_liblzo2_and_damaged_ones,
    short_streams)
