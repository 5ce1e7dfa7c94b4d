/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_codec_zstd.c - when the literals of a page are not coded */
#include "codec/codec.h"

#include "base/err.h"
#include "check.h"
#include "noise.h"

#include <string.h>

#define PAGE 4096

/* What a page begins with: 255 values cannot be coded shorter, 15 can. */
struct literals {
	size_t nr;
	unsigned nr_values;
	uint32_t seed;
};

static const struct literals mixed = { 192, 255, 1 }, plain = { 192, 15, 2 }, more = { 900, 15, 3 };

/* The bytes of such a page after what ctx has seen; they must expand to the page. */
static size_t compress_page(void *ctx, const struct literals *l)
{
	const struct codec *c = codec_find("zstd");
	uint8_t page[PAGE], out[PAGE], back[PAGE];
	uint32_t seed = l->seed;
	size_t size;

	fill_literals(page, PAGE, l->nr, l->nr_values, &seed);
	size = c->compress(ctx, page, PAGE, out, PAGE);
	CHECK_OP(size, >, 0);
	CHECK_EQ(c->decompress(out, size, back, PAGE), 0);
	CHECK_MEM(page, back, PAGE);
	return size;
}

static void *fresh(int level)
{
	void *ctx = codec_find("zstd")->open(level, PAGE);

	CHECK(ctx != NULL);
	return ctx;
}

static size_t alone(int level, const struct literals *l)
{
	void *ctx = fresh(level);
	size_t size = compress_page(ctx, l);

	codec_find("zstd")->close(ctx);
	return size;
}

/* A context whose last page gained nothing by a code. */
static void *taught(int level)
{
	void *ctx = fresh(level);

	CHECK_EQ(compress_page(ctx, &mixed), alone(level, &mixed));
	return ctx;
}

TEST(a_page_like_one_that_gained_nothing_is_not_asked)
{
	void *ctx = taught(1);

	for (int i = 0; i < 3; i++)
		CHECK_OP(compress_page(ctx, &plain), >, alone(1, &plain) + 50);
	codec_find("zstd")->close(ctx);
}

TEST(a_page_with_more_literals_ends_it)
{
	void *ctx = taught(1);

	CHECK_OP(compress_page(ctx, &more), >, alone(1, &more));
	CHECK_EQ(compress_page(ctx, &more), alone(1, &more));
	CHECK_EQ(compress_page(ctx, &plain), alone(1, &plain));
	codec_find("zstd")->close(ctx);
}

TEST(a_restart_ends_it)
{
	void *ctx = taught(1);

	codec_find("zstd")->restart(ctx);
	CHECK_EQ(compress_page(ctx, &plain), alone(1, &plain));
	codec_find("zstd")->close(ctx);
}

/* Other strategies know no such thing, and lose nothing. */
TEST(higher_levels_code_every_page)
{
	for (int level = 3; level <= 19; level += 8) {
		void *ctx = taught(level);

		CHECK_EQ(compress_page(ctx, &plain), alone(level, &plain));
		codec_find("zstd")->close(ctx);
	}
}

#define NR_MIXED 200

/* Pages that gain by a code and pages that do not, in no order. */
static void mixed_page(unsigned i, uint8_t page[PAGE])
{
	uint32_t seed = i * 7 + 1;

	if (i % 9 == 4)
		fill_literals(page, PAGE, PAGE, 255, &seed); /* gets no smaller */
	else
		fill_literals(page, PAGE, 100 + i % 13 * 60, i % 3 ? 255 : 15, &seed);
}

/* As a dump with other pages before it is made of one: the bytes of a dump made at once. */
static size_t adopted(void *ctx, const uint8_t *page, const uint8_t *packed, size_t size,
		      uint8_t out[2 * PAGE])
{
	const struct codec *c = codec_find("zstd");
	const struct codec_page in = { page, packed, PAGE, size };
	size_t now;

	if (!c->adopt(ctx, packed, size)) {
		now = c->settle(ctx, &in, out, 2 * PAGE);
		if (now != CODEC_NOT_OURS)
			return now;
	}
	memcpy(out, packed, size);
	return size;
}

TEST(what_is_adopted_is_what_would_have_been_made)
{
	const struct codec *c = codec_find("zstd");
	void *all = fresh(1), *few = fresh(1), *ours = fresh(1);
	unsigned differ = 0;

	for (unsigned i = 0; i < NR_MIXED; i++) {
		uint8_t page[PAGE], packed[2 * PAGE], want[2 * PAGE], got[2 * PAGE];
		size_t size, len;

		mixed_page(i, page);
		size = c->compress(all, page, PAGE, packed, sizeof(packed));
		if (i % 5 < 2)
			continue;
		len = c->compress(few, page, PAGE, want, sizeof(want));
		differ += len != size;
		CHECK_EQ(adopted(ours, page, packed, size, got), len);
		CHECK_MEM(got, want, len);
	}
	CHECK_OP(differ, >, 5);
	c->close(all);
	c->close(few);
	c->close(ours);
}

TEST(what_another_made_stays)
{
	const struct codec *c = codec_find("zstd");
	void *other = fresh(19), *ours = fresh(1);

	for (unsigned i = 0; i < NR_MIXED; i++) {
		uint8_t page[PAGE], packed[2 * PAGE], got[2 * PAGE];
		size_t size;

		if (i % 9 == 4)
			continue;
		mixed_page(i, page);
		memset(page + 2000, 0x5a, 700); /* found by any search, stored in many ways */
		memcpy(page + 3000, page, 300);
		size = c->compress(other, page, PAGE, packed, sizeof(packed));
		CHECK_EQ(adopted(ours, page, packed, size, got), size);
		CHECK_MEM(got, packed, size);
	}
	c->close(other);
	c->close(ours);
}

/* A thread's context decompresses the next page whatever the one before was. */
TEST(a_damaged_page_does_not_harm_the_next)
{
	const struct codec *c = codec_find("zstd");
	uint8_t page[PAGE], out[PAGE], back[PAGE];
	void *ctx = fresh(c->default_level);
	uint32_t seed = plain.seed;
	size_t size;

	fill_literals(page, PAGE, plain.nr, plain.nr_values, &seed);
	size = c->compress(ctx, page, PAGE, out, PAGE);
	c->close(ctx);
	CHECK_OP(size, >, 0);
	for (size_t at = 0; at < size; at++) {
		out[at] ^= 0x55;
		(void)c->decompress(out, size, back, PAGE);
		(void)c->decompress(out, at, back, PAGE);
		out[at] ^= 0x55;
		CHECK_EQ(c->decompress(out, size, back, PAGE), 0);
		CHECK_MEM(page, back, PAGE);
	}
	fail_clear();
}

RUN(a_damaged_page_does_not_harm_the_next, a_page_like_one_that_gained_nothing_is_not_asked,
    a_page_with_more_literals_ends_it, a_restart_ends_it, higher_levels_code_every_page,
    what_is_adopted_is_what_would_have_been_made, what_another_made_stays)
