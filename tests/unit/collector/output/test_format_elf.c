/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_format_elf.c - headers, runs and pages of an ELF core, and what a broken one says */
#include "sample_dump.h"

#include <elf.h>

#define PAGE 4096u

/* The frames that are kept here: runs, and single ones. */
static bool keeps(uint64_t pfn)
{
	return (pfn >= 3 && pfn < 8) || pfn == 63 || pfn == 64 || (pfn >= 100 && pfn < 103) ||
	       pfn == MAX_PFN - 1;
}

#define NR_KEPT 11u

static void keep_bits(void *arg, uint64_t first, uint8_t *buf, size_t len)
{
	(void)arg;
	memset(buf, 0, len);
	for (uint64_t i = 0; i < len * 8; i++)
		if (first + i < MAX_PFN && keeps(first + i))
			buf[i / 8] = (uint8_t)(buf[i / 8] | 1u << (i % 8));
}

static const uint64_t kept_pfn[NR_KEPT] = { 3, 4, 5, 6, 7, 63, 64, 100, 101, 102, MAX_PFN - 1 };

/* Two pieces of the direct map with a seam at frame 64, the image over frames 5 to 101. */
static const struct va_hint pieces[] = {
	{ 0xffff888000040000, 0x40000, (MAX_PFN - 64 - 1) * (uint64_t)PAGE },
	{ 0xffffffff81000800, 0x5800, 96 * PAGE },
	{ 0xffff888000000000, 0, 0x40000 },
};

static void elf_info(struct dump_info *info)
{
	sample_info(info);
	info->codec_flag = 0;
	info->nr_keep = NR_KEPT;
	info->keep = keep_bits;
	info->elf_machine = EM_X86_64;
	info->map = pieces;
	info->nr_map = ARRAY_SIZE(pieces);
}

/* Page r holds r + 1 in each byte; 2 is zeros, 4 that of 3, 8 is missing if asked for. */
static void elf_batch(struct batch *b, unsigned first, unsigned nr, bool missing)
{
	b->nr = 0;
	b->len = 0;
	for (unsigned r = first; r < first + nr; r++) {
		unsigned i = b->nr++;

		b->rank[i] = r;
		b->pfn[i] = kept_pfn[r];
		b->flags[i] = 0;
		b->stored[i] = r == 2 || r == 10   ? STORED_ZERO
			       : r == 4		   ? STORED_SAME
			       : r == 8 && missing ? STORED_MISSING
						   : STORED_DATA;
		b->size[i] = b->stored[i] == STORED_DATA ? PAGE : 0;
		memset(b->data + b->len, (int)r + 1, b->size[i]);
		b->len += b->size[i];
	}
}

static int elf_write(struct sink *sink, bool missing)
{
	static uint8_t data[BATCH_BYTES];
	static struct batch b;
	struct dump_info info;
	struct format *f;
	int rc;

	b.data = data;
	elf_info(&info);
	CHECK_EQ(format_elf_open(sink, &f), 0);
	rc = format_begin(f, &info);
	if (rc == 0) {
		elf_batch(&b, 5, 6, missing);
		rc = format_pages(f, &b);
	}
	if (rc == 0) {
		elf_batch(&b, 0, 5, missing);
		rc = format_pages(f, &b);
	}
	if (rc == 0)
		rc = format_end(f, !missing);
	else
		(void)format_end(f, false);
	format_close(f);
	return rc;
}

static Elf64_Ehdr header_of(const struct mem_sink *m)
{
	Elf64_Ehdr h;

	memcpy(&h, m->buf, sizeof(h));
	return h;
}

static Elf64_Phdr phdr_of(const struct mem_sink *m, unsigned i)
{
	Elf64_Phdr p;

	memcpy(&p, m->buf + 64 + i * sizeof(p), sizeof(p));
	return p;
}

TEST(header_and_notes)
{
	struct mem_sink *m = mem_open();
	Elf64_Phdr note;
	Elf64_Ehdr h;

	CHECK_EQ(elf_write(&m->base, false), 0);
	h = header_of(m);
	note = phdr_of(m, 0);
	CHECK_MEM(h.e_ident, "\177ELF\2\1\1", 7);
	CHECK(h.e_type == ET_CORE && h.e_machine == EM_X86_64 && h.e_flags == 0);
	CHECK(h.e_phoff == 64 && h.e_phentsize == 56 && h.e_shnum == 0 && h.e_shoff == 0);
	CHECK(note.p_type == PT_NOTE && note.p_filesz == NOTES_LEN);
	CHECK(note.p_offset >= 64 + h.e_phnum * 56u && note.p_offset % 4 == 0);
	CHECK_MEM(m->buf + note.p_offset + 1000, "OSRELEASE=6", 11);
	sink_close(&m->base);
}

/* By frame; each run once for each virtual address, split at no seam, bridging nothing. */
TEST(a_program_header_for_each_run)
{
	static const struct {
		uint64_t pfn, nr, rank, va;
	} want[] = {
		{ 3, 5, 0, 0xffff888000003000 },   { 63, 2, 5, 0xffff88800003f000 },
		{ 100, 3, 7, 0xffff888000064000 }, { 5, 3, 2, 0xffffffff81000000 },
		{ 63, 2, 5, 0xffffffff8103a000 },  { 100, 2, 7, 0xffffffff8105f000 },
		{ MAX_PFN - 1, 1, 10, 0 },
	};
	struct mem_sink *m = mem_open();
	uint64_t data;

	CHECK_EQ(elf_write(&m->base, false), 0);
	CHECK_EQ(header_of(m).e_phnum, ARRAY_SIZE(want) + 1);
	data = phdr_of(m, 1).p_offset;
	CHECK_EQ(data % PAGE, 0);
	for (unsigned i = 0; i < ARRAY_SIZE(want); i++) {
		Elf64_Phdr p = phdr_of(m, i + 1);

		CHECK(p.p_type == PT_LOAD && p.p_paddr == want[i].pfn * PAGE);
		CHECK(p.p_filesz == want[i].nr * PAGE && p.p_memsz == p.p_filesz);
		CHECK_EQ(p.p_offset, data + want[i].rank * PAGE);
		CHECK_EQ(p.p_vaddr, want[i].va);
	}
	sink_close(&m->base);
}

TEST(pages_are_in_their_places_and_zeros_are_holes)
{
	struct mem_sink *m = mem_open();
	const uint8_t *data;

	CHECK_EQ(elf_write(&m->base, false), 0);
	data = m->buf + phdr_of(m, 1).p_offset;
	CHECK_EQ(m->buf + m->size, data + NR_KEPT * PAGE);
	for (unsigned r = 0; r < NR_KEPT; r++) {
		uint8_t want = r == 2 || r == 10 ? 0 : r == 4 ? 4 : (uint8_t)(r + 1);

		CHECK(data[r * PAGE] == want && data[r * PAGE + PAGE - 1] == want);
		CHECK_EQ(m->seen[(size_t)(data - m->buf) + r * PAGE], (r != 2));
	}
	sink_close(&m->base);
}

TEST(a_device_gets_its_zeros_written)
{
	struct mem_sink *m = mem_open();
	size_t data;

	m->base.stale = true;
	CHECK_EQ(elf_write(&m->base, false), 0);
	data = phdr_of(m, 1).p_offset;
	CHECK(m->seen[data + 2 * PAGE] == 1 && m->seen[data + 3 * PAGE - 1] == 1);
	sink_close(&m->base);
}

TEST(each_byte_of_a_stream_is_written_once)
{
	struct mem_sink *m = mem_open(), *direct = mem_open();

	m->base.write_once = true;
	CHECK_EQ(elf_write(&m->base, false), 0);
	CHECK_EQ(elf_write(&direct->base, false), 0);
	for (uint64_t i = 0; i < m->size; i++)
		CHECK_OP(m->seen[i], <=, 1);
	CHECK(m->size == direct->size && memcmp(m->buf, direct->buf, m->size) == 0);
	sink_close(&m->base);
	sink_close(&direct->base);
}

TEST(a_core_that_lacks_pages_says_so)
{
	struct mem_sink *m = mem_open();

	CHECK_EQ(elf_write(&m->base, true), 0);
	CHECK_EQ(header_of(m).e_flags, 1);
	sink_close(&m->base);
}

/* Whichever write fails, and all after it: the mark stays, and headers stand if they came. */
TEST(a_full_disk_leaves_the_mark)
{
	unsigned nr;
	struct mem_sink *m = mem_open();

	CHECK_EQ(elf_write(&m->base, false), 0);
	nr = m->nr_writes;
	sink_close(&m->base);
	for (unsigned at = 0; at < nr; at++) {
		m = mem_open();
		m->fail_at = (int)at;
		m->fail_after = true;
		CHECK_EQ(elf_write(&m->base, false), -ENOSPC);
		fail_clear();
		CHECK(at == 0 || header_of(m).e_flags == 1);
		CHECK(at < 3 || phdr_of(m, 1).p_paddr == 3 * PAGE);
		sink_close(&m->base);
	}
}

/* Keeps the head of what is written. */
struct head_sink {
	struct sink base;
	uint8_t buf[128];
	uint64_t end;
};

static int head_write_at(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	struct head_sink *h = container_of(s, struct head_sink, base);

	if (off < sizeof(h->buf))
		memcpy(h->buf + off, buf, len < sizeof(h->buf) - off ? len : sizeof(h->buf) - off);
	if (off + len > h->end)
		h->end = off + len;
	return 0;
}

TEST(more_program_headers_than_e_phnum_holds)
{
	static const struct sink_ops ops = { .kind = "head", .write_at = head_write_at };
	static struct va_hint many[22000];
	struct head_sink s = { .base = { .ops = &ops } };
	struct dump_info info;
	struct format *f;
	Elf64_Ehdr h;
	Elf64_Shdr first;

	/* The same memory at many addresses; each piece has four runs. */
	for (unsigned i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct va_hint){ 0xffff900000003000 + ((uint64_t)i << 24), 7 * PAGE,
					    95 * PAGE };
	elf_info(&info);
	info.max_pfn = 1 << 20;
	info.map = many;
	info.nr_map = ARRAY_SIZE(many);
	CHECK_EQ(format_elf_open(&s.base, &f), 0);
	CHECK_EQ(format_begin(f, &info), 0);
	memcpy(&h, s.buf, sizeof(h));
	memcpy(&first, s.buf + sizeof(h), sizeof(first));
	CHECK(h.e_phnum == PN_XNUM && h.e_shnum == 1 && h.e_shoff == 64 && h.e_shentsize == 64);
	/* 7; 63 and 64; 100 and 101: three runs each. The notes, 3 to 6, 102 and the last: four. */
	CHECK_EQ(first.sh_info, 3 * 22000 + 4);
	CHECK_EQ(h.e_phoff, 128);
	CHECK_OP(s.end, >=, 128 + 56ull * first.sh_info + NOTES_LEN);
	format_close(f);
}

TEST(hostile_addresses_are_left_out)
{
	static const struct va_hint bad[] = {
		{ 0xffff888000000800, 0x3000, 0x5000 }, /* another place in the page */
		{ 0xfffffffffffff000, 0x3000, 0x5000 }, /* wraps */
		{ 0xffff888000003000, UINT64_MAX - 4095, 0x5000 },
		{ 0xffff888000003000, 0x3000, 0 },
		{ 0, 0x3000, 0x5000 },
		{ 0xffff888000003000, 1ull << 50, 0x5000 }, /* no memory there */
	};
	struct mem_sink *m = mem_open();
	struct dump_info info;
	struct format *f;

	elf_info(&info);
	info.map = bad;
	info.nr_map = ARRAY_SIZE(bad);
	CHECK_EQ(format_elf_open(&m->base, &f), 0);
	CHECK_EQ(format_begin(f, &info), 0);
	CHECK_EQ(header_of(m).e_phnum, 5);
	for (unsigned i = 1; i < 5; i++)
		CHECK_EQ(phdr_of(m, i).p_vaddr, 0);
	format_close(f);
	sink_close(&m->base);
}

TEST(absurd_facts_and_unsound_batches_are_refused)
{
	static uint8_t data[BATCH_BYTES];
	static struct batch b;
	struct mem_sink *m = mem_open();
	struct dump_info info;
	struct format *f;

	b.data = data;
	elf_info(&info);
	CHECK_EQ(format_elf_open(&m->base, &f), 0);
	info.page_shift = 17;
	CHECK_EQ(format_begin(f, &info), -EINVAL);
	CHECK_EQ(f->ops->max_size(&info), 0);
	elf_info(&info);
	CHECK_EQ(format_begin(f, &info), 0);
	elf_batch(&b, 0, 5, false);
	b.rank[1] = NR_KEPT;
	CHECK_EQ(format_pages(f, &b), -EINVAL);
	elf_batch(&b, 0, 5, false);
	b.flags[0] = DUMP_ZSTD;
	CHECK_EQ(format_pages(f, &b), -EINVAL);
	elf_batch(&b, 0, 5, false);
	b.stored[0] = STORED_SAME;
	CHECK_EQ(format_pages(f, &b), -EINVAL);
	fail_clear();
	format_close(f);
	sink_close(&m->base);
}

TEST(max_size_is_the_size)
{
	struct mem_sink *m = mem_open();
	struct dump_info info;
	struct format *f;

	elf_info(&info);
	CHECK_EQ(elf_write(&m->base, false), 0);
	CHECK_EQ(format_elf_open(&m->base, &f), 0);
	CHECK_EQ(f->ops->max_size(&info), m->size);
	format_close(f);
	sink_close(&m->base);
}

RUN(header_and_notes, a_program_header_for_each_run, pages_are_in_their_places_and_zeros_are_holes,
    a_device_gets_its_zeros_written, each_byte_of_a_stream_is_written_once,
    a_core_that_lacks_pages_says_so, a_full_disk_leaves_the_mark,
    more_program_headers_than_e_phnum_holds, hostile_addresses_are_left_out,
    absurd_facts_and_unsound_batches_are_refused, max_size_is_the_size)
