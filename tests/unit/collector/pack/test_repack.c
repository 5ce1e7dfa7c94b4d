/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_repack.c - pages of a dump: copied, shared, compressed anew, or missing */
#include "pack/packer.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "check.h"
#include "fix_dump.h"

#include <string.h>

#define PAGE 4096

/* A dump, packed: all its pages, or those of a list. */
struct repacked {
	struct source *src;
	struct view *view;
	struct packer *packer;
	struct batch *b;
};

static struct repacked repack(const char *text, const char *codec, bool recompress)
{
	struct packer_cfg cfg = { .codec = codec_find(codec),
				  .page_shift = 12,
				  .recompress = recompress };
	struct repacked r;
	uint8_t bits[8];

	CHECK_EQ(fix_dump_source(text, &r.src), 0);
	cfg.src = r.src;
	cfg.codec_level = cfg.codec ? cfg.codec->default_level : 0;
	CHECK_EQ(packer_open(&cfg, &r.packer), 0);
	CHECK_EQ(batch_open(12, &r.b), 0);
	CHECK_EQ(view_open(r.src, &r.view), 0);
	CHECK_EQ(r.src->ops->frames(r.src, FRAMES_HELD, 0, bits, sizeof(bits)), 0);
	for (uint64_t pfn = 0; pfn < 64; pfn++)
		if (bits[pfn / 8] >> pfn % 8 & 1)
			r.b->pfn[r.b->nr++] = pfn;
	CHECK_EQ(packer_run(r.packer, r.b), 0);
	return r;
}

static void done(struct repacked *r)
{
	view_close(r->view);
	batch_close(r->b);
	packer_close(r->packer);
	source_close(r->src);
	fail_clear();
}

static const uint8_t *bytes(const struct repacked *r, unsigned i)
{
	const uint8_t *p = r->b->data;

	while (i-- > 0)
		p += r->b->size[i];
	return p;
}

static bool is_copied(struct repacked *r, unsigned i)
{
	struct packed_page in;

	return view_packed(r->view, r->b->pfn[i], &in) == 0 && r->b->stored[i] == STORED_DATA &&
	       r->b->flags[i] == in.flags && r->b->size[i] == in.size &&
	       memcmp(bytes(r, i), in.data, in.size) == 0;
}

/* What page i unpacks to. */
static bool holds(const struct repacked *r, unsigned i, uint64_t pfn, unsigned byte)
{
	uint8_t want[PAGE], got[PAGE];

	fix_dump_page(pfn, byte, want, PAGE);
	if (r->b->stored[i] != STORED_DATA)
		return false;
	if (r->b->flags[i])
		CHECK_EQ(codec_by_flag(r->b->flags[i])
				 ->decompress(bytes(r, i), r->b->size[i], got, PAGE),
			 0);
	else
		memcpy(got, bytes(r, i), PAGE);
	return memcmp(got, want, PAGE) == 0;
}

static uint32_t flag_of(const char *codec)
{
	return codec_find(codec) ? codec_find(codec)->flag : 0;
}

TEST(every_codec_into_every_other)
{
	static const char *const names[] = { "raw", "zlib", "lzo", "snappy", "zstd" };

	for (unsigned from = 0; from < 5; from++) {
		for (unsigned to = 0; to < 5; to++) {
			struct repacked r;
			char text[200];

			snprintf(text, sizeof(text),
				 "status %u\nlevel 1\npage 3 %s 7\npage 9 %s 8\n",
				 flag_of(names[from]), names[from], names[from]);
			r = repack(text, names[to], false);
			CHECK_EQ(r.b->nr, 2);
			CHECK(holds(&r, 0, 3, 7) && holds(&r, 1, 9, 8));
			CHECK_EQ(r.b->flags[1], flag_of(names[to]));
			if (from == to)
				CHECK(is_copied(&r, 0) && is_copied(&r, 1));
			CHECK_EQ(r.b->len, r.b->size[0] + r.b->size[1]);
			done(&r);
		}
	}
}

TEST(mixed_pages_change_where_they_must)
{
	struct repacked r = repack("status 2\nlevel 1\npage 3 lzo 7\npage 4 raw 8\npage 5 zlib 9\n",
				   "lzo", false);

	/* Raw in a dump of that codec: it gained nothing. */
	CHECK(is_copied(&r, 0) && is_copied(&r, 1));
	CHECK(holds(&r, 2, 5, 9) && r.b->flags[2] == DUMP_LZO);
	done(&r);
	/* Raw in another: nobody tried. */
	r = repack("status 1\nlevel 1\npage 3 lzo 7\npage 4 raw 8\n", "lzo", false);
	CHECK(is_copied(&r, 0));
	CHECK(holds(&r, 1, 4, 8) && r.b->flags[1] == DUMP_LZO);
	done(&r);
	/* Asked for anew: none is copied, all the same in what they hold. */
	r = repack("status 2\npage 3 raw 7\npage 4 raw 8\n", "lzo", true);
	CHECK(holds(&r, 0, 3, 7) && r.b->flags[0] == DUMP_LZO);
	CHECK(holds(&r, 1, 4, 8) && r.b->flags[1] == DUMP_LZO);
	done(&r);
}

TEST(zeros_are_found)
{
	static const char *const names[] = { "raw", "zlib", "lzo", "snappy", "zstd" };

	for (unsigned n = 0; n < 5; n++) {
		struct repacked r;
		char text[200];

		/* A writer that did not look for them, and its page again. */
		snprintf(text, sizeof(text), "status %u\npage 3 %s 0\nsame 4\npage 6 %s 0\n",
			 flag_of(names[n]), names[n], names[n]);
		for (unsigned to = 0; to < 5; to++) {
			r = repack(text, names[to], false);
			for (unsigned i = 0; i < 3; i++)
				CHECK_EQ(r.b->stored[i], STORED_ZERO);
			CHECK_EQ(r.b->len, 0);
			done(&r);
		}
	}
}

TEST(pages_alike_share)
{
	/* In the source already; in bytes; and not once something lies between. */
	static const char text[] = "status 2\nlevel 1\npage 3 lzo 7\nsame 4\npage 6 lzo 7\nsame 8\n"
				   "page 9 lzo 9\nsame 10\n";
	struct repacked r = repack(text, "lzo", false);

	CHECK_EQ(r.b->stored[1], STORED_SAME);
	CHECK_EQ(r.b->stored[3], STORED_DATA); /* frame 7 is not there: another row */
	CHECK_EQ(r.b->stored[4], STORED_DATA);
	CHECK_EQ(r.b->stored[5], STORED_SAME);
	done(&r);
	r = repack(text, "zstd", false);
	CHECK_EQ(r.b->stored[1], STORED_SAME);
	CHECK(holds(&r, 4, 9, 9));
	CHECK_EQ(r.b->stored[5], STORED_SAME);
	done(&r);
}

TEST(what_is_missing_stays_missing)
{
	static const char text[] = "status 0xa\npage 3 lzo 7\nlost 4\ndesc 5 20480 100 2\n"
				   "desc 6 0x7fffffff 10 2\npage 7 lzo 8\n";
	struct repacked r = repack(text, "lzo", false);

	CHECK(is_copied(&r, 0) && is_copied(&r, 4));
	for (unsigned i = 1; i < 4; i++)
		CHECK(r.b->stored[i] == STORED_MISSING && r.b->size[i] == 0);
	CHECK_EQ(r.b->len, r.b->size[0] + r.b->size[4]);
	done(&r);
	r = repack(text, "zstd", false);
	for (unsigned i = 1; i < 4; i++)
		CHECK_EQ(r.b->stored[i], STORED_MISSING);
	CHECK(holds(&r, 4, 7, 8));
	done(&r);
}

RUN(every_codec_into_every_other, mixed_pages_change_where_they_must, zeros_are_found,
    pages_alike_share, what_is_missing_stays_missing)
