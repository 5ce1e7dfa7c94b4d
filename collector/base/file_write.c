/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file_write.c - a file that takes its name when it is complete */
#include "base/file.h"

#include "base/err.h"
#include "base/io.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The temporary file is locked while it is written. If it has no lock, its writer was killed: it
 * is removed and not reused, since another process may have it open.
 */
static int remove_left_over(const struct file_writer *w)
{
	int fd = openat(w->dirfd, w->temp,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	bool locked = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
	int rc = 0;

	if (locked)
		rc = -EBUSY;
	else if (unlinkat(w->dirfd, w->temp, 0) < 0 && errno != ENOENT)
		rc = -errno;
	if (fd >= 0)
		close(fd);
	return rc;
}

static int create(struct file_writer *w, mode_t mode)
{
	const int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
	int rc;

	w->fd = openat(w->dirfd, w->temp, flags, mode);
	if (w->fd < 0 && errno == EEXIST) {
		rc = remove_left_over(w);
		if (rc < 0)
			return rc;
		w->fd = openat(w->dirfd, w->temp, flags, mode);
	}
	if (w->fd < 0)
		return errno == EEXIST ? -EBUSY : -errno;
	/* Locked already: another process took it for a left-over and is about to remove it. */
	return flock(w->fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK ? -EBUSY : 0;
}

static void forget(struct file_writer *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

int file_begin(struct file_writer *w, int dirfd, const char *name, mode_t mode)
{
	int rc;

	*w = (struct file_writer){ .fd = -1, .dirfd = dirfd };
	if (snprintf(w->name, sizeof(w->name), "%s", name) >= (int)sizeof(w->name) - 6 ||
	    strchr(name, '/'))
		return fail(-EINVAL, "write %s", name);
	snprintf(w->temp, sizeof(w->temp), ".%.248s.new", name);
	rc = create(w, mode);
	if (rc < 0) {
		forget(w);
		return rc == -EBUSY ? fail_set(rc, "%s is being written by another process", name)
				    : fail(rc, "create %s", w->temp);
	}
	/* Set exactly the requested mode, regardless of the umask. */
	if (fchmod(w->fd, mode) == 0)
		return 0;
	rc = fail(-errno, "set the mode of %s", w->temp);
	file_abort(w);
	return rc;
}

int file_commit(struct file_writer *w)
{
	int rc = io_replace(w->fd, w->dirfd, w->temp, w->name);

	/* After the rename there is no file of this name. */
	if (rc < 0)
		unlinkat(w->dirfd, w->temp, 0);
	forget(w);
	return rc;
}

void file_abort(struct file_writer *w)
{
	if (w->fd >= 0)
		unlinkat(w->dirfd, w->temp, 0);
	forget(w);
}

static int write_at(int dirfd, const char *name, mode_t mode, const void *data, size_t len)
{
	struct file_writer w;
	int rc = file_begin(&w, dirfd, name, mode);

	if (rc < 0)
		return rc;
	rc = io_pwrite(w.fd, data, len, 0);
	if (rc == 0)
		return file_commit(&w);
	file_abort(&w);
	return fail(rc, "write %s", name);
}

int file_write(const char *path, mode_t mode, const void *data, size_t len)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char dir[PATH_MAX] = ".";
	int dirfd, rc;

	if (slash && snprintf(dir, sizeof(dir), "%.*s", slash == path ? 1 : (int)(slash - path),
			      path) >= PATH_MAX)
		return fail(-ENAMETOOLONG, "write %s", path);
	dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return fail(-errno, "open directory %s", dir);
	rc = write_at(dirfd, name, mode, data, len);
	close(dirfd);
	return rc < 0 ? fail(rc, "in %s", dir) : 0;
}

/* It has a name for a moment, where files cannot be made without one (NFS, FAT). */
static int temp_by_name(const char *dir)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s/.kdump-XXXXXX", dir) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

static const char *temp_dir(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/var/tmp";
}

int file_temp_failed(int rc)
{
	return fail(rc, "temporary file in %s (set TMPDIR to a directory with enough space)",
		    temp_dir());
}

int file_temp(void)
{
	const char *dir = temp_dir();
	int fd;

	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
		fd = temp_by_name(dir);
	return fd >= 0 ? fd : file_temp_failed(-errno);
}
