/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_text_out.c - text takes its name when it is whole; what stands for a descriptor is written
 */
#include "text_out.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char dir[64], path[96], part[128];

static void make_dir(void)
{
	temp_dir(dir);
	snprintf(path, sizeof(path), "%s/text", dir);
	snprintf(part, sizeof(part), "%s-incomplete", path);
}

static void remove_dir(void)
{
	unlink(path);
	unlink(part);
	CHECK_EQ(rmdir(dir), 0);
	fail_clear();
}

static bool holds(int fd, const char *text)
{
	char buf[64] = "";

	CHECK_OP(pread(fd, buf, sizeof(buf) - 1, 0), >=, 0);
	return strcmp(buf, text) == 0;
}

static bool file_holds(const char *text)
{
	int fd = open(path, O_RDONLY);
	bool same = fd >= 0 && holds(fd, text);

	close(fd);
	return same;
}

static int print_text(void *text, FILE *f)
{
	fputs(text, f);
	return 0;
}

static int print_half(void *text, FILE *f)
{
	fputs(text, f);
	fflush(f);
	return fail_set(-EIO, "the other half is gone");
}

TEST(an_older_one_is_replaced)
{
	make_dir();
	CHECK_EQ(text_out_write(path, print_text, "old"), 0);
	CHECK_EQ(text_out_write(path, print_text, "new"), 0);
	CHECK(file_holds("new") && access(part, F_OK) != 0);
	remove_dir();
}

TEST(half_a_text_has_no_name)
{
	make_dir();
	CHECK_EQ(text_out_write(path, print_text, "old"), 0);
	CHECK_EQ(text_out_write(path, print_half, "ne"), -EIO);
	CHECK_STR(fail_text(), "the other half is gone");
	CHECK(file_holds("old") && access(part, F_OK) == 0);
	remove_dir();
}

TEST(a_descriptor_is_written)
{
	int fd = memfd_create("text", 0);
	char name[64];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	CHECK_EQ(text_out_write(name, print_text, "handed over"), 0);
	CHECK(holds(fd, "handed over"));
	close(fd);
	CHECK_EQ(text_out_write("/dev/full", print_text, "no"), -ENOSPC);
	CHECK_STR(fail_text(), "write /dev/full: No space left on device");
	fail_clear();
}

RUN(an_older_one_is_replaced, half_a_text_has_no_name, a_descriptor_is_written)
