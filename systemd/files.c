/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files.c - small files below a root */
#include "systemd/files.h"

#include "base/err.h"
#include "base/io.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int files_path(const char *root, const char *path, char out[FILES_PATH_MAX])
{
	int n = snprintf(out, FILES_PATH_MAX, "%s%s", root, path);

	if (n < 0 || n >= FILES_PATH_MAX)
		return fail(-ENAMETOOLONG, "%.60s...", path);
	return 0;
}

/* Files in /proc have size 0: read until the end. */
static int read_all(int fd, size_t max, char **out)
{
	size_t len = 0, capacity = 4096;
	char *text = malloc(capacity);

	while (text) {
		ssize_t n = read(fd, text + len, capacity - len - 1);
		char *grown;

		if (n < 0) {
			free(text);
			return -errno;
		}
		len += (size_t)n;
		text[len] = '\0';
		if (n == 0) {
			*out = text;
			return 0;
		}
		if (len > max) {
			free(text);
			return -EFBIG;
		}
		if (len + 1 < capacity)
			continue;
		capacity *= 2;
		grown = realloc(text, capacity);
		if (!grown)
			free(text);
		text = grown;
	}
	return -ENOMEM;
}

int files_read(const char *root, const char *path, size_t max, char **out)
{
	char full[FILES_PATH_MAX];
	int rc = files_path(root, path, full), fd;

	if (rc < 0)
		return rc;
	fd = open(full, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0)
		return fail(-errno, "open %s", full);
	rc = read_all(fd, max, out);
	close(fd);
	return rc < 0 ? fail(rc, "read %s", full) : 0;
}

int files_read_number(const char *root, const char *path, uint64_t *out)
{
	char *text, *end;
	int rc = files_read(root, path, 64, &text);

	if (rc < 0)
		return rc;
	errno = 0;
	*out = strtoull(text, &end, 0);
	if (errno || end == text || (*end && *end != '\n'))
		rc = fail(-EINVAL, "%s holds no number", path);
	free(text);
	return rc;
}

int files_mkdir(const char *root, const char *path, mode_t mode)
{
	char full[FILES_PATH_MAX];
	int rc = files_path(root, path, full);

	for (char *s = full + strlen(root) + 1; rc == 0; s++) {
		char c = *s;

		if (c && c != '/')
			continue;
		*s = '\0';
		if (mkdir(full, mode) < 0 && errno != EEXIST)
			rc = fail(-errno, "make directory %s", full);
		*s = c;
		if (!c)
			break;
	}
	return rc;
}

static int open_parent(const char *root, const char *path, char name[FILES_PATH_MAX])
{
	char copy[FILES_PATH_MAX];
	int rc = files_path(root, path, copy);

	if (rc < 0)
		return rc;
	snprintf(name, FILES_PATH_MAX, "%s", strrchr(copy, '/') + 1);
	rc = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return rc < 0 ? fail(-errno, "open directory of %s", path) : rc;
}

static int write_beside(int dirfd, const char *name, mode_t mode, const char *text)
{
	char temp[FILES_PATH_MAX + 8];
	int fd, rc;

	snprintf(temp, sizeof(temp), ".%s.new", name);
	unlinkat(dirfd, temp, 0); /* left by a process that was killed */
	fd = openat(dirfd, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return fail(-errno, "create");
	/* Set the exact mode, regardless of the umask. */
	rc = fchmod(fd, mode) < 0 ? fail(-errno, "set the mode") : 0;
	if (rc == 0)
		rc = io_pwrite(fd, text, strlen(text), 0);
	if (rc == 0)
		rc = io_publish(fd, dirfd, temp, name);
	if (rc < 0)
		unlinkat(dirfd, temp, 0);
	close(fd);
	return rc;
}

int files_write(const char *root, const char *path, mode_t mode, const char *text)
{
	char name[FILES_PATH_MAX], dir[FILES_PATH_MAX];
	int dirfd, rc = 0;

	snprintf(dir, sizeof(dir), "%s", path);
	if (strcmp(dirname(dir), "/") != 0)
		rc = files_mkdir(root, dir, 0755);
	if (rc < 0)
		return rc;
	dirfd = open_parent(root, path, name);
	if (dirfd < 0)
		return dirfd;
	rc = write_beside(dirfd, name, mode, text);
	close(dirfd);
	return rc < 0 ? fail(rc, "write %s%s", root, path) : 0;
}

int files_remove(const char *root, const char *path)
{
	char full[FILES_PATH_MAX];
	int rc = files_path(root, path, full);

	if (rc == 0 && unlink(full) < 0 && errno != ENOENT)
		rc = fail(-errno, "remove %s", full);
	return rc;
}

int files_rename(const char *root, const char *from, const char *to)
{
	char a[FILES_PATH_MAX], b[FILES_PATH_MAX], name[FILES_PATH_MAX];
	int rc = files_path(root, from, a), dirfd;

	if (rc == 0)
		rc = files_path(root, to, b);
	if (rc == 0 && rename(a, b) < 0)
		rc = fail(-errno, "rename %s to %s", a, b);
	if (rc < 0)
		return rc;
	dirfd = open_parent(root, to, name);
	if (dirfd >= 0) {
		fsync(dirfd);
		close(dirfd);
	}
	return 0;
}

bool files_exist(const char *root, const char *path)
{
	char full[FILES_PATH_MAX];

	if (files_path(root, path, full) < 0) {
		fail_clear();
		return false;
	}
	return access(full, F_OK) == 0;
}
