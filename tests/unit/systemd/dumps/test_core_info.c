/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_core_info.c - what the first bytes of a core file say: each format, damaged, hostile */
#include "systemd/dumps/core_info.h"

#include "base/dumpfile.h"
#include "base/util.h"
#include "check.h"

#include <elf.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define ID "3b43fad5034874490492495d552c0af6a5fab235"

static const char info[] = "OSRELEASE=6.12.9-test\nBUILD-ID=" ID "\nPAGESIZE=4096\n";

static struct core_info read_of(const void *data, size_t len)
{
	struct core_info c;

	core_info_read(data, len, &c);
	return c;
}

/* A kdump-compressed dump with its vmcoreinfo at an offset; returns its length. */
static size_t put_kdump(unsigned char *file, const char *text, uint64_t at)
{
	struct dump_header h = { .header_version = 6, .tv_sec = 1700000000, .block_size = 4096 };
	struct dump_sub_header sub = { .offset_vmcoreinfo = (int64_t)at,
				       .size_vmcoreinfo = strlen(text) };

	memcpy(h.signature, DUMP_SIGNATURE, sizeof(h.signature));
	strcpy(h.uts.release, "6.12.9-header");
	memcpy(file, &h, sizeof(h));
	memcpy(file + 4096, &sub, sizeof(sub));
	memcpy(file + at, text, strlen(text));
	return at + strlen(text);
}

/* An ELF core with one note after nr - 1 other headers. */
static size_t put_elf(unsigned char *file, const char *text, unsigned nr)
{
	Elf64_Ehdr eh = { .e_ident = ELFMAG,
			  .e_phoff = sizeof(eh),
			  .e_phentsize = sizeof(Elf64_Phdr),
			  .e_phnum = (Elf64_Half)nr };
	Elf64_Phdr ph = { .p_type = PT_NOTE, .p_offset = sizeof(eh) + nr * sizeof(ph) };
	Elf64_Nhdr nh = { .n_namesz = sizeof("VMCOREINFO"), .n_descsz = (Elf64_Word)strlen(text) };
	size_t at = ph.p_offset;

	eh.e_ident[EI_CLASS] = ELFCLASS64;
	eh.e_ident[EI_DATA] = ELFDATA2LSB;
	ph.p_filesz = sizeof(nh) + 12 + strlen(text);
	memcpy(file, &eh, sizeof(eh));
	memset(file + sizeof(eh), 0, nr * sizeof(ph));
	memcpy(file + sizeof(eh) + (nr - 1) * sizeof(ph), &ph, sizeof(ph));
	memcpy(file + at, &nh, sizeof(nh));
	memcpy(file + at + sizeof(nh), "VMCOREINFO", 11);
	memcpy(file + at + sizeof(nh) + 12, text, strlen(text));
	return at + ph.p_filesz;
}

/* The stream of a file, in records of at most step bytes. */
static size_t put_flat(unsigned char *out, const unsigned char *file, size_t len, size_t step)
{
	size_t at = FLAT_BLOCK;

	memset(out, 0, FLAT_BLOCK);
	memcpy(out, FLAT_MAGIC, 12);
	for (size_t off = 0; off < len; off += step) {
		size_t n = len - off < step ? len - off : step;
		struct flat_record r = { htobe64(off), htobe64(n) };

		memcpy(out + at, &r, sizeof(r));
		memcpy(out + at + sizeof(r), file + off, n);
		at += sizeof(r) + n;
	}
	return at;
}

TEST(kdump)
{
	static unsigned char file[64 << 10];
	struct core_info c;
	size_t len = put_kdump(file, info, 8192);

	c = read_of(file, len);
	CHECK_EQ(c.format, CORE_KDUMP);
	CHECK_STR(c.release, "6.12.9-header");
	CHECK_STR(c.build_id, ID);
	CHECK_EQ(c.time, 1700000000);
	CHECK_EQ(c.incomplete || c.split || c.more, false);
	/* The notes of many CPUs may stand before it. */
	len = put_kdump(file, info, 40000);
	c = read_of(file, 16 << 10);
	CHECK_STR(c.build_id, "");
	CHECK_EQ(c.more, true);
	CHECK_STR(read_of(file, len).build_id, ID);
}

TEST(elf)
{
	static unsigned char file[64 << 10];
	struct core_info c;
	size_t len = put_elf(file, info, 3);

	c = read_of(file, len);
	CHECK_EQ(c.format, CORE_ELF);
	CHECK_STR(c.release, "6.12.9-test");
	CHECK_STR(c.build_id, ID);
	len = put_elf(file, info, 900);
	c = read_of(file, 16 << 10);
	CHECK_STR(c.build_id, "");
	CHECK_EQ(c.more, true);
	CHECK_STR(read_of(file, len).build_id, ID);
}

TEST(stream)
{
	static unsigned char file[64 << 10], flat[128 << 10];
	struct core_info c;
	size_t len = put_flat(flat, file, put_kdump(file, info, 8192), 1000);

	c = read_of(flat, len);
	CHECK_EQ(c.format, CORE_FLAT);
	CHECK_STR(c.release, "6.12.9-header");
	CHECK_STR(c.build_id, ID);
	CHECK_EQ(c.more, false);
	c = read_of(flat, 6000);
	CHECK_EQ(c.more, true);
	len = put_flat(flat, file, put_elf(file, info, 3), 300);
	CHECK_STR(read_of(flat, len).build_id, ID);
}

/* A build ID ends in a path and in a command: nothing but hex digits, of whole bytes, get there. */
TEST(build_ids)
{
	static const struct {
		const char *text, *id;
	} cases[] = {
		{ "BUILD-ID=0123456789ABCDEF\n", "0123456789abcdef" },
		{ "X=1\nBUILD-ID=" ID, ID },
		{ "X=BUILD-ID=" ID "\n", "" },
		{ "BUILD-ID=0123456789abcde\n", "" },
		{ "BUILD-ID=0123456789abcde;reboot\n", "" },
		{ "BUILD-ID=0123456789abcdef$(reboot)\n", "" },
		{ "BUILD-ID=" ID "00\n", "" },
		{ "BUILD-ID=\n", "" },
		{ "BUILD-ID=../../../../etc/passwd\n", "" },
		{ "BUILD-ID", "" },
	};
	static unsigned char file[64 << 10];

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(file, 0, sizeof(file));
		CHECK_STR(read_of(file, put_elf(file, cases[i].text, 1)).build_id, cases[i].id);
		memset(file, 0, sizeof(file));
		CHECK_STR(read_of(file, put_kdump(file, cases[i].text, 9000)).build_id,
			  cases[i].id);
	}
}

/* Bytes without room behind them, cut anywhere and with one of them wrong. */
static void cut_and_spoil(const unsigned char *file, size_t len)
{
	for (size_t n = 0; n <= len; n += n < 600 ? 1 : 97) {
		unsigned char *copy = malloc(n + !n);

		memcpy(copy, file, n);
		read_of(copy, n);
		for (unsigned v = 0; n > 0 && v < 3; v++) {
			copy[n / 2] = copy[n - 1] = (unsigned char)(0x7f + 0x40 * v);
			read_of(copy, n);
		}
		free(copy);
	}
}

TEST(damaged)
{
	static unsigned char file[64 << 10], flat[128 << 10];
	struct dump_header *h = (struct dump_header *)file;
	struct core_info c;
	size_t len = put_elf(file, info, 5);

	cut_and_spoil(file, len);
	cut_and_spoil(flat, put_flat(flat, file, len, 100));
	memset(file + sizeof(Elf64_Ehdr), 0xff, 5 * sizeof(Elf64_Phdr));
	read_of(file, len);
	len = put_kdump(file, info, 8192);
	cut_and_spoil(file, len);
	cut_and_spoil(flat, put_flat(flat, file, len, 700));
	memset(file + 4096, 0xff, sizeof(struct dump_sub_header));
	CHECK_STR(read_of(file, len).build_id, "");
	h->block_size = -4096;
	read_of(file, len);
	/* Not even a whole header. */
	c = read_of(file, 100);
	CHECK_EQ(c.format, CORE_KDUMP);
	CHECK_EQ(c.incomplete, true);
	CHECK_EQ(read_of("", 0).format, CORE_UNKNOWN);
}

RUN(kdump, elf, stream, build_ids, damaged)
