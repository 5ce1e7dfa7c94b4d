/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_source.c - ELF cores: well-formed, unusual, damaged */
#include "source/source.h"

#include "base/err.h"
#include "check.h"
#include "core_case.h"

#include <elf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int open_bytes(const void *buf, size_t len, struct source **out)
{
	int fd = memfd_create("bytes", 0), rc;
	char path[32];

	CHECK(fd >= 0 && write(fd, buf, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	rc = source_elf_open(path, out);
	close(fd);
	return rc;
}

TEST(plain)
{
	struct core c = open_core(memory());

	CHECK_EQ(c.src->nr_ram, 2);
	CHECK(c.src->ram[0].start == 1 * MIB && c.src->ram[0].end == 2 * MIB);
	CHECK(c.src->ram[1].start == 4 * MIB && c.src->ram[1].end == 7 * MIB);
	CHECK_EQ(c.src->nr_data, 2);
	CHECK_EQ(c.src->nr_hint, 2);
	CHECK_EQ(c.src->nr_cpus, 2);
	CHECK_EQ(c.src->elf_machine, EM_X86_64);
	CHECK(!c.src->cut_short);
	CHECK_EQ(c.src->vmcoreinfo.len, strlen("OSRELEASE=6.1\n"));
	CHECK(!memcmp(c.src->vmcoreinfo.data, "OSRELEASE=6.1\n", c.src->vmcoreinfo.len));

	for (uint64_t pa = 0; pa < 8 * MIB; pa += FIX_PAGE) {
		bool ram = (pa >= 1 * MIB && pa < 2 * MIB) || (pa >= 4 * MIB && pa < 7 * MIB);

		if (ram)
			CHECK(same(&c, pa, FIX_PAGE));
		else
			CHECK_EQ(map_rc(&c, pa, FIX_PAGE), -EFAULT);
	}
	CHECK(same(&c, 4 * MIB + 123, SOURCE_MAP_MAX));
	CHECK_EQ(map_rc(&c, UINT64_MAX - 10, 100), -EFAULT);
	CHECK(!view_damaged(c.v));
	close_core(&c);
}

TEST(not_a_core)
{
	char zeros[4096] = { 0 };
	Elf64_Ehdr eh = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
				       EV_CURRENT },
			  .e_type = ET_EXEC,
			  .e_version = EV_CURRENT };
	struct source *src = NULL;

	CHECK_EQ(source_elf_open("/nonexistent/vmcore", &src), -ENOENT);
	fail_clear();
	CHECK_OP(source_elf_open("/", &src), <, 0);
	fail_clear();
	CHECK_EQ(open_bytes("", 0, &src), -ENOEXEC);
	fail_clear();
	CHECK_EQ(open_bytes("KDUMP   not an ELF file", 23, &src), -ENOEXEC);
	CHECK_EQ(strstr(fail_text(), "/proc/self/fd/"), fail_text());
	fail_clear();
	CHECK_EQ(open_bytes(zeros, sizeof(zeros), &src), -ENOEXEC);
	fail_clear();
	CHECK_EQ(open_bytes(&eh, sizeof(eh), &src), -ENOEXEC); /* a program */
	fail_clear();
	eh.e_type = ET_CORE;
	CHECK_EQ(open_bytes(&eh, sizeof(eh), &src), -ENOEXEC); /* no headers */
	fail_clear();
	eh.e_ident[EI_CLASS] = ELFCLASS32;
	CHECK_OP(open_bytes(&eh, sizeof(eh), &src), <, 0);
	fail_clear();
	eh.e_ident[EI_CLASS] = ELFCLASS64;
	eh.e_ident[EI_DATA] = ELFDATA2MSB;
	CHECK_OP(open_bytes(&eh, sizeof(eh), &src), <, 0);
	fail_clear();
}

/* Cut anywhere in the headers and notes: an error or a smaller core, no more. */
TEST(header_cut_short)
{
	struct fix *f = memory();
	char path[32], head[2048];
	int fd = fix_core(f, path);

	CHECK_EQ(pread(fd, head, sizeof(head), 0), sizeof(head));
	for (size_t len = 0; len < sizeof(head); len += 4) {
		struct source *src = NULL;

		if (open_bytes(head, len, &src) == 0) {
			CHECK(src->cut_short);
			source_close(src);
		}
		fail_clear();
		if (len <= sizeof(Elf64_Ehdr))
			CHECK_EQ(src, NULL);
	}
	close(fd);
	fix_free(f);
}

TEST(no_notes)
{
	struct fix *f = memory();
	struct core c;

	f->nr_cpus = 0;
	f->info_len = 0;
	c = open_core(f);
	CHECK_EQ(c.src->vmcoreinfo.len, 0);
	CHECK_EQ(c.src->notes.len, 0);
	CHECK_EQ(c.src->nr_cpus, 0);
	CHECK(same(&c, 5 * MIB, 8192));
	close_core(&c);
}

/* Segments in no order: a core of a machine whose memory came and went. */
static void many_in_any_order(void)
{
	const uint64_t nr = 100000, step = 61441; /* no common factor: each comes once */
	struct fix *f = fix_new();
	struct core c;

	for (uint64_t i = 0; i < nr; i++)
		fix_ram(f, i * step % nr * 2 * FIX_PAGE, FIX_PAGE, 0);
	for (uint64_t i = 0; i < nr; i += 9973)
		fix_poke(f, i * 2 * FIX_PAGE, i + 1, 8);
	c = open_core(f);
	CHECK_EQ(c.src->nr_ram, nr);
	for (size_t i = 1; i < c.src->nr_data; i++)
		CHECK_OP(c.src->data[i - 1].end, <, c.src->data[i].start);
	for (uint64_t i = 0; i < nr; i += 9973) {
		CHECK(same(&c, i * 2 * FIX_PAGE, FIX_PAGE));
		CHECK_EQ(map_rc(&c, (i * 2 + 1) * FIX_PAGE, FIX_PAGE), -EFAULT);
	}
	close_core(&c);
}

/* More segments than 16 bits can count: hotplug, virtio-mem. */
TEST(pn_xnum)
{
	struct fix *f = fix_new();
	struct core c;

	many_in_any_order();
	for (uint64_t i = 0; i < 66000; i++)
		fix_ram(f, i * 2 * FIX_PAGE, FIX_PAGE, 0);
	fix_poke(f, 65999 * 2 * FIX_PAGE, 42, 8);
	c = open_core(f);
	CHECK_EQ(c.src->nr_ram, 66000);
	CHECK_EQ(c.src->nr_data, 66000);
	CHECK_EQ(c.src->nr_cpus, 2);
	CHECK(same(&c, 65999 * 2 * FIX_PAGE, FIX_PAGE));
	CHECK_EQ(map_rc(&c, 65999 * 2 * FIX_PAGE - FIX_PAGE, FIX_PAGE), -EFAULT);
	CHECK_EQ(span_find(c.src->ram, c.src->nr_ram, 65999 * 2 * FIX_PAGE), 65999);
	close_core(&c);
}

/* RAM, but left out of the core. */
TEST(less_file_than_memory)
{
	struct fix *f = memory();
	struct core c;

	f->load[0].file = 0;
	f->load[1].file = 1 * MIB;
	c = open_core(f);
	CHECK_EQ(c.src->nr_ram, 2);
	CHECK_EQ(c.src->ram[1].end, 7 * MIB);
	CHECK_EQ(c.src->nr_data, 1);
	CHECK_EQ(c.src->data[0].end, 5 * MIB);
	CHECK(!c.src->cut_short);
	CHECK(same(&c, 5 * MIB - FIX_PAGE, FIX_PAGE));
	CHECK_EQ(map_rc(&c, 5 * MIB, FIX_PAGE), -EFAULT);
	CHECK_EQ(map_rc(&c, 1 * MIB, FIX_PAGE), -EFAULT);
	close_core(&c);
}

/* The kernel image is in its own segment and again inside RAM. */
TEST(overlapping_segments)
{
	struct fix *f = memory();
	struct core c;

	fix_ram(f, 5 * MIB, 1 * MIB, 0xffffffff81000000);
	fix_ram(f, 6 * MIB, 4 * MIB, 0);
	fix_ram(f, 4 * MIB, 1 * MIB, 0);
	for (uint64_t pa = 8 * MIB; pa < 10 * MIB; pa += FIX_PAGE)
		fix_poke(f, pa, pa, 8);
	c = open_core(f);
	CHECK_EQ(c.src->nr_ram, 2);
	CHECK(c.src->ram[1].start == 4 * MIB && c.src->ram[1].end == 10 * MIB);
	CHECK_EQ(c.src->nr_data, 2);
	CHECK_EQ(c.src->nr_hint, 5);
	for (uint64_t pa = 4 * MIB; pa < 10 * MIB; pa += FIX_PAGE)
		CHECK(same(&c, pa, FIX_PAGE));
	CHECK(same(&c, 7 * MIB - 100, 200));
	close_core(&c);
}

/* kcore marks segments without a physical address; others are nonsense. */
TEST(segments_to_ignore)
{
	struct fix *f = memory();
	struct core c;

	fix_ram(f, 0, 0, 1);
	fix_ram(f, 8 * MIB, FIX_PAGE, 1);
	c = open_core(f);
	close(c.fd);
	view_close(c.v);
	source_close(c.src);
	{
		char path[32];
		Elf64_Phdr ph;
		off_t at = sizeof(Elf64_Ehdr) + 4 * sizeof(ph);

		c.fd = fix_core(f, path);
		CHECK_EQ(pread(c.fd, &ph, sizeof(ph), at), sizeof(ph));
		CHECK_EQ(ph.p_paddr, 8 * MIB);
		ph.p_paddr = UINT64_MAX;
		CHECK_EQ(pwrite(c.fd, &ph, sizeof(ph), at), sizeof(ph));
		CHECK_EQ(source_elf_open(path, &c.src), 0);
		CHECK_EQ(view_open(c.src, &c.v), 0);
	}
	CHECK_EQ(c.src->nr_ram, 2);
	CHECK(same(&c, 5 * MIB, FIX_PAGE));
	close_core(&c);
}

/* A saved core, cut: what is there can be read, the rest is an error. */
TEST(file_cut_short)
{
	struct fix *f = memory();
	char path[32];
	struct core c = { .f = f, .fd = fix_core(f, path) };

	CHECK_EQ(ftruncate(c.fd, lseek(c.fd, 0, SEEK_END) - (off_t)MIB - 100), 0);
	CHECK_EQ(source_elf_open(path, &c.src), 0);
	CHECK_EQ(view_open(c.src, &c.v), 0);
	CHECK(c.src->cut_short);
	CHECK(same(&c, 6 * MIB - 2 * FIX_PAGE, FIX_PAGE));
	CHECK_EQ(map_rc(&c, 6 * MIB - FIX_PAGE, FIX_PAGE), -EIO);
	CHECK_EQ(map_rc(&c, 6 * MIB, FIX_PAGE), -EIO);
	CHECK(same(&c, 1 * MIB, FIX_PAGE));
	close_core(&c);
}

TEST(large_device_dump)
{
	struct fix *f = memory();
	struct core c;

	f->device_dump = 20 * MIB + 3;
	c = open_core(f);
	CHECK_OP(c.src->notes.len, >, 20 * MIB);
	CHECK_EQ(c.src->nr_cpus, 2);
	CHECK_EQ(c.src->vmcoreinfo.len, strlen("OSRELEASE=6.1\n"));
	CHECK(same(&c, 5 * MIB, FIX_PAGE));
	close_core(&c);
}

static struct span end_of(const struct core *c)
{
	return c->src->ram[c->src->nr_ram - 1];
}

/* A flipped bit puts memory at 32 TiB, or makes it as long: the rest is a machine all the same. */
TEST(memory_where_no_machine_has_it)
{
	struct fix *f = memory();
	struct core c;

	fix_ram(f, 8 * MIB, 1 * MIB, 0);
	f->load[2].pa |= 1ull << 45;
	c = open_core(f);
	CHECK_EQ(end_of(&c).end, 7 * MIB);
	CHECK_EQ(c.src->data[c.src->nr_data - 1].end, 7 * MIB);
	CHECK(same(&c, 6 * MIB, FIX_PAGE));
	close_core(&c);

	f = memory();
	f->load[1].size |= 1ull << 45;
	c = open_core(f);
	CHECK_EQ(end_of(&c).end, 7 * MIB); /* what the file holds of it */
	CHECK(same(&c, 6 * MIB, FIX_PAGE));
	close_core(&c);
}

/* A node far away is memory like any other. */
TEST(memory_with_a_large_gap)
{
	struct fix *f = memory();
	struct core c;

	fix_ram(f, 1ull << 39, 1 * MIB, 0);
	c = open_core(f);
	CHECK_EQ(end_of(&c).end, (1ull << 39) + MIB);
	close_core(&c);
	/* Nothing to compare it with. */
	f = fix_new();
	fix_ram(f, 1ull << 45, 1 * MIB, 0);
	c = open_core(f);
	CHECK_EQ(end_of(&c).end, (1ull << 45) + MIB);
	close_core(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U9(plain, not_a_core, header_cut_short, no_notes, pn_xnum, less_file_than_memory,
		   overlapping_segments, segments_to_ignore, file_cut_short),
		U3(large_device_dump, memory_where_no_machine_has_it, memory_with_a_large_gap),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
