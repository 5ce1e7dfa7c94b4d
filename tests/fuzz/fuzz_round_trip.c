/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_round_trip.c - any memory, saved in each format, is what our own reader finds in the dump
 *
 *     | what to make | page | page | ...
 *     page    its distance from the one before, kept or not; how its bytes are made; a byte
 *
 * What to make: bits 0-2 the codec (0: none), 3 an ELF core, 4 a flattened stream, 5 packed again
 * from the dump with the next codec.
 */
#include "base/err.h"
#include "base/log.h"
#include "base/util.h"
#include "codec/codec.h"
#include "fixture.h"
#include "output/format.h"
#include "pack/packer.h"
#include "source/infile.h"
#include "source/source.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FRAMES = 256, PAGES = 48, SHIFT = 12, AS_ELF = 8, AS_STREAM = 16, AGAIN = 32 };

struct machine {
	uint8_t page[FRAMES][FIX_PAGE];
	bool keep[FRAMES];
	uint64_t nr_keep;
};

struct memfd_sink {
	struct sink base;
	int fd;
};

static int memfd_write_at(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	if (pwrite(container_of(s, struct memfd_sink, base)->fd, buf, len, (off_t)off) !=
	    (ssize_t)len)
		abort();
	return 0;
}

static int memfd_done(struct sink *s)
{
	(void)s;
	return 0;
}

static void memfd_close(struct sink *s)
{
	free(s);
}

static const struct sink_ops memfd_ops = { .kind = "memfd",
					   .write_at = memfd_write_at,
					   .sync = memfd_done,
					   .commit = memfd_done,
					   .close = memfd_close };

/* zeros, one byte, a row of words that grows, or noise */
static void make_page(uint8_t *page, unsigned how, uint8_t byte)
{
	uint32_t noise = byte + 1u;

	memset(page, how == 1 ? byte : 0, FIX_PAGE);
	for (size_t i = 0; how > 1 && i < FIX_PAGE; i += sizeof(noise)) {
		noise = noise * 1664525u + 1013904223u;
		if (how == 3 || (how == 2 && i % 64 == byte % 64))
			memcpy(page + i, &noise, sizeof(noise));
	}
}

/* The last frame is there, so that every dump has a page. */
static void make_machine(struct machine *m, const uint8_t *data, size_t size)
{
	size_t pfn = 0;

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i + 2 < size && i < 3 * PAGES; i += 3) {
		pfn += 1 + data[i] / 2 % 8;
		if (pfn >= FRAMES)
			break;
		m->keep[pfn] = data[i] & 1;
		make_page(m->page[pfn], data[i + 1] % 4, data[i + 2]);
	}
	m->keep[FRAMES - 1] = true;
	for (pfn = 0; pfn < FRAMES; pfn++)
		m->nr_keep += m->keep[pfn];
}

static void all_bits(void *arg, uint64_t first, uint8_t *buf, size_t len)
{
	(void)arg;
	for (size_t i = 0; i < len * 8; i++)
		buf[i / 8] = (uint8_t)((i % 8 ? buf[i / 8] : 0) | (first + i < FRAMES) << i % 8);
}

static void keep_bits(void *arg, uint64_t first, uint8_t *buf, size_t len)
{
	const struct machine *m = arg;

	memset(buf, 0, len);
	for (size_t i = 0; i < len * 8 && first + i < FRAMES; i++)
		buf[i / 8] |= (uint8_t)(m->keep[first + i] << i % 8);
}

static void write_pages(struct machine *m, struct source *src, const struct codec *codec,
			struct format *f)
{
	const struct packer_cfg cfg = { .src = src,
					.codec = codec,
					.codec_level = codec ? codec->default_level : 0,
					.page_shift = SHIFT };
	struct packer *p;
	struct batch *b;
	uint64_t rank = 0;

	if (packer_open(&cfg, &p) < 0 || batch_open(SHIFT, &b) < 0)
		abort();
	for (uint64_t pfn = 0; pfn < FRAMES; pfn++) {
		if (m->keep[pfn]) {
			b->pfn[b->nr] = pfn;
			b->rank[b->nr++] = rank++;
		}
		if (b->nr == b->capacity || (pfn + 1 == FRAMES && b->nr > 0)) {
			packer_run(p, b);
			if (format_pages(f, b) < 0)
				abort();
			b->nr = 0;
		}
	}
	packer_close(p);
	batch_close(b);
}

/* A memfd with the dump. */
static int save(struct machine *m, struct source *src, unsigned what, const struct codec *codec)
{
	struct memfd_sink *mem = calloc(1, sizeof(*mem));
	const struct dump_info info = { .uts = { "Linux" },
					.notes = src->notes,
					.vmcoreinfo = src->vmcoreinfo,
					.nr_cpus = src->nr_cpus,
					.max_pfn = FRAMES,
					.nr_keep = m->nr_keep,
					.page_shift = SHIFT,
					.codec_flag = codec ? codec->flag : 0,
					.ram = all_bits,
					.keep = keep_bits,
					.keep_arg = m,
					.elf_machine = EM_X86_64 };
	struct sink *sink = &mem->base;
	struct format *f;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	*mem = (struct memfd_sink){ .base = { .ops = &memfd_ops, .seekable = true }, .fd = fd };
	if (fd < 0 || (what & AS_STREAM && sink_flat_open(sink, &sink) < 0))
		abort();
	if ((what & AS_ELF ? format_elf_open(sink, &f) : format_kdump_open(sink, &f)) < 0 ||
	    format_begin(f, &info) < 0)
		abort();
	write_pages(m, src, codec, f);
	if (format_end(f, true) < 0 || sink_commit(sink) < 0)
		abort();
	format_close(f);
	sink_close(sink);
	return fd;
}

static struct source *open_dump(int fd, unsigned what)
{
	struct source *src;
	struct infile in;

	if (infile_init(&in, fd) < 0 || (what & AS_ELF ? source_elf_open_infile(&in, "dump", &src)
						       : source_kdump_open(&in, "dump", &src)) < 0)
		abort();
	return src;
}

/* Every page that was kept, and no other. */
static void compare(const struct machine *m, struct source *src)
{
	const void *page;
	struct view *v;

	if (source_is_incomplete(src) || view_open(src, &v) < 0)
		abort();
	for (uint64_t pfn = 0; pfn < FRAMES; pfn++) {
		int rc = view_map(v, pfn << SHIFT, FIX_PAGE, &page);

		if (m->keep[pfn] ? rc < 0 || memcmp(page, m->page[pfn], FIX_PAGE) != 0
				 : rc != -EFAULT)
			abort();
	}
	view_close(v);
}

static const struct codec *codec_of(unsigned what)
{
	return what & AS_ELF || what % 8 == 0 ? NULL : codec_at(what % 8 - 1);
}

/* A fixture with the same bytes. */
static struct fix *fill(const struct machine *m)
{
	struct fix *f = fix_new();

	fix_ram(f, 0, FRAMES * FIX_PAGE, 0);
	for (uint64_t pfn = 0; pfn < FRAMES; pfn++)
		for (size_t i = 0; i < FIX_PAGE; i += 8) {
			uint64_t word;

			memcpy(&word, m->page[pfn] + i, sizeof(word));
			if (word)
				fix_poke(f, pfn * FIX_PAGE + i, word, 8);
		}
	return f;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct machine m;
	unsigned what = size ? data[0] : 0;
	struct source *memory, *dump, *second;
	struct fix *f;

	log_setup(0, false);
	make_machine(&m, data + (size > 0), size ? size - 1 : 0);
	f = fill(&m);
	memory = fix_source(f);
	dump = open_dump(save(&m, memory, what, codec_of(what)), what);
	compare(&m, dump);
	if (what & AGAIN) {
		unsigned other = (what & AS_STREAM) | (what + 1) % 8;

		second = open_dump(save(&m, dump, other, codec_of(other)), other);
		compare(&m, second);
		source_close(second);
	}
	source_close(dump);
	source_close(memory);
	fix_free(f);
	fail_clear();
	return 0;
}
