/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_sink_sum.c - checksums while a file or a stream is written, and none where they would lie */
#include "output/sums.h"

#include "base/xsum.h"
#include "check.h"

#include <string.h>

static struct sums *sums;
static struct sink *sink;

static void begin(bool whole, uint64_t data_from)
{
	CHECK_EQ(sink_null_open(&sink), 0);
	sums = sums_new(whole);
	CHECK(sums && sink_sum_open(sink, sums, &sink) == 0);
	sink->data_from = data_from;
}

static void put(uint64_t off, const char *text)
{
	CHECK_EQ(sink_write_at(sink, off, text, strlen(text)), 0);
}

static void is(const char *expected)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	CHECK(f);
	sums_json(f, sums);
	fclose(f);
	CHECK_STR(text, expected);
	free(text);
	sink_close(sink);
	sums_free(sums);
}

TEST(a_stream)
{
	begin(true, 0);
	put(0, "a");
	put(1, "bc");
	is("{\"kind\":\"whole\",\"bytes\":3,\"xxh3_128\":\"06b05ab6733a618578af5f94892f3950\"}");
	begin(true, 0);
	put(0, "a");
	put(2, "bc");
	is("null");
	begin(true, 0);
	is("null");
}

/* Headers and descriptors come in any order, and more than once. */
TEST(page_data)
{
	begin(false, 100);
	put(0, "header");
	put(100, "a");
	put(50, "descriptors");
	put(101, "bc");
	put(0, "HEADER");
	is("{\"kind\":\"pages\",\"from\":100,\"to\":103,\"piece\":1048576,"
	   "\"xxh3_64\":\"78af5f94892f3950\"}");
}

TEST(a_hole_is_zeros)
{
	char *a = NULL, zeros[] = { 'a', 0, 0, 'b' };
	size_t len;
	FILE *f;

	begin(false, 10);
	CHECK_EQ(sink_write_at(sink, 10, zeros, 4), 0);
	f = open_memstream(&a, &len);
	CHECK(f);
	sums_json(f, sums);
	fclose(f);
	sink_close(sink);
	sums_free(sums);
	begin(false, 10);
	put(10, "a");
	put(13, "b");
	is(a);
	free(a);
}

TEST(page_data_that_is_written_twice)
{
	begin(false, 100);
	put(100, "abc");
	put(101, "x");
	is("null");
	begin(false, 0); /* a format that does not say where they are */
	put(100, "abc");
	is("null");
}

TEST(once_more)
{
	begin(false, 100);
	put(100, "abc");
	put(100, "x");
	sink_close(sink);
	CHECK_EQ(sums_restart(sums), 0);
	CHECK_EQ(sink_null_open(&sink), 0);
	CHECK_EQ(sink_sum_open(sink, sums, &sink), 0);
	sink->data_from = 100;
	put(100, "abc");
	is("{\"kind\":\"pages\",\"from\":100,\"to\":103,\"piece\":1048576,"
	   "\"xxh3_64\":\"78af5f94892f3950\"}");
}

RUN(a_stream, page_data, a_hole_is_zeros, page_data_that_is_written_twice, once_more)
