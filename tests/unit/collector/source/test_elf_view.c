/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_elf_view.c - bytes at an address: across segments, faults, files without mmap */
#include "source/elf_view.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "core_case.h"
#include "flat_stream.h"
#include "source/sigbus.h"

#include <dirent.h>

/* Memory that begins and ends inside pages: what is no RAM reads as zeros. */
TEST(fractional_pages)
{
	struct fix *f = memory();
	const char *page;
	struct core c;

	f->load[0].pa = 1 * MIB + 0x400;
	f->load[0].size = f->load[0].file = 0x2800; /* to 0x100c00 of page 2 */
	for (uint64_t pa = 1 * MIB; pa < 1 * MIB + 0x4000; pa += 8)
		fix_poke(f, pa, pa, 8);
	c = open_core(f);
	CHECK_EQ(view_map(c.v, 1 * MIB, FIX_PAGE, (const void **)&page), 0);
	for (size_t i = 0; i < 0x400; i++)
		CHECK_EQ(page[i], 0);
	CHECK(!memcmp(page + 0x400, (const char *)fix_page(f, 1 * MIB) + 0x400, 0xc00));
	CHECK(same(&c, 1 * MIB + FIX_PAGE, FIX_PAGE));
	CHECK_EQ(view_map(c.v, 1 * MIB + 0x2000, FIX_PAGE, (const void **)&page), 0);
	CHECK(!memcmp(page, fix_page(f, 1 * MIB + 0x2000), 0xc00));
	for (size_t i = 0xc00; i < FIX_PAGE; i++)
		CHECK_EQ(page[i], 0);
	CHECK_EQ(map_rc(&c, 1 * MIB + 0x3000, FIX_PAGE), -EFAULT);
	close_core(&c);
}

/* One page put together from two segments that meet inside it. */
TEST(page_in_two_segments)
{
	struct fix *f = fix_new();
	struct core c;

	fix_ram(f, 0x10000, 0x1800, 0);
	fix_ram(f, 0x11800, 0x0800, 0);
	for (uint64_t pa = 0x10000; pa < 0x12000; pa += 8)
		fix_poke(f, pa, pa, 8);
	c = open_core(f);
	CHECK_EQ(c.src->nr_ram, 1);
	CHECK_EQ(c.src->nr_data, 1);
	CHECK(same(&c, 0x10000, FIX_PAGE));
	CHECK(same(&c, 0x11000, FIX_PAGE));
	CHECK(same(&c, 0x10000, 2 * FIX_PAGE));
	close_core(&c);
}

/*
 * The file shrinks while it is mapped: a fault is damage, not death. Must come
 * first: the handler is installed once, and cmocka puts its own before each test.
 */
TEST(fault_while_reading)
{
	struct core c = open_core(memory());
	volatile char seen;
	const char *page;

	CHECK_EQ(view_map(c.v, 6 * MIB, FIX_PAGE, (const void **)&page), 0);
	CHECK_EQ(ftruncate(c.fd, 4096), 0);
	seen = page[1];
	CHECK_EQ(seen, 0);
	CHECK(view_damaged(c.v));
	CHECK(!view_damaged(c.v));
	close_core(&c);
}

/* As open_core(), but of a file that will not be mapped. */
static struct core open_unmapped(struct fix *f)
{
	struct core c = { .f = f };
	char path[32];

	c.fd = fix_core(f, path);
	CHECK_EQ(source_elf_open(path, &c.src), 0);
	CHECK(!container_of(c.src, struct elf_source, base)->no_mmap);
	container_of(c.src, struct elf_source, base)->no_mmap = true;
	CHECK_EQ(view_open(c.src, &c.v), 0);
	return c;
}

/* In order, back and forth between two places, backwards; across the end of a window. */
TEST(windows_that_are_read)
{
	struct core c = open_unmapped(memory());

	for (uint64_t pa = 4 * MIB; pa < 7 * MIB; pa += FIX_PAGE)
		CHECK(same(&c, pa, FIX_PAGE));
	for (uint64_t at = 0; at < MIB; at += FIX_PAGE) {
		CHECK(same(&c, 1 * MIB + at, FIX_PAGE));
		CHECK(same(&c, 5 * MIB + at, 8));
	}
	for (uint64_t pa = 7 * MIB; pa > 4 * MIB; pa -= FIX_PAGE)
		CHECK(same(&c, pa - FIX_PAGE, FIX_PAGE));
	CHECK(same(&c, 4 * MIB + 100, 16 * FIX_PAGE));
	CHECK_EQ(map_rc(&c, 7 * MIB, FIX_PAGE), -EFAULT);
	CHECK_EQ(map_rc(&c, 7 * MIB - FIX_PAGE, 2 * FIX_PAGE), 0);
	CHECK(!view_damaged(c.v));
	close_core(&c);
}

/* The memory plan counts the windows of a file that has to be read. */
TEST(memory_of_a_view)
{
	static uint8_t file[16 * MIB], stream[17 * MIB];
	struct core c = open_core(memory());
	ssize_t len = pread(c.fd, file, sizeof(file), 0);
	struct source *flat;
	char path[32];
	size_t end;
	int fd;

	CHECK_EQ(c.src->view_bytes, 0);
	CHECK(len > 0 && len < (ssize_t)sizeof(file));
	end = add_bytes(stream, start_stream(stream), 0, file, (size_t)len);
	memset(stream + end, 0xff, 16);
	fd = memfd(stream, end + 16);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	CHECK_EQ(source_elf_open(path, &flat), 0);
	CHECK_OP(flat->view_bytes, >=, 4 * ELF_READ_MAX);
	source_close(flat);
	close(fd);
	close_core(&c);
}

/* Read ahead must not cost the page that is there. */
TEST(unmapped_file_that_shrinks)
{
	struct core c = open_unmapped(memory());
	off_t size = lseek(c.fd, 0, SEEK_END);

	CHECK_EQ(ftruncate(c.fd, size - (off_t)MIB - 100), 0);
	for (uint64_t pa = 4 * MIB; pa < 6 * MIB - FIX_PAGE; pa += FIX_PAGE)
		CHECK(same(&c, pa, FIX_PAGE));
	CHECK_EQ(map_rc(&c, 6 * MIB - FIX_PAGE, FIX_PAGE), -EIO);
	CHECK_EQ(map_rc(&c, 6 * MIB, FIX_PAGE), -EIO);
	CHECK(same(&c, 1 * MIB, FIX_PAGE));
	close_core(&c);
}

/* Pages nobody has written to: the file has no blocks for them. */
TEST(holes_of_a_sparse_file)
{
	struct fix *f = fix_new();
	struct core c;

	fix_ram(f, 1 * MIB, MIB, 0);
	fix_ram(f, 4 * MIB, MIB, 0);
	for (uint64_t pa = 4 * MIB + 8 * FIX_PAGE; pa < 4 * MIB + 20 * FIX_PAGE; pa += FIX_PAGE)
		fix_poke(f, pa, pa, 8);
	c = open_core(f);
	CHECK_EQ(view_zeros(c.v, 4 * MIB, MIB), 8 * FIX_PAGE);
	CHECK_EQ(view_zeros(c.v, 4 * MIB + 100, 200), 200);
	CHECK_EQ(view_zeros(c.v, 4 * MIB + 8 * FIX_PAGE, MIB), 0);
	CHECK_EQ(view_zeros(c.v, 4 * MIB + 19 * FIX_PAGE, MIB), 0);
	CHECK_EQ(view_zeros(c.v, 4 * MIB + 20 * FIX_PAGE, MIB), MIB - 20 * FIX_PAGE);
	CHECK_EQ(view_zeros(c.v, 4 * MIB + 7 * FIX_PAGE, MIB), FIX_PAGE);
	/* To the end of a segment and of the file, and not where there is no memory. */
	CHECK_EQ(view_zeros(c.v, 1 * MIB, 8 * MIB), MIB);
	CHECK_EQ(view_zeros(c.v, 5 * MIB - FIX_PAGE, MIB), FIX_PAGE);
	CHECK_EQ(view_zeros(c.v, 5 * MIB, MIB), 0);
	CHECK_EQ(view_zeros(c.v, 2 * MIB, MIB), 0);
	CHECK(same(&c, 4 * MIB, MIB));
	close_core(&c);
}

/* What it ends before is not zeros: it is not there. */
TEST(file_cut_in_a_hole)
{
	struct fix *f = fix_new();
	struct core c = { .f = f };
	char path[32];

	fix_ram(f, 1 * MIB, MIB, 0);
	fix_poke(f, 1 * MIB, 1, 8);
	c.fd = fix_core(f, path);
	CHECK_EQ(ftruncate(c.fd, lseek(c.fd, 0, SEEK_END) - 100), 0);
	CHECK_EQ(source_elf_open(path, &c.src), 0);
	CHECK_EQ(view_open(c.src, &c.v), 0);
	CHECK_EQ(view_zeros(c.v, 1 * MIB + FIX_PAGE, MIB), MIB - FIX_PAGE - 100);
	CHECK_EQ(view_zeros(c.v, 2 * MIB - 50, 50), 0);
	close_core(&c);
}

/* Blocks for all of it: nobody asks for holes. */
TEST(file_without_holes)
{
	struct core c = open_core(memory());

	CHECK_EQ(view_zeros(c.v, 4 * MIB, MIB), 0);
	close_core(&c);
}

/* Views for the packer and the scanner of every thread there may be, side by side; beyond, an error
 * and no unwatched reads. */
TEST(views_of_all_threads)
{
	const unsigned nr = THREADS_MAX + 2 * (THREADS_MAX + 1),
		       most = SIGBUS_MAX / SIGBUS_PER_VIEW;
	struct core c = open_core(memory());
	struct view *v[SIGBUS_MAX / SIGBUS_PER_VIEW];
	unsigned i;

	for (i = 0; i < nr; i++)
		CHECK_EQ(view_open(c.src, &v[i]), 0);
	for (; i + 1 < most; i++) /* open_core has one */
		CHECK_EQ(view_open(c.src, &v[i]), 0);
	CHECK_EQ(view_open(c.src, &v[i]), -EMFILE);
	CHECK(strstr(fail_text(), "windows into the core"));
	fail_clear();
	while (i-- > 0)
		view_close(v[i]);
	CHECK_EQ(view_open(c.src, &v[0]), 0);
	view_close(v[0]);
	close_core(&c);
}

static unsigned open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned nr = 0;

	while (readdir(d))
		nr++;
	closedir(d);
	return nr;
}

/* /proc/kcore mixes up what two threads read from one open file. */
TEST(a_live_source_is_opened_for_each_view)
{
	struct core c = open_unmapped(memory());
	unsigned nr = open_files();
	struct view *other;

	view_close(c.v);
	c.src->live = true;
	CHECK_EQ(view_open(c.src, &c.v), 0);
	CHECK_EQ(view_open(c.src, &other), 0);
	CHECK_EQ(open_files(), nr + 2);
	CHECK(same(&c, 4 * MIB, 16 * FIX_PAGE));
	view_close(other);
	CHECK_EQ(open_files(), nr + 1);
	close_core(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U11(fault_while_reading, views_of_all_threads, fractional_pages,
		    page_in_two_segments, windows_that_are_read, memory_of_a_view,
		    unmapped_file_that_shrinks, holes_of_a_sparse_file, file_cut_in_a_hole,
		    file_without_holes, a_live_source_is_opened_for_each_view),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
