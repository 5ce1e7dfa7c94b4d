/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_io.c - reads at an offset, and giving a finished file its name, also where the directory
 * fails */
#include "base/err.h"
#include "base/file.h"
#include "base/io.h"

#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool directories_fail;
static unsigned interruptions; /* so many calls are ended by a signal first */

/* In place of the C library's. */
int fsync(int fd)
{
	struct stat sb;

	if (interruptions > 0) {
		interruptions--;
		errno = EINTR;
		return -1;
	}
	if (directories_fail && fstat(fd, &sb) == 0 && S_ISDIR(sb.st_mode)) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

static char dir[64];

static int make(int *dirfd)
{
	int fd;

	temp_dir(dir);
	*dirfd = open(dir, O_RDONLY | O_DIRECTORY);
	fd = openat(*dirfd, "tmp", O_RDWR | O_CREAT, 0600);
	CHECK_OP(fd, >=, 0);
	CHECK_EQ(io_pwrite(fd, "text", 4, 0), 0);
	return fd;
}

static void drop(int fd, int dirfd)
{
	directories_fail = false;
	close(fd);
	unlinkat(dirfd, "tmp", 0);
	unlinkat(dirfd, "name", 0);
	close(dirfd);
	CHECK_EQ(rmdir(dir), 0);
	fail_clear();
}

static bool there(int dirfd, const char *name)
{
	return faccessat(dirfd, name, F_OK, 0) == 0;
}

TEST(published)
{
	int dirfd, fd = make(&dirfd);

	CHECK_EQ(io_publish_new(fd, dirfd, "tmp", "name"), 0);
	CHECK(there(dirfd, "name") && !there(dirfd, "tmp"));
	drop(fd, dirfd);
}

TEST(a_signal_does_not_end_it)
{
	int dirfd, fd = make(&dirfd);

	interruptions = 3;
	CHECK_EQ(io_sync(fd), 0);
	interruptions = 2;
	CHECK_EQ(io_publish(fd, dirfd, "tmp", "name"), 0);
	CHECK(there(dirfd, "name"));
	io_unpublish(dirfd, "tmp", "name");
	CHECK(there(dirfd, "tmp") && !there(dirfd, "name"));
	drop(fd, dirfd);
}

/* The caller reports an error about "tmp", so that is what the file is called. */
TEST(after_an_error_it_has_its_old_name)
{
	int (*const publish[])(int, int, const char *, const char *) = { io_publish,
									 io_publish_new };

	for (int i = 0; i < 2; i++) {
		int dirfd, fd = make(&dirfd);

		directories_fail = true;
		CHECK_EQ(publish[i](fd, dirfd, "tmp", "name"), -EIO);
		CHECK(there(dirfd, "tmp") && !there(dirfd, "name"));
		drop(fd, dirfd);
	}
}

TEST(one_that_is_there_stays)
{
	int dirfd, fd = make(&dirfd), other = openat(dirfd, "name", O_WRONLY | O_CREAT, 0600);

	close(other);
	CHECK_EQ(io_publish_new(fd, dirfd, "tmp", "name"), -EEXIST);
	CHECK(there(dirfd, "name") && there(dirfd, "tmp"));
	CHECK_EQ(io_publish(fd, dirfd, "tmp", "name"), 0);
	CHECK(!there(dirfd, "tmp"));
	drop(fd, dirfd);
}

/* The older file is gone after the rename: taking the new one back would leave neither. */
TEST(a_replaced_file_is_never_missing)
{
	int dirfd, fd = make(&dirfd), other = openat(dirfd, "name", O_WRONLY | O_CREAT, 0600);
	char path[100];
	struct stat old, now;

	CHECK_EQ(fstat(fd, &old), 0);
	close(other);
	directories_fail = true;
	CHECK_EQ(io_replace(fd, dirfd, "tmp", "name"), -EIO);
	CHECK_EQ(fstatat(dirfd, "name", &now, 0), 0);
	CHECK_EQ(now.st_ino, old.st_ino);
	CHECK(!there(dirfd, "tmp"));
	/* The same for a file that is written whole. */
	snprintf(path, sizeof(path), "%s/name", dir);
	CHECK_EQ(file_write(path, 0600, "new", 3), -EIO);
	CHECK(there(dirfd, "name"));
	drop(fd, dirfd);
}

/* Two runs onto one name: the second one has removed the first one's file. */
TEST(a_file_of_another_program_is_not_published)
{
	int dirfd, fd = make(&dirfd), other;

	CHECK(io_has_name(fd, dirfd, "tmp"));
	CHECK_EQ(unlinkat(dirfd, "tmp", 0), 0);
	CHECK(io_has_name(fd, dirfd, "tmp"));
	other = openat(dirfd, "tmp", O_RDWR | O_CREAT, 0600);
	CHECK(!io_has_name(fd, dirfd, "tmp"));
	CHECK_EQ(io_publish(fd, dirfd, "tmp", "name"), -EBUSY);
	CHECK_EQ(io_publish_new(fd, dirfd, "tmp", "name"), -EBUSY);
	CHECK_EQ(io_replace(fd, dirfd, "tmp", "name"), -EBUSY);
	CHECK(there(dirfd, "tmp") && !there(dirfd, "name"));
	CHECK_EQ(io_publish(other, dirfd, "tmp", "name"), 0);
	close(other);
	drop(fd, dirfd);
}

TEST(read_gives_what_is_there)
{
	char buf[8] = "--------";
	int dirfd, fd = make(&dirfd);
	size_t got = 99;

	CHECK_EQ(io_pread(fd, buf, sizeof(buf), 0, &got), 0);
	CHECK_EQ(got, 4);
	CHECK_MEM(buf, "text----", sizeof(buf));
	CHECK_EQ(io_pread(fd, buf, 2, 1, &got), 0);
	CHECK_EQ(got, 2);
	CHECK_MEM(buf, "exxt----", sizeof(buf));
	CHECK_EQ(io_pread(fd, buf, sizeof(buf), 4, &got), 0);
	CHECK_EQ(got, 0);
	CHECK_EQ(io_pread(dirfd, buf, sizeof(buf), 0, &got), -EISDIR);
	CHECK_EQ(got, 0);
	drop(fd, dirfd);
}

RUN(published, a_signal_does_not_end_it, after_an_error_it_has_its_old_name,
    one_that_is_there_stays, a_replaced_file_is_never_missing,
    a_file_of_another_program_is_not_published, read_gives_what_is_there)
