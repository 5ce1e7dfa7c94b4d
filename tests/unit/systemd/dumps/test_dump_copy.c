/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_dump_copy.c - the files of a dump directory: copied, compared, removed */
#include "systemd/dumps/dump_copy.h"

#include "base/err.h"
#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct dirs {
	char top[40];
	int topfd, from, to;
};

static int sub_dir(const struct dirs *d, const char *name)
{
	int fd;

	assert_true(mkdirat(d->topfd, name, 0700) == 0);
	fd = openat(d->topfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void dirs_open(struct dirs *d)
{
	strcpy(d->top, "/tmp/test-dump-copy-XXXXXX");
	assert_non_null(mkdtemp(d->top));
	d->topfd = open(d->top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d->from = sub_dir(d, "from");
	d->to = sub_dir(d, "to");
}

static void dirs_close(struct dirs *d)
{
	char command[80];

	close(d->from);
	close(d->to);
	close(d->topfd);
	snprintf(command, sizeof(command), "rm -rf %s", d->top);
	assert_true(system(command) == 0);
	fail_clear();
}

/* A file of so many bytes, each another than the one before it. */
static void file_put(int dirfd, const char *name, size_t bytes)
{
	int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL, 0644);
	char *data = malloc(bytes + 1);

	assert_true(fd >= 0 && data);
	for (size_t i = 0; i < bytes; i++)
		data[i] = (char)(i * 7 + i / 251);
	assert_true(write(fd, data, bytes) == (ssize_t)bytes);
	assert_true(futimens(fd, (const struct timespec[2]){ { 1000, 0 }, { 2000, 0 } }) == 0);
	free(data);
	close(fd);
}

static void byte_put(int dirfd, const char *name, off_t at)
{
	int fd = openat(dirfd, name, O_RDWR);
	char byte;

	assert_true(pread(fd, &byte, 1, at) == 1);
	byte ^= 1;
	assert_true(pwrite(fd, &byte, 1, at) == 1);
	close(fd);
}

TEST(every_size_is_copied_and_is_the_same_then)
{
	static const size_t sizes[] = {
		0, 1, 4096, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, (1 << 20) + 17
	};
	struct dirs d;
	struct dump_size size;
	struct stat st;
	char name[40];

	dirs_open(&d);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		snprintf(name, sizeof(name), "file%zu.age", i);
		file_put(d.from, name, sizes[i]);
	}
	CHECK_EQ(dump_copy_has(d.to, d.from), 0);
	CHECK_EQ(dump_copy(d.from, d.to), 0);
	CHECK_EQ(dump_copy_has(d.to, d.from), 1);
	CHECK_EQ(fstatat(d.to, "file2.age", &st, 0), 0);
	CHECK_EQ(st.st_mode & 07777, 0600);
	CHECK_EQ(st.st_mtim.tv_sec, 2000);
	CHECK_EQ(dump_copy_size(d.to, &size), 0);
	CHECK_EQ(size.files, 7);
	CHECK_EQ(size.sealed, 7);
	CHECK_EQ(size.bytes, 1 + 4096 + 3 * (256 << 10) + (1 << 20) + 17);
	dirs_close(&d);
}

TEST(one_byte_one_name_one_file_more_is_another_dump)
{
	struct dirs d;

	dirs_open(&d);
	file_put(d.from, "vmcore.age", 600000);
	file_put(d.from, "kdump-status.json", 100);
	CHECK_EQ(dump_copy(d.from, d.to), 0);
	byte_put(d.to, "vmcore.age", 599999);
	CHECK_EQ(dump_copy_has(d.to, d.from), 0);
	byte_put(d.to, "vmcore.age", 599999);
	CHECK_EQ(dump_copy_has(d.to, d.from), 1);
	assert_true(renameat(d.to, "vmcore.age", d.to, "vmcore2.age") == 0);
	CHECK_EQ(dump_copy_has(d.to, d.from), 0);
	assert_true(renameat(d.to, "vmcore2.age", d.to, "vmcore.age") == 0);
	file_put(d.from, "empty", 0);
	CHECK_EQ(dump_copy_has(d.to, d.from), 0);
	dirs_close(&d);
}

/* kdumpctl adds to a copy, and on the next boot it is still the copy. */
TEST(what_is_made_later_is_no_difference)
{
	struct dirs d;

	dirs_open(&d);
	file_put(d.from, "vmcore.age", 600000);
	CHECK_EQ(dump_copy(d.from, d.to), 0);
	file_put(d.to, "kdump-verified.json", 100);
	CHECK_EQ(dump_copy_has(d.to, d.from), 1);
	file_put(d.from, "kdump-verified.json", 200);
	file_put(d.to, "kdump-added.json", 100);
	CHECK_EQ(dump_copy_has(d.to, d.from), 1);
	file_put(d.from, "kdump-added.json", 100);
	assert_true(unlinkat(d.to, "kdump-added.json", 0) == 0);
	CHECK_EQ(dump_copy_has(d.to, d.from), 0);
	dirs_close(&d);
}

TEST(what_is_no_file_is_neither_copied_nor_followed)
{
	struct dirs d;
	struct dump_size size;

	dirs_open(&d);
	file_put(d.from, "vmcore.age", 10);
	assert_true(symlinkat("/etc/passwd", d.from, "link") == 0);
	CHECK_OP(dump_copy(d.from, d.to), <, 0);
	CHECK_OP(faccessat(d.to, "link", F_OK, 0), <, 0);
	CHECK_OP(dump_copy_size(d.from, &size), <, 0);
	assert_true(unlinkat(d.from, "link", 0) == 0);
	assert_true(mkfifoat(d.from, "fifo", 0600) == 0);
	CHECK_EQ(dump_copy_size(d.from, &size), -EINVAL);
	assert_true(unlinkat(d.from, "fifo", 0) == 0);
	assert_true(mkdirat(d.from, "directory", 0700) == 0);
	CHECK_EQ(dump_copy_size(d.from, &size), -EINVAL);
	dirs_close(&d);
}

TEST(a_file_that_is_there_is_not_written_over)
{
	struct dirs d;

	dirs_open(&d);
	file_put(d.from, "vmcore.age", 10);
	file_put(d.to, "vmcore.age", 5);
	CHECK_EQ(dump_copy(d.from, d.to), -EEXIST);
	dirs_close(&d);
}

TEST(a_directory_goes_with_its_files_alone)
{
	struct dirs d;

	dirs_open(&d);
	CHECK_EQ(dump_copy_remove(d.topfd, "nothing"), -ENOENT);
	file_put(d.from, "a", 10);
	file_put(d.from, "b", 10);
	CHECK_EQ(dump_copy_remove(d.topfd, "from"), 0);
	CHECK_OP(faccessat(d.topfd, "from", F_OK, 0), <, 0);
	assert_true(symlinkat("to", d.topfd, "link") == 0);
	file_put(d.to, "a", 10);
	CHECK_OP(dump_copy_remove(d.topfd, "link"), <, 0);
	CHECK_EQ(faccessat(d.to, "a", F_OK, 0), 0);
	dirs_close(&d);
}

RUN(every_size_is_copied_and_is_the_same_then, one_byte_one_name_one_file_more_is_another_dump,
    what_is_made_later_is_no_difference, what_is_no_file_is_neither_copied_nor_followed,
    a_file_that_is_there_is_not_written_over, a_directory_goes_with_its_files_alone)
