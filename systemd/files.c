/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files.c - small files below a root */
#include "systemd/files.h"

#include "base/err.h"
#include "base/file.h"
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
		return fail(-ENAMETOOLONG, "%s", path);
	return 0;
}

int files_read(const char *root, const char *path, size_t max, char **out)
{
	char full[FILES_PATH_MAX];
	int rc = files_path(root, path, full);

	return rc < 0 ? rc : file_read(full, max, out, NULL);
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

int files_write(const char *root, const char *path, mode_t mode, const char *text)
{
	char full[FILES_PATH_MAX], dir[FILES_PATH_MAX];
	int rc = files_path(root, path, full);

	if (rc < 0)
		return rc;
	snprintf(dir, sizeof(dir), "%s", path);
	if (strcmp(dirname(dir), "/") != 0)
		rc = files_mkdir(root, dir, 0755);
	if (rc == 0)
		rc = file_write(full, mode, text, strlen(text));
	return rc < 0 ? fail(rc, "write %s", full) : 0;
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
	char a[FILES_PATH_MAX], b[FILES_PATH_MAX];
	int rc = files_path(root, from, a), dirfd;

	if (rc == 0)
		rc = files_path(root, to, b);
	if (rc == 0 && rename(a, b) < 0)
		rc = fail(-errno, "rename %s to %s", a, b);
	if (rc < 0)
		return rc;
	dirfd = open(dirname(b), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return fail(-errno, "open directory %s", b);
	rc = io_sync(dirfd);
	close(dirfd);
	/* Some file systems cannot sync a directory; then rename(2) is all there is. */
	return rc == 0 || rc == -EINVAL ? 0 : fail(rc, "sync directory %s", b);
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
