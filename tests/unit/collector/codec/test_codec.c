/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_codec.c - every codec built in: there and back, hostile input, memory, sizes */
#include "codec/codec.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "noise.h"

#include <malloc.h>
#include <string.h>
#include <zlib.h>
#if HAVE_LZO
#include <lzo/lzo1x.h>
#endif
#if HAVE_ZSTD
#include <zstd.h>
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#define PAGE_MAX 65536
#define ROOM	 (2 * PAGE_MAX)

static const size_t pages[] = { 4096, 16384, 65536 };

enum pattern { ZERO, RANDOM, TEXT, POINTERS, RAMP, NR_PATTERNS };

static void fill_text(uint8_t *page, size_t len, uint32_t seed)
{
	static const char *const words[] = { "page ", "struct ", "kernel ", "0x",
					     "ffff",  "lock\n",	 "return ", "the ",
					     "of ",   "irq ",	 "cpu",	    ";\n\t" };
	size_t at = 0;

	while (at < len) {
		const char *w = words[next(&seed) % ARRAY_SIZE(words)];

		for (; *w && at < len; w++)
			page[at++] = (uint8_t)*w;
	}
}

/* As slabs look: kernel addresses, small counts, runs of zeros. */
static void fill_pointers(uint8_t *page, size_t len, uint32_t seed)
{
	for (size_t at = 0; at + 8 <= len; at += 8) {
		uint64_t v = next(&seed) % 3 ? 0 : 0xffff888000000000u + (next(&seed) << 6);

		if (next(&seed) % 4 == 0)
			v = next(&seed) % 64;
		memcpy(page + at, &v, 8);
	}
}

static void fill(uint8_t *page, size_t len, enum pattern pattern, uint32_t seed)
{
	memset(page, 0, len);
	if (pattern == TEXT)
		fill_text(page, len, seed);
	if (pattern == POINTERS)
		fill_pointers(page, len, seed);
	for (size_t i = 0; i < len; i++) {
		if (pattern == RANDOM)
			page[i] = (uint8_t)next(&seed);
		if (pattern == RAMP)
			page[i] = (uint8_t)(i / 16 + seed);
	}
}

/* Exactly as much as promised, on the heap: a byte more is ASan's to see. */
static size_t compress_page(const struct codec *c, void *ctx, const uint8_t *page, size_t len,
			    uint8_t **out)
{
	uint8_t *buf = malloc(len), *exact;
	size_t size = c->compress(ctx, page, len, buf, len);

	CHECK_OP(size, <, len);
	exact = malloc(size + 1);
	memcpy(exact, buf, size);
	free(buf);
	*out = realloc(exact, size ? size : 1);
	return size;
}

static void round_trip(const struct codec *c, int level, size_t len)
{
	void *ctx = c->open(level, len);
	uint8_t *page = malloc(len), *back = malloc(len), *out;

	CHECK(ctx != NULL);
	for (int pattern = 0; pattern < NR_PATTERNS; pattern++) {
		size_t size;

		fill(page, len, (enum pattern)pattern, 7);
		size = compress_page(c, ctx, page, len, &out);
		CHECK_EQ((size == 0), (pattern == RANDOM));
		if (size) {
			memset(back, 0xaa, len);
			CHECK_EQ(c->decompress(out, size, back, len), 0);
			CHECK_MEM(page, back, len);
		}
		free(out);
	}
	c->close(ctx);
	free(page);
	free(back);
}

TEST(every_codec_level_and_page_size_goes_there_and_back)
{
	const struct codec *c;

	for (unsigned i = 0; (c = codec_at(i)); i++)
		for (int level = c->min; level <= c->max; level++)
			for (size_t p = 0; p < ARRAY_SIZE(pages); p++)
				round_trip(c, level, pages[p]);
}

TEST(found_by_name_letter_and_flag)
{
	const struct codec *c;
	uint32_t before = 0;

	for (unsigned i = 0; (c = codec_at(i)); i++) {
		CHECK_EQ(codec_find(c->name), c);
		CHECK_EQ(codec_by_letter(c->letter), c);
		CHECK_EQ(codec_by_flag(c->flag), c);
		CHECK_OP(c->flag, >, before);
		CHECK(c->min <= c->default_level && c->default_level <= c->max);
		before = c->flag;
	}
	CHECK(codec_by_flag(DUMP_ZLIB) != NULL && codec_by_letter('c') != NULL);
	CHECK(codec_find("gzip") == NULL && codec_find("") == NULL);
	CHECK(codec_by_letter('x') == NULL && codec_by_flag(DUMP_INCOMPLETE) == NULL);
}

/* What a page becomes must not depend on the pages before a restart. */
TEST(history_does_not_show)
{
	uint8_t *page = malloc(4096), *other = malloc(4096), *a, *b;
	const struct codec *c;

	for (unsigned i = 0; (c = codec_at(i)); i++) {
		void *fresh = c->open(c->default_level, 4096),
		     *used = c->open(c->default_level, 4096);
		size_t na, nb;

		for (uint32_t k = 0; k < 3000; k++) {
			fill(other, 4096, (enum pattern)(k % NR_PATTERNS), k);
			free((compress_page(c, used, other, 4096, &b), b));
		}
		for (int k = TEXT; k <= RAMP; k++) {
			fill(page, 4096, (enum pattern)k, 99);
			if (c->restart) {
				c->restart(fresh);
				c->restart(used);
			}
			na = compress_page(c, fresh, page, 4096, &a);
			nb = compress_page(c, used, page, 4096, &b);
			CHECK(na == nb && memcmp(a, b, na) == 0);
			free(a);
			free(b);
		}
		c->close(fresh);
		c->close(used);
	}
	free(page);
	free(other);
}

TEST(never_writes_past_the_room)
{
	uint8_t *page = malloc(4096);
	const struct codec *c;

	fill(page, 4096, TEXT, 3);
	for (unsigned i = 0; (c = codec_at(i)); i++) {
		void *ctx = c->open(c->default_level, 4096);

		for (size_t room = 1; room < 4096; room += 97) {
			uint8_t *out = malloc(room);

			CHECK_OP(c->compress(ctx, page, 4096, out, room), <=, room);
			free(out);
		}
		c->close(ctx);
	}
	free(page);
}

/* in and out are as long as they are said to be, and not a byte longer. */
static int decompress_exact(const struct codec *c, const uint8_t *in, size_t size, size_t len)
{
	uint8_t *src = malloc(size ? size : 1), *out = malloc(len);
	int rc;

	memcpy(src, in, size);
	rc = c->decompress(src, size, out, len);
	if (rc < 0)
		fail_clear();
	CHECK(rc == 0 || rc == -EBADMSG);
	free(src);
	free(out);
	return rc;
}

TEST(damaged_input_is_an_error_and_no_overrun)
{
	uint8_t *page = malloc(4096), *out, junk[64];
	const struct codec *c;
	uint32_t seed = 5;

	fill(page, 4096, TEXT, 11);
	for (unsigned i = 0; (c = codec_at(i)); i++) {
		void *ctx = c->open(c->default_level, 4096);
		size_t size = compress_page(c, ctx, page, 4096, &out);

		CHECK_EQ(decompress_exact(c, out, size, 4095), -EBADMSG);
		CHECK_EQ(decompress_exact(c, out, size, 4097), -EBADMSG);
		for (size_t cut = 0; cut < size; cut += 1 + cut / 8)
			CHECK_EQ(decompress_exact(c, out, cut, 4096), -EBADMSG);
		for (int k = 0; k < 2000; k++) {
			size_t at = next(&seed) % size;
			uint8_t was = out[at];

			out[at] = (uint8_t)next(&seed);
			(void)decompress_exact(c, out, size, 4096);
			if (k % 3) /* two in three stay, so damage piles up */
				out[at] = was;
		}
		for (int k = 0; k < 2000; k++) {
			fill(junk, sizeof(junk), RANDOM, (uint32_t)k);
			(void)decompress_exact(c, junk, 1 + next(&seed) % sizeof(junk), 4096);
		}
		free(out);
		c->close(ctx);
	}
	free(page);
}

#ifdef SANITIZED
size_t __sanitizer_get_current_allocated_bytes(void);
#endif

static size_t allocated(void)
{
#ifdef SANITIZED
	return __sanitizer_get_current_allocated_bytes();
#else
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
#endif
}

/* memory_plan.c adds these up: too little is a dump killed for memory, too much a thread less. */
TEST(a_context_takes_what_was_planned)
{
	const struct codec *c;

	for (unsigned i = 0; (c = codec_at(i)); i++) {
		for (size_t p = 0; p < ARRAY_SIZE(pages); p++) {
			size_t before = allocated(), taken,
			       plan = c->memory(c->default_level, pages[p]);
			void *ctx = c->open(c->default_level, pages[p]);

			taken = allocated() - before;
			c->close(ctx);
			CHECK_OP(taken, <=, plan + 8192);
			/* libsnappy's own tables come and go with each page. */
			if (strcmp(c->name, "snappy") != 0)
				CHECK_OP(plan, <=, taken + 65536);
		}
	}
}

static size_t sum_sizes(const struct codec *c)
{
	void *ctx = c->open(c->default_level, 4096);
	uint8_t *page = malloc(4096), *out;
	size_t sum = 0;

	for (uint32_t k = 0; k < 400; k++) {
		fill(page, 4096, k % 2 ? TEXT : POINTERS, k);
		sum += compress_page(c, ctx, page, 4096, &out);
		free(out);
	}
	c->close(ctx);
	free(page);
	return sum;
}

/* The same pages, by the call makedumpfile makes. */
static size_t reference(const char *name)
{
	uint8_t *page = malloc(4096), *out = malloc(ROOM), *work = malloc(1 << 18);
	size_t sum = 0;

	for (uint32_t k = 0; k < 400; k++) {
		unsigned long size = ROOM;

		fill(page, 4096, k % 2 ? TEXT : POINTERS, k);
		if (strcmp(name, "zlib") == 0)
			compress2(out, &size, page, 4096, Z_BEST_SPEED);
#if HAVE_LZO
		if (strcmp(name, "lzo") == 0)
			lzo1x_1_compress(page, 4096, out, &size, work);
#endif
#if HAVE_ZSTD
		if (strcmp(name, "zstd") == 0)
			size = ZSTD_compress(out, ROOM, page, 4096, 1);
#endif
		sum += size;
	}
	free(page);
	free(out);
	free(work);
	return sum;
}

TEST(no_bigger_than_makedumpfile)
{
	size_t zlib = sum_sizes(codec_find("zlib"));

	CHECK_OP(zlib * 1000, <=, reference("zlib") * 1025);
	if (codec_find("lzo"))
		CHECK_OP(sum_sizes(codec_find("lzo")) * 1000, <=, reference("lzo") * 1001);
	if (codec_find("zstd"))
		CHECK_OP(sum_sizes(codec_find("zstd")) * 1000, <=, reference("zstd") * 1001);
}

/* Readers that know only zlib must take what libdeflate made. */
TEST(zlib_reads_our_zlib_pages)
{
	const struct codec *c = codec_find("zlib");
	void *ctx = c->open(c->default_level, 4096);
	uint8_t *page = malloc(4096), *back = malloc(4096), *out;

	for (int k = TEXT; k <= RAMP; k++) {
		uLongf len = 4096;
		size_t size;

		fill(page, 4096, (enum pattern)k, 21);
		size = compress_page(c, ctx, page, 4096, &out);
		CHECK(uncompress(back, &len, out, size) == Z_OK && len == 4096);
		CHECK_MEM(page, back, 4096);
		free(out);
	}
	c->close(ctx);
	free(page);
	free(back);
}

RUN(every_codec_level_and_page_size_goes_there_and_back, found_by_name_letter_and_flag,
    history_does_not_show, never_writes_past_the_room, damaged_input_is_an_error_and_no_overrun,
    a_context_takes_what_was_planned, no_bigger_than_makedumpfile, zlib_reads_our_zlib_pages)
