/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_source_kdump.c - a saved dump as a source: every header version, and dumps that lie */
#include "source/source.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fix_dump.h"
#include "source/infile.h"
#include "source/notes.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#define BLOCK 4096
#define INFO  "OSRELEASE=6.12-test\\n"

/* Pages 3, 4, 700 and 1199 of 1200: several words of the bitmap, raw and compressed. */
#define PAGES                        \
	"max 1200\nram 0 1200\n"     \
	"page 3 raw 7\n"             \
	"page 4 zlib 8\n"            \
	"page 700 lzo 9\nsame 701\n" \
	"page 1198 snappy 11\n"      \
	"page 1199 zstd 12\n"

static struct source *opened(const char *text)
{
	struct source *src = NULL;

	log_setup(0, false);
	fail_clear();
	CHECK_EQ(fix_dump_source(text, &src), 0);
	return src;
}

static int refused(const char *text)
{
	struct source *src = NULL;
	int rc;

	fail_clear();
	rc = fix_dump_source(text, &src);
	if (rc == 0)
		source_close(src);
	return rc;
}

/* The page as the text has it; frame 701 shares that of 700. */
static bool page_is(struct view *v, uint64_t pfn, unsigned byte)
{
	char want[BLOCK];
	const void *at;

	fix_dump_page(pfn == 701 ? 700 : pfn, byte, want, BLOCK);
	return view_map(v, pfn * BLOCK, BLOCK, &at) == 0 && memcmp(at, want, BLOCK) == 0;
}

static void check_pages(struct source *src)
{
	struct view *v;

	CHECK_EQ(view_open(src, &v), 0);
	/* Forward, and back again. */
	CHECK(page_is(v, 3, 7) && page_is(v, 4, 8) && page_is(v, 700, 9));
	CHECK(page_is(v, 1199, 12) && page_is(v, 1198, 11) && page_is(v, 701, 9));
	CHECK(page_is(v, 3, 7));
	view_close(v);
}

TEST(every_version)
{
	for (unsigned version = 0; version <= 6; version++) {
		char text[1024];
		struct source *src;

		snprintf(text, sizeof(text),
			 "version %u\nlevel 31\ntime 1700000000\nphys_base 0x1000000\ncpus 5\n"
			 "status 0x2\nnotes 3\ninfo " INFO "\n" PAGES,
			 version);
		src = opened(text);
		check_pages(src);
		CHECK_EQ(src->elf_machine, EM_X86_64);
		CHECK_EQ(src->saved->level, version >= 1 ? 31 : 0);
		CHECK_EQ(src->saved->crash_time, 1700000000);
		CHECK_EQ(src->saved->phys_base, 0x1000000);
		CHECK_EQ(src->saved->codec_flag, DUMP_LZO);
		CHECK_EQ(src->saved->page_shift, 12);
		CHECK(!src->saved->incomplete);
		/* Notes say how many CPUs there are; without them, the header does. */
		CHECK_EQ(src->nr_cpus, version >= 4 ? 3 : 5);
		/* Vmcoreinfo lies in a note, whatever the version: what is written needs it there.
		 */
		CHECK_EQ(src->vmcoreinfo.len, version >= 3 ? strlen("OSRELEASE=6.12-test\n") : 0);
		if (version >= 3)
			CHECK_OP((const char *)src->vmcoreinfo.data, >,
				 (const char *)src->notes.data);
		CHECK_EQ(src->ram[0].end, 1200ull * BLOCK);
		source_close(src);
	}
	CHECK_EQ(refused("version 7\n" PAGES), -ENOTSUP);
	CHECK_EQ(refused("version -1\n" PAGES), -ENOTSUP);
}

/* It becomes a note, with which it stays in whatever is written. */
TEST(what_was_erased)
{
	static const char erased[] = "erase saved_command_line size 80\n";
	struct source *src = opened("notes 2\nnote_info " INFO "\nerased erase saved_command_line "
				    "size 80\\n\n" PAGES);
	struct notes_found found;

	check_pages(src);
	notes_scan(src->notes, &found);
	CHECK_EQ(found.eraseinfo.len, strlen(erased));
	CHECK_MEM(found.eraseinfo.data, erased, strlen(erased));
	CHECK_EQ(found.nr_cpus, 2);
	CHECK_EQ(src->vmcoreinfo.len, strlen("OSRELEASE=6.12-test\n"));
	source_close(src);
	/* Of version 4 the field is garbage; a text behind the end of the file is lost. */
	src = opened("version 4\nerased x\n" PAGES);
	CHECK_EQ(src->notes.len, 0);
	source_close(src);
	src = opened("erased x\npoke 4160 8 0x10000000\n" PAGES);
	CHECK_EQ(src->notes.len, 0);
	check_pages(src);
	source_close(src);
}

TEST(blocks_and_bitmaps)
{
	static const char *const texts[] = {
		"bitmap_blocks 2\n" PAGES,
		"bitmap_blocks 10\n" PAGES, /* longer than they need to be */
		"bitmap_blocks 1\n" PAGES,  /* one bitmap, as old tools had it */
		"sub_blocks 7\n" PAGES,
		"notes 20\nsub_blocks 3\n" PAGES,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct source *src = opened(texts[i]);

		check_pages(src);
		source_close(src);
	}
}

TEST(large_blocks)
{
	struct source *src = opened("block 65536\npage 2 raw 3\npage 5 zstd 4\n");
	char want[65536];
	struct view *v;
	const void *at;

	CHECK_EQ(src->saved->page_shift, 16);
	CHECK_EQ(view_open(src, &v), 0);
	fix_dump_page(5, 4, want, sizeof(want));
	CHECK_EQ(view_map(v, 5 * sizeof(want), sizeof(want), &at), 0);
	CHECK_MEM(at, want, sizeof(want));
	view_close(v);
	source_close(src);
}

TEST(frames_and_what_is_gone)
{
	struct source *src = opened(PAGES);
	uint8_t bits[256];
	struct view *v;
	const void *at;

	CHECK_EQ(src->ops->frames(src, FRAMES_HELD, 0, bits, sizeof(bits)), 0);
	CHECK(bits[0] == 0x18 && bits[700 / 8] == 0x30 && bits[1199 / 8] == 0xc0);
	CHECK(bits[150] == 0 && bits[255] == 0);
	CHECK_EQ(src->ops->frames(src, FRAMES_RAM, 1192, bits, sizeof(bits)), 0);
	CHECK(bits[0] == 0xff && bits[1] == 0);
	CHECK_EQ(view_open(src, &v), 0);
	/* Never as zeros: left out, past the end, around the end of all addresses, too much. */
	CHECK_EQ(view_map(v, 5 * BLOCK, 1, &at), -EFAULT);
	CHECK_EQ(view_map(v, 4 * BLOCK + 4095, 2, &at), -EFAULT);
	CHECK_EQ(view_map(v, 1200ull * BLOCK, 1, &at), -EFAULT);
	CHECK_EQ(view_map(v, UINT64_MAX - 1, 8, &at), -EFAULT);
	CHECK_EQ(view_map(v, 3 * BLOCK, source_map_max(src) + 1, &at), -EFAULT);
	/* Parts of pages, and across them. */
	CHECK_EQ(view_map(v, 3 * BLOCK + 4000, 200, &at), 0);
	CHECK(((const char *)at)[95] == 7 && ((const char *)at)[199] == 8);
	CHECK(!view_damaged(v));
	view_close(v);
	source_close(src);
}

TEST(packed_pages)
{
	struct source *src = opened(PAGES "desc 1199 0 0 0\n");
	struct packed_page a, b;
	struct view *v;

	source_close(src);
	src = opened(PAGES);
	CHECK_EQ(view_open(src, &v), 0);
	CHECK_EQ(view_packed(v, 3, &a), 0);
	CHECK(a.flags == 0 && a.size == BLOCK && ((const uint8_t *)a.data)[0] == 3);
	CHECK_EQ(view_packed(v, 1199, &a), 0);
	CHECK(a.flags == DUMP_ZSTD && a.size < BLOCK);
	CHECK_EQ(view_packed(v, 700, &a), 0);
	CHECK_EQ(view_packed(v, 701, &b), 0);
	CHECK(a.flags == DUMP_LZO && a.id == b.id && a.size == b.size);
	CHECK_EQ(view_packed(v, 5, &a), -EFAULT);
	view_close(v);
	source_close(src);
}

TEST(states_that_stay)
{
	struct source *src = opened("status 0x28\nlevel 17\nrelease 5.10\n" PAGES);

	CHECK(source_is_incomplete(src));
	CHECK_EQ(src->saved->level, 17);
	CHECK_EQ(src->saved->codec_flag, DUMP_ZSTD);
	CHECK_STR(src->saved->uts[2], "5.10");
	source_close(src);
	/* A note is what counts; the copy outside may be anything. */
	src = opened("note_info OSRELEASE=in-note\\n\ninfo OSRELEASE=other\\n\n" PAGES);
	CHECK_MEM(src->vmcoreinfo.data, "OSRELEASE=in-note", 17);
	source_close(src);
}

/* QEMU 10.0's own: the registers of its CPUs have the size that the machine gives them. */
TEST(a_machine_of_no_name)
{
	struct source *src = opened("machine Unknown\nnotes 1\n" PAGES);

	CHECK_EQ(src->elf_machine, EM_X86_64);
	source_close(src);
	src = opened("machine Unknown\n" PAGES);
	CHECK_EQ(src->elf_machine, EM_NONE);
	source_close(src);
}

static void keep_level(void *arg, enum log_kind kind, const char *line)
{
	if (kind == LOG_DEBUG && strstr(line, "dump_level"))
		snprintf(arg, 64, "%s", line);
}

/* As retrace-server reads it from what makedumpfile -D says of a dump. */
TEST(the_level_for_scripts)
{
	char line[64] = "";

	log_watch(keep_level, line);
	source_close(opened(PAGES "level 17\n"));
	log_watch(NULL, NULL);
	CHECK_STR(line, "  dump_level       : 17");
}

TEST(headers_that_lie)
{
	CHECK_EQ(refused("max 64\nsplit 9 8\n"), -EBADMSG);
	CHECK_EQ(refused("max 64\nsplit 9 65\n"), -EBADMSG);
	CHECK_EQ(refused(PAGES "poke 0 1 0x58\n"), -EBADMSG); /* signature */
	CHECK_EQ(refused(PAGES "poke 428 4 0\n"), -EBADMSG);  /* block size */
	CHECK_EQ(refused(PAGES "poke 428 4 -4096\n"), -EBADMSG);
	CHECK_EQ(refused(PAGES "poke 428 4 12288\n"), -EBADMSG);
	CHECK_EQ(refused(PAGES "poke 428 4 0x100000\n"), -EBADMSG);
	CHECK_EQ(refused(PAGES "poke 432 4 -1\n"), -EBADMSG); /* sub header blocks */
	CHECK_EQ(refused(PAGES "poke 432 4 0\n"), -EBADMSG);
	CHECK_EQ(refused(PAGES "poke 432 4 0x7fffffff\n"), -EBADMSG);
	CHECK_EQ(refused(PAGES "poke 436 4 0\n"), -EBADMSG); /* bitmap blocks */
	CHECK_EQ(refused(PAGES "poke 436 4 0xffffffff\n"), -EBADMSG);
	CHECK_EQ(refused(PAGES "poke 4192 8 -1\n"), -EBADMSG); /* max_mapnr_64 */
	CHECK_EQ(refused(PAGES "poke 4192 8 0x10001\n"), -EBADMSG);
	CHECK_EQ(refused("version 5\n" PAGES "poke 440 4 0\n"), -EBADMSG); /* max_mapnr */
	CHECK_EQ(refused(PAGES "info x\npoke 4136 8 -1\n"), -EBADMSG);
	CHECK_EQ(refused(PAGES "info x\npoke 4128 8 0x7fffffffffffffff\n"), -EIO);
	CHECK_EQ(refused(PAGES "notes 1\npoke 4152 8 0x2000000\n"), -EIO);
	CHECK_EQ(refused(PAGES "length 12000\n"), -EBADMSG); /* cut within the bitmaps */
	CHECK_EQ(refused(PAGES "length 4096\n"), -EIO);
	CHECK_EQ(refused(PAGES "length 0\n"), -EIO);
	/* Without its 64-bit number, an odd writer's version 6 has the old one. */
	source_close(opened(PAGES "poke 4192 8 0\n"));
}

TEST(pages_that_lie)
{
	static const char *const lies[] = {
		"0 4096 0",		   /* never written */
		"-1 4096 0",		   /* before the file */
		"0x7fffffffffffffff 10 1", /* behind it */
		"20480 0 0",
		"20480 0xffffffff 0",
		"20480 17 0", /* raw, but not a page */
		"20480 4096 1",
		"20480 100 2",
		"20480 100 4",
		"20480 100 0x20",
		"20480 100 3", /* two codecs */
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		char text[256];
		struct source *src;
		struct view *v;
		const void *at;

		snprintf(text, sizeof(text), "desc 3 %s\npage 4 lzo 8\n", lies[i]);
		src = opened(text);
		CHECK_EQ(view_open(src, &v), 0);
		CHECK_EQ(view_map(v, 3 * BLOCK, 1, &at), -EIO);
		/* The one beside it is none the worse. */
		CHECK(page_is(v, 4, 8));
		view_close(v);
		source_close(src);
	}
}

/* Whoever reads pages goes on with the next one: messages would pile up, and take all the time. */
TEST(cut)
{
	fail_clear();
	for (unsigned len = 16384; len < 40000; len += 509) {
		char text[512];
		struct packed_page packed;
		struct source *src;
		struct view *v;
		const void *at;

		snprintf(text, sizeof(text), PAGES "length %u\n", len);
		if (fix_dump_source(text, &src) < 0) {
			fail_clear();
			continue;
		}
		CHECK_EQ(view_open(src, &v), 0);
		if (view_map(v, 1199 * BLOCK, BLOCK, &at) != 0)
			CHECK_EQ(view_map(v, 1199 * BLOCK, BLOCK, &at), -EIO);
		(void)view_map(v, 700 * BLOCK, 2 * BLOCK, &at);
		(void)view_packed(v, 1199, &packed);
		CHECK_STR(fail_text(), "");
		CHECK_EQ(src->cut_short, len < 16384 + 6 * sizeof(struct dump_desc));
		view_close(v);
		source_close(src);
	}
}

/* Mapped at once: alike and in the same place, alike elsewhere, of the same size and not alike. */
TEST(pages_in_a_row_that_are_alike)
{
	static const struct {
		uint64_t pfn;
		unsigned byte;
	} want[] = { { 4, 9 }, { 4, 9 }, { 6, 0 }, { 7, 0 }, { 8, 7 }, { 9, 7 }, { 10, 0 } };
	struct source *src = opened("page 4 lzo 9\nsame 5\npage 6 lzo 0\npage 7 lzo 0\n"
				    "page 8 lzo 7\npage 9 lzo 7\npage 10 zlib 0\n");
	const char *at;
	char page[BLOCK];
	struct view *v;

	CHECK_EQ(view_open(src, &v), 0);
	CHECK_EQ(view_map(v, 4 * BLOCK, 7 * BLOCK, (const void **)&at), 0);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		fix_dump_page(want[i].pfn, want[i].byte, page, BLOCK);
		CHECK_MEM(at + i * BLOCK, page, BLOCK);
	}
	view_close(v);
	source_close(src);
}

RUN(every_version, what_was_erased, blocks_and_bitmaps, large_blocks, frames_and_what_is_gone,
    packed_pages, states_that_stay, the_level_for_scripts, a_machine_of_no_name, headers_that_lie,
    pages_that_lie, cut, pages_in_a_row_that_are_alike)
