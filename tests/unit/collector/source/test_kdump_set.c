/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_kdump_set.c - the files of a dump that was split, as one source */
#include "source/source.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fix_dump.h"
#include "source/infile.h"

#include <string.h>

#define BLOCK 4096

/* The page as the text has it. */
static bool page_is(struct view *v, uint64_t pfn, unsigned byte)
{
	char want[BLOCK];
	const void *at;

	fix_dump_page(pfn, byte, want, BLOCK);
	return view_map(v, pfn * BLOCK, BLOCK, &at) == 0 && memcmp(at, want, BLOCK) == 0;
}

#define SPLIT_PAGES                                                                              \
	"max 4000\nram 0 4000\nlevel 1\ntime 9\npage 3 raw 7\npage 640 lzo 8\npage 702 zlib 9\n" \
	"page 1300 zstd 10\npage 3999 raw 11\n"

static const char *const split_texts[] = {
	"split 0 640\n" SPLIT_PAGES,
	"split 640 1300\n" SPLIT_PAGES,
	"split 1300 4000\n" SPLIT_PAGES,
};

/* The parts of these numbers, as one source. */
static int open_parts(const unsigned *nr, unsigned parts, struct source **out)
{
	const char *const name[] = { "a", "b", "c" };
	struct infile in[3];

	log_setup(0, false);
	fail_clear();
	for (unsigned i = 0; i < parts; i++)
		CHECK_EQ(infile_init(&in[i], fix_dump(split_texts[nr[i]])), 0);
	return source_kdump_open_parts(in, name, parts, out);
}

TEST(parts_in_any_order)
{
	static const unsigned orders[][3] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 2, 0 } };

	for (unsigned i = 0; i < 3; i++) {
		struct source *src;
		struct view *v;

		CHECK_EQ(open_parts(orders[i], 3, &src), 0);
		CHECK(!source_is_incomplete(src));
		CHECK_EQ(view_open(src, &v), 0);
		CHECK(page_is(v, 3999, 11) && page_is(v, 3, 7) && page_is(v, 702, 9));
		CHECK(page_is(v, 640, 8) && page_is(v, 1300, 10));
		view_close(v);
		source_close(src);
	}
}

TEST(parts_that_are_missing)
{
	static const unsigned some[][2] = { { 0, 2 }, { 2, 1 }, { 0, 1 }, { 1, 1 } };
	static const uint64_t lost[] = { 640, 3, 1300 };
	struct source *src;
	struct view *v;
	const void *at;

	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(open_parts(some[i], 2, &src), 0);
		CHECK(source_is_incomplete(src));
		CHECK_EQ(view_open(src, &v), 0);
		CHECK_EQ(view_map(v, lost[i] * BLOCK, 1, &at), -EIO);
		CHECK_EQ(page_is(v, 3, 7), i != 1);
		CHECK_EQ(page_is(v, 3999, 11), i != 2);
		view_close(v);
		source_close(src);
	}
	CHECK_EQ(open_parts(some[3], 2, &src), -EINVAL); /* one of them twice */
	CHECK(strstr(fail_text(), "name each part once"));
	CHECK_EQ(open_parts(some[2] + 1, 1, &src), 0); /* one alone */
	CHECK(source_is_incomplete(src));
	source_close(src);
}

/*
 * The bitmaps of a part whose disk was full may lack bits behind its own frames, and a part that
 * another run made has other bits: descriptors are found by the bitmap of their own file.
 */
TEST(parts_whose_bitmaps_differ)
{
	static const char *const texts[] = {
		"split 0 640\nmax 4000\nram 0 800\nlevel 1\ntime 9\npage 3 raw 7\n",
		"split 640 1301\nmax 4000\nram 0 4000\nlevel 1\ntime 9\npage 1 raw 6\n"
		"page 2 raw 6\npage 640 lzo 8\npage 702 zlib 9\npage 1300 zstd 10\n",
		"split 1301 4000\nmax 4000\nram 0 4000\nlevel 1\ntime 9\npage 1299 raw 5\n"
		"page 1300 raw 5\npage 1301 raw 12\npage 3999 raw 11\n",
	};
	const char *const name[] = { "a", "b", "c" };
	struct infile in[3];
	struct source *src;
	uint8_t bits[8];
	struct view *v;
	const void *at;

	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(infile_init(&in[i], fix_dump(texts[i])), 0);
	CHECK_EQ(source_kdump_open_parts(in, name, 3, &src), 0);
	CHECK_EQ(view_open(src, &v), 0);
	CHECK(page_is(v, 3, 7) && page_is(v, 640, 8) && page_is(v, 702, 9));
	CHECK(page_is(v, 1300, 10) && page_is(v, 1301, 12) && page_is(v, 3999, 11));
	CHECK_EQ(view_map(v, 1 * BLOCK, 1, &at), -EFAULT);
	CHECK_EQ(view_map(v, 1299 * BLOCK, 1, &at), -EFAULT);
	CHECK_EQ(src->ops->frames(src, FRAMES_HELD, 1280, bits, sizeof(bits)), 0);
	CHECK_EQ(bits[2], 0x30); /* 1300 of one part, 1301 of the next, 1299 of none */
	CHECK_EQ(src->ops->frames(src, FRAMES_RAM, 3968, bits, sizeof(bits)), 0);
	CHECK_EQ(bits[3], 0xff);
	CHECK_EQ(bits[4], 0);
	view_close(v);
	source_close(src);
}

RUN(parts_in_any_order, parts_that_are_missing, parts_whose_bitmaps_differ)
