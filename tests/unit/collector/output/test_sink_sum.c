/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_sink_sum.c - checksums while a file or a stream is written, and none where they would lie */
#include "output/sums.h"

#include "base/xsum.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
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

/* A named pipe in place of a file: nobody knew of it when sums were asked for. */
TEST(a_file_that_is_a_stream)
{
	CHECK_EQ(sink_stream_open(open("/dev/null", O_WRONLY), SINK_PATIENCE_MS, &sink), 0);
	sums = sums_new(false);
	CHECK(sums && sink_sum_open(sink, sums, &sink) == 0);
	put(0, "a");
	put(1, "bc");
	is("{\"kind\":\"whole\",\"bytes\":3,\"xxh3_128\":\"06b05ab6733a618578af5f94892f3950\"}");
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

static int takes_two(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	(void)off;
	(void)buf;
	(void)len;
	s->taken = 2;
	return -ENOSPC;
}

/* What a full disk took of a write is in the file, so it is in the sum. */
TEST(a_part_of_a_write)
{
	const struct sink_ops *ops;
	struct sink_ops full;
	struct sink *below;

	CHECK_EQ(sink_null_open(&below), 0);
	ops = below->ops;
	full = *ops;
	full.write_at = takes_two;
	sums = sums_new(false);
	CHECK(sums && sink_sum_open(below, sums, &sink) == 0);
	sink->data_from = 100;
	put(100, "a");
	below->ops = &full;
	CHECK_EQ(sink_write_at(sink, 101, "bcde", 4), -ENOSPC);
	CHECK_EQ(sink->taken, 2);
	below->ops = ops;
	put(50, "descriptors");
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

/* What the sums of units are, as text to be freed; the sink is closed. */
static char *text_of_units(void)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	CHECK(f);
	sums_json(f, sums);
	fclose(f);
	sink_close(sink);
	sums_free(sums);
	return text;
}

static void begin_units(void)
{
	begin(false, 512);
	sink->data_unit = 512;
}

static void put_unit(uint64_t nr, char fill)
{
	char unit[512];

	memset(unit, fill, sizeof(unit));
	CHECK_EQ(sink_write_at(sink, 512 + nr * 512, unit, sizeof(unit)), 0);
}

/* Each page once, in any order; one that is not written is zeros; one in another place is another.
 */
TEST(pages_in_any_order)
{
	char *in_order, *other;

	begin_units();
	put(0, "header");
	put_unit(0, 'a');
	put_unit(1, 'b');
	put_unit(2, 0);
	put_unit(3, 'c');
	in_order = text_of_units();
	CHECK(strstr(in_order, "{\"kind\":\"units\",\"from\":512,\"to\":2560,\"piece\":1048576,"
			       "\"unit\":512,\"xxh3_64\":\""));
	begin_units();
	put_unit(3, 'c');
	put_unit(1, 'b');
	put_unit(0, 'a');
	put(0, "header");
	other = text_of_units();
	CHECK_STR(other, in_order);
	free(other);
	begin_units();
	put_unit(0, 'b');
	put_unit(1, 'a');
	put_unit(3, 'c');
	other = text_of_units();
	CHECK_OP(strcmp(other, in_order), !=, 0);
	free(other);
	free(in_order);
	begin_units();
	put_unit(0, 'a');
	put(700, "not a unit");
	is("null");
}

/* More pieces than the table has: the sums are those of pieces that were as large from the start.
 */
TEST(a_set_of_many_pieces)
{
	static struct xsum_set small, large;
	const uint64_t far = (uint64_t)XSUM_PIECES * 5 * XSUM_PIECE;
	char unit[4096];

	xsum_set_init(&small, sizeof(unit), XSUM_PIECE);
	xsum_set_init(&large, sizeof(unit), 8 * XSUM_PIECE);
	for (uint64_t i = 0; i < 50; i++) {
		uint64_t at = i * 12347 % 50 * (far / 50 / 4096 * 4096);

		memset(unit, (int)i + 1, sizeof(unit));
		xsum_set_add(&small, at, unit, sizeof(unit));
		xsum_set_add(&large, at, unit, sizeof(unit));
	}
	CHECK_EQ(small.piece, 8 * XSUM_PIECE);
	CHECK_EQ(xsum_set_nr(&small), xsum_set_nr(&large));
	CHECK_MEM(small.sum, large.sum, sizeof(small.sum));
	xsum_set_cut(&small, 20 * XSUM_PIECE + 5);
	CHECK_EQ(xsum_set_nr(&small), 2);
	CHECK_EQ(small.end, 16 * XSUM_PIECE);
}

RUN(pages_in_any_order, a_set_of_many_pieces, a_stream, a_file_that_is_a_stream, page_data,
    a_hole_is_zeros, a_part_of_a_write, page_data_that_is_written_twice, once_more)
