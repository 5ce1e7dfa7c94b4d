/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_codec_zstd.c - when the literals of a page are not coded */
#include "codec/codec.h"

#include "base/err.h"
#include "check.h"

#include <string.h>

#define PAGE 4096

/* A page that starts with nr bytes nothing repeats, then only zeros. */
struct sample {
	size_t nr;
	unsigned range; /* of the bytes: 256 cannot be coded shorter, 16 can */
	uint32_t seed;
};

static const struct sample mixed = { 192, 256, 1 }, plain = { 192, 16, 2 }, more = { 900, 16, 3 };

static void fill(uint8_t *page, const struct sample *s)
{
	uint32_t seed = s->seed;

	memset(page, 0, PAGE);
	for (size_t i = 0; i < s->nr; i++) {
		seed = seed * 1664525u + 1013904223u;
		page[i] = (uint8_t)(1 + (seed >> 16) % (s->range - 1));
	}
}

/* The bytes of s after what ctx has seen; they must expand to the page. */
static size_t squeeze(const struct codec *c, void *ctx, const struct sample *s)
{
	uint8_t page[PAGE], out[PAGE], back[PAGE];
	size_t size;

	fill(page, s);
	size = c->squeeze(ctx, page, PAGE, out, PAGE);
	CHECK(size > 0);
	CHECK_EQ(c->expand(out, size, back, PAGE), 0);
	CHECK(memcmp(page, back, PAGE) == 0);
	return size;
}

static size_t alone(const struct codec *c, const struct sample *s)
{
	void *ctx = c->open(c->usual, PAGE);
	size_t size = squeeze(c, ctx, s);

	c->close(ctx);
	return size;
}

TEST(a_page_like_one_that_gained_nothing_is_not_asked)
{
	const struct codec *c = codec_find("zstd");
	void *ctx;

	if (!c)
		return;
	ctx = c->open(c->usual, PAGE);
	CHECK_EQ(squeeze(c, ctx, &mixed), alone(c, &mixed));
	for (int i = 0; i < 3; i++)
		CHECK(squeeze(c, ctx, &plain) > alone(c, &plain) + 50);
	c->close(ctx);
}

TEST(a_page_with_more_literals_ends_it)
{
	const struct codec *c = codec_find("zstd");
	void *ctx;

	if (!c)
		return;
	ctx = c->open(c->usual, PAGE);
	squeeze(c, ctx, &mixed);
	CHECK(squeeze(c, ctx, &more) > alone(c, &more));
	CHECK_EQ(squeeze(c, ctx, &more), alone(c, &more));
	CHECK_EQ(squeeze(c, ctx, &plain), alone(c, &plain));
	c->close(ctx);
}

TEST(a_restart_ends_it)
{
	const struct codec *c = codec_find("zstd");
	void *ctx;

	if (!c)
		return;
	ctx = c->open(c->usual, PAGE);
	squeeze(c, ctx, &mixed);
	c->restart(ctx);
	CHECK_EQ(squeeze(c, ctx, &plain), alone(c, &plain));
	c->close(ctx);
}

/* Other strategies know no such thing, and lose nothing. */
TEST(higher_levels_code_every_page)
{
	const struct codec *c = codec_find("zstd");

	for (int level = 3; c && level <= 19; level += 8) {
		void *used = c->open(level, PAGE), *fresh = c->open(level, PAGE);

		squeeze(c, used, &mixed);
		CHECK_EQ(squeeze(c, used, &plain), squeeze(c, fresh, &plain));
		c->close(used);
		c->close(fresh);
	}
}

RUN(a_page_like_one_that_gained_nothing_is_not_asked, a_page_with_more_literals_ends_it,
    a_restart_ends_it, higher_levels_code_every_page)
