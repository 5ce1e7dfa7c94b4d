/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_file_temp.c - a file without a name where the file system has no such files */
#include "base/file.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int error = EOPNOTSUPP; /* of O_TMPFILE */

/* In place of the C library's, as NFS answers. */
int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	va_start(ap, flags);
	if (flags & O_CREAT)
		mode = (mode_t)va_arg(ap, int);
	va_end(ap);
	if ((flags & O_TMPFILE) == O_TMPFILE) {
		errno = error;
		return -1;
	}
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

TEST(it_has_no_name_either)
{
	char dir[TEMP_DIR_MAX];
	struct stat st;
	int fd;

	setenv("TMPDIR", temp_dir(dir), 1);
	fail_clear();
	fd = file_temp();
	CHECK_OP(fd, >=, 0);
	CHECK_EQ(fstat(fd, &st), 0);
	CHECK_EQ(st.st_nlink, 0);
	CHECK_EQ(st.st_mode & 0777, 0600);
	CHECK_EQ(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	CHECK_EQ(pwrite(fd, "x", 1, 0), 1);
	close(fd);
	CHECK_EQ(rmdir(dir), 0); /* it is empty */
}

TEST(other_errors_stay)
{
	error = EACCES;
	CHECK_EQ(file_temp(), -EACCES);
	error = EOPNOTSUPP;
	setenv("TMPDIR", "/no/where", 1);
	CHECK_EQ(file_temp(), -ENOENT);
	fail_clear();
}

RUN(it_has_no_name_either, other_errors_stay)
