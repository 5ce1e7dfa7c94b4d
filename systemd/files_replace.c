/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files_replace.c - replace the text of a file, keeping owner, mode, labels and links to it */
#include "systemd/files.h"

#include "base/err.h"
#include "base/file.h"
#include "base/io.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Resolves links as a system does that has root as its "/". */
static int open_below(const char *root, const char *path)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
	int dir = open(*root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC), fd;

	if (dir < 0)
		return -errno;
	fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
	if (fd < 0)
		fd = -errno;
	close(dir);
	return fd;
}

/* Open the directory of an open file; name gets the file's name in it. */
static int open_its_directory(int fd, char name[FILES_PATH_MAX])
{
	char link[64], path[FILES_PATH_MAX], *slash;
	ssize_t n;
	int dir;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0)
		return -errno;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return -ENOENT;
	snprintf(name, FILES_PATH_MAX, "%s", slash + 1);
	slash[slash == path] = '\0';
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -errno : dir;
}

/* SELinux label, access lists and so on, if the file system has them. */
static int copy_xattrs(int from, int to)
{
	char names[4096], value[4096];
	ssize_t nr = flistxattr(from, names, sizeof(names));

	for (const char *name = names; nr > 0 && name < names + nr; name += strlen(name) + 1) {
		ssize_t len = fgetxattr(from, name, value, sizeof(value));

		if (len >= 0 && fsetxattr(to, name, value, (size_t)len, 0) < 0)
			return fail(-errno, "set %s", name);
	}
	return 0;
}

static int copy_owner(int from, int to)
{
	struct stat st;

	if (fstat(from, &st) < 0)
		return fail(-errno, "ask for owner and mode");
	if (fchown(to, st.st_uid, st.st_gid) < 0)
		return fail(-errno, "set owner %u:%u", st.st_uid, st.st_gid);
	if (fchmod(to, st.st_mode & 07777) < 0)
		return fail(-errno, "set the mode");
	return copy_xattrs(from, to);
}

/* files_read() stops at a NUL byte: the text after it would be lost. */
static int check_seen(int fd)
{
	char part[4096];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return fail(-errno, "ask for the kind of file");
	if (!S_ISREG(st.st_mode))
		return fail(-EINVAL, "not a regular file");
	for (off_t at = 0; (n = pread(fd, part, sizeof(part), at)) > 0; at += n) {
		if (memchr(part, '\0', (size_t)n))
			return fail(-EINVAL, "the file holds a NUL byte; remove it");
	}
	return n < 0 ? fail(-errno, "read the old text") : 0;
}

static int write_over(int old, int dir, const char *name, const char *text)
{
	struct file_writer w;
	int rc = file_begin(&w, dir, name, 0600);

	if (rc < 0)
		return rc;
	rc = copy_owner(old, w.fd);
	if (rc == 0)
		rc = io_pwrite(w.fd, text, strlen(text), 0);
	if (rc == 0)
		return file_commit(&w);
	file_abort(&w);
	return rc;
}

int files_replace(const char *root, const char *path, const char *text)
{
	char name[FILES_PATH_MAX];
	int fd = open_below(root, path), dir, rc;

	if (fd < 0)
		return fail(fd, "open %s%s", root, path);
	dir = open_its_directory(fd, name);
	rc = dir < 0 ? fail(dir, "find the directory") : check_seen(fd);
	if (rc == 0)
		rc = write_over(fd, dir, name, text);
	if (dir >= 0)
		close(dir);
	close(fd);
	return rc < 0 ? fail(rc, "write %s%s", root, path) : 0;
}
