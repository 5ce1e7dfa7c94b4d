/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_copy.c - the files of a dump directory: copied, compared, removed */
#include "systemd/dumps/dump_copy.h"

#include "base/beneath.h"
#include "base/err.h"
#include "base/io.h"
#include "systemd/dumps/dump_status.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((size_t)256 << 10)

typedef int file_fn(int dirfd, const char *name, void *arg);

/* Call fn for each entry; a result other than 0 ends it. */
static int each(int dirfd, file_fn *fn, void *arg)
{
	int fd = open_beneath(dirfd, ".", O_RDONLY | O_DIRECTORY), rc = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!dir) {
		rc = fail(fd < 0 ? fd : -errno, "read a dump's directory");
		if (fd >= 0)
			close(fd);
		return rc;
	}
	while (rc == 0 && (errno = 0, e = readdir(dir))) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			rc = fn(dirfd, e->d_name, arg);
	}
	if (rc == 0 && errno)
		rc = fail(-errno, "read a dump's directory");
	closedir(dir);
	return rc;
}

static int open_file(int dirfd, const char *name, struct stat *st)
{
	int fd = open_beneath(dirfd, name, O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		return fail(fd, "open %s", name);
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		return fd;
	close(fd);
	return fail(-EINVAL, "%s is not a regular file", name);
}

static int add_size(int dirfd, const char *name, void *arg)
{
	struct dump_size *sum = arg;
	struct stat st;
	int fd = open_file(dirfd, name, &st);

	if (fd < 0)
		return fd;
	close(fd);
	sum->bytes += (uint64_t)st.st_size;
	sum->files++;
	sum->sealed += dump_is_sealed(name);
	return 0;
}

int dump_copy_size(int dirfd, struct dump_size *out)
{
	*out = (struct dump_size){ 0 };
	return each(dirfd, add_size, out);
}

/* 1 if they have the same bytes. buf: two blocks. */
static int same_bytes(int a, int b, char *buf)
{
	size_t n = BLOCK, m;

	for (uint64_t off = 0; n == BLOCK; off += BLOCK) {
		int rc = io_pread(a, buf, BLOCK, off, &n);

		if (rc == 0)
			rc = io_pread(b, buf + BLOCK, BLOCK, off, &m);
		if (rc < 0)
			return rc;
		if (n != m || memcmp(buf, buf + BLOCK, n) != 0)
			return 0;
	}
	return 1;
}

static int copy_bytes(int from, int to, char *buf)
{
	size_t n = BLOCK;
	int rc = 0;

	for (uint64_t off = 0; rc == 0 && n == BLOCK; off += n) {
		rc = io_pread(from, buf, BLOCK, off, &n);
		if (rc == 0)
			rc = io_pwrite(to, buf, n, off);
	}
	return rc;
}

struct copy {
	int to;
	char *buf; /* two blocks */
};

/* The times say when the crash was, where nothing else does. */
static int keep_times(int fd, const struct stat *st)
{
	const struct timespec times[] = { st->st_atim, st->st_mtim };

	return futimens(fd, times) < 0 ? -errno : 0;
}

static int copy_one(int dirfd, const char *name, void *arg)
{
	const struct copy *c = arg;
	struct stat st;
	int from = open_file(dirfd, name, &st), to, rc;

	if (from < 0)
		return from;
	to = open_beneath(c->to, name, O_RDWR | O_CREAT | O_EXCL);
	rc = to < 0 ? to : copy_bytes(from, to, c->buf);
	if (rc == 0)
		rc = keep_times(to, &st);
	if (rc == 0)
		rc = io_sync(to);
	/* What stays in memory would be compared with itself. */
	if (rc == 0) {
		(void)posix_fadvise(to, 0, 0, POSIX_FADV_DONTNEED);
		rc = same_bytes(from, to, c->buf);
		rc = rc == 0 ? -EIO : rc < 0 ? rc : 0;
	}
	if (to >= 0)
		close(to);
	close(from);
	return rc < 0 ? fail(rc, "copy %s", name) : 0;
}

int dump_copy(int from, int to)
{
	struct copy c = { .to = to, .buf = malloc(2 * BLOCK) };
	int rc = c.buf ? each(from, copy_one, &c) : fail(-ENOMEM, "copy a dump");

	free(c.buf);
	if (rc < 0)
		return rc;
	rc = io_sync_fs(to);
	return rc < 0 ? fail(rc, "sync a dump's copy") : 0;
}

/* Written by kdumpctl on each boot; what it says of the dump is no part of it. */
static bool is_made_later(const char *name)
{
	return strcmp(name, DUMP_ADDED_FILE) == 0 || strcmp(name, DUMP_VERIFIED_FILE) == 0;
}

/* 1 ends the walk: another content, or not there. */
static int compare_one(int dirfd, const char *name, void *arg)
{
	const struct copy *c = arg;
	struct stat st;
	int a = open_file(dirfd, name, &st), b, rc;

	if (a < 0)
		return a;
	b = open_beneath(c->to, name, O_RDONLY | O_NONBLOCK);
	rc = b < 0 ? 0 : is_made_later(name) ? 1 : same_bytes(a, b, c->buf);
	if (b >= 0)
		close(b);
	close(a);
	return rc < 0 ? fail(rc, "compare %s", name) : !rc;
}

int dump_copy_has(int copy, int dump)
{
	struct copy c = { .to = copy, .buf = malloc(2 * BLOCK) };
	int rc = c.buf ? each(dump, compare_one, &c) : fail(-ENOMEM, "compare a dump");

	free(c.buf);
	return rc < 0 ? rc : !rc;
}

static int remove_one(int dirfd, const char *name, void *arg)
{
	(void)arg;
	return unlinkat(dirfd, name, 0) < 0 ? fail(-errno, "remove %s", name) : 0;
}

int dump_copy_remove(int parent, const char *name)
{
	int fd = open_beneath(parent, name, O_RDONLY | O_DIRECTORY), rc;

	if (fd == -ENOENT)
		return fd;
	if (fd < 0)
		return fail(fd, "open %s", name);
	rc = each(fd, remove_one, NULL);
	close(fd);
	if (rc == 0 && unlinkat(parent, name, AT_REMOVEDIR) < 0)
		rc = fail(-errno, "remove %s", name);
	return rc;
}
