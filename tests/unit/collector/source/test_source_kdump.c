/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_source_kdump.c - a saved dump as a source: pages by descriptor, and dumps that lie */
#include "source/source.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "check.h"

#include <elf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BLOCK	4096
#define NR_PFN	1200 /* more than two rows of the index */
#define BITMAPS 2    /* blocks of both bitmaps */
#define DESCS	((off_t)(1 + 1 + BITMAPS) * BLOCK)
#define PAGES	(DESCS + 16 * BLOCK)

static const char info[] = "OSRELEASE=6.12-test\n";

/* What a test may change before the file is written. */
struct made {
	struct dump_header h;
	struct dump_sub_header sub;
	unsigned char bits[BLOCK];
	struct dump_desc desc[8];
	unsigned nr_desc;
};

/* Page pfn is full of this byte. */
static unsigned char byte_of(uint64_t pfn)
{
	return (unsigned char)(pfn % 251 + 1);
}

static void add(struct made *m, uint64_t pfn)
{
	m->bits[pfn / 8] |= (unsigned char)(1 << pfn % 8);
	m->desc[m->nr_desc] =
		(struct dump_desc){ .offset = PAGES + (off_t)m->nr_desc * BLOCK, .size = BLOCK };
	m->nr_desc++;
}

/* Pages 3, 4, 700 and 1199. */
static struct made make(void)
{
	struct made m = { .h = { .header_version = DUMP_VERSION,
				 .block_size = BLOCK,
				 .sub_hdr_size = 1,
				 .bitmap_blocks = BITMAPS },
			  .sub = { .max_mapnr_64 = NR_PFN,
				   .offset_vmcoreinfo = BLOCK + sizeof(struct dump_sub_header),
				   .size_vmcoreinfo = sizeof(info) - 1 } };

	memcpy(m.h.signature, DUMP_SIGNATURE, 8);
	strcpy(m.h.uts.machine, "x86_64");
	add(&m, 3);
	add(&m, 4);
	add(&m, 700);
	add(&m, 1199);
	return m;
}

static void put(int fd, const void *data, size_t len, off_t off)
{
	CHECK_EQ(pwrite(fd, data, len, off), len);
}

static int open_made(const struct made *m, off_t len, struct source **src)
{
	static const uint64_t pfn[] = { 3, 4, 700, 1199 };
	int fd = memfd_create("dump", 0);
	unsigned char page[BLOCK];

	put(fd, &m->h, sizeof(m->h), 0);
	put(fd, &m->sub, sizeof(m->sub), BLOCK);
	put(fd, info, sizeof(info) - 1, BLOCK + sizeof(m->sub));
	put(fd, m->bits, BLOCK, 3 * BLOCK);
	put(fd, m->desc, sizeof(m->desc), DESCS);
	for (unsigned i = 0; i < 4; i++) {
		memset(page, byte_of(pfn[i]), BLOCK);
		put(fd, page, BLOCK, PAGES + (off_t)i * BLOCK);
	}
	if (len)
		CHECK_EQ(ftruncate(fd, len), 0);
	fail_clear();
	return source_kdump_open_fd(fd, "dump", src);
}

static int refused(const struct made *m)
{
	struct source *src = NULL;
	int rc = open_made(m, 0, &src);

	if (rc == 0)
		source_close(src);
	return rc;
}

TEST(pages)
{
	struct made m = make();
	const unsigned char *at;
	struct source *src;
	struct view *v;

	CHECK_EQ(open_made(&m, 0, &src), 0);
	CHECK(src->saved);
	CHECK_EQ(src->elf_machine, EM_X86_64);
	CHECK_EQ(src->vmcoreinfo.len, sizeof(info) - 1);
	CHECK_EQ(view_open(src, &v), 0);
	for (unsigned i = 0; i < 2; i++) { /* once read, once held */
		CHECK_EQ(view_map(v, 700 * BLOCK + 9, 100, (const void **)&at), 0);
		CHECK(at[0] == byte_of(700) && at[99] == byte_of(700));
	}
	CHECK_EQ(view_map(v, 3 * BLOCK + 4000, 200, (const void **)&at), 0);
	CHECK(at[0] == byte_of(3) && at[95] == byte_of(3) && at[96] == byte_of(4));
	CHECK_EQ(view_map(v, 1199 * BLOCK, BLOCK, (const void **)&at), 0);
	CHECK_EQ(at[4095], byte_of(1199));
	/* Left out, past the end, around the end of all addresses, too much. */
	CHECK_EQ(view_map(v, 5 * BLOCK, 1, (const void **)&at), -EFAULT);
	CHECK_EQ(view_map(v, 4 * BLOCK + 4095, 2, (const void **)&at), -EFAULT);
	CHECK_EQ(view_map(v, 1200ull * BLOCK, 1, (const void **)&at), -EFAULT);
	CHECK_EQ(view_map(v, UINT64_MAX - 1, 8, (const void **)&at), -EFAULT);
	CHECK_EQ(view_map(v, 3 * BLOCK, SOURCE_MAP_MAX + 1, (const void **)&at), -EFAULT);
	CHECK(!view_damaged(v));
	view_close(v);
	source_close(src);
}

TEST(headers_that_lie)
{
	struct made m;

#define LIE(change, rc)                    \
	do {                               \
		m = make();                \
		change;                    \
		CHECK_EQ(refused(&m), rc); \
	} while (0)
	LIE(m.h.signature[0] = 'X', -EBADMSG);
	LIE(m.h.block_size = 0, -EBADMSG);
	LIE(m.h.block_size = -4096, -EBADMSG);
	LIE(m.h.block_size = 12288, -EBADMSG);
	LIE(m.h.sub_hdr_size = -1, -EBADMSG);
	LIE(m.h.sub_hdr_size = INT32_MAX, -EBADMSG);
	LIE(m.h.header_version = 3, -ENOTSUP);
	LIE(m.h.bitmap_blocks = 0, -EBADMSG);
	LIE(m.h.bitmap_blocks = UINT32_MAX, -EIO);
	LIE(m.sub.split = 1, -ENOTSUP);
	LIE(m.sub.max_mapnr_64 = UINT64_MAX, -EBADMSG);
	LIE(m.sub.max_mapnr_64 = 9 * BLOCK, -EBADMSG);
	LIE(m.sub.size_vmcoreinfo = UINT64_MAX, -EBADMSG);
	LIE(m.sub.offset_vmcoreinfo = INT64_MAX, -EIO);
	LIE((m.sub.offset_note = BLOCK, m.sub.size_note = 40 << 20), -EIO);
}

TEST(pages_that_lie)
{
	static const struct dump_desc lies[] = {
		{ .offset = 0, .size = BLOCK },
		{ .offset = -1, .size = BLOCK },
		{ .offset = INT64_MAX, .size = BLOCK },
		{ .offset = PAGES, .size = 0 },
		{ .offset = PAGES, .size = UINT32_MAX },
		{ .offset = PAGES, .size = 17 },
		{ .offset = PAGES, .size = BLOCK, .flags = DUMP_ZLIB },
		{ .offset = PAGES, .size = 100, .flags = DUMP_LZO },
		{ .offset = PAGES, .size = 100, .flags = DUMP_ZSTD },
		{ .offset = PAGES, .size = 100, .flags = DUMP_SNAPPY },
		{ .offset = PAGES, .size = 100, .flags = DUMP_ZLIB | DUMP_LZO },
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct made m = make();
		struct source *src;
		struct view *v;
		const void *at;

		m.desc[0] = lies[i];
		CHECK_EQ(open_made(&m, 0, &src), 0);
		CHECK_EQ(view_open(src, &v), 0);
		CHECK_EQ(view_map(v, 3 * BLOCK, 1, &at), -EIO);
		/* The one beside it is none the worse. */
		CHECK_EQ(view_map(v, 4 * BLOCK, 1, &at), 0);
		view_close(v);
		source_close(src);
	}
}

TEST(cut)
{
	struct made m = make();

	for (off_t len = 1; len < PAGES + 4 * BLOCK; len += 509) {
		struct source *src;
		struct view *v;
		const void *at;

		if (open_made(&m, len, &src) < 0)
			continue;
		CHECK_EQ(view_open(src, &v), 0);
		CHECK_EQ(view_map(v, 1199 * BLOCK, BLOCK, &at), -EIO);
		view_close(v);
		source_close(src);
	}
}

RUN(pages, headers_that_lie, pages_that_lie, cut)
