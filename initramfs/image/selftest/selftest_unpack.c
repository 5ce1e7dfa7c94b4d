/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selftest_unpack.c - an image into the root directory, without what no program needs */
#include "initramfs/image/selftest/selftest_impl.h"

#include "initramfs/image/image_archive.h"

#include "base/err.h"
#include "base/util.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *plain(const char *path)
{
	while (*path == '/' || (path[0] == '.' && path[1] == '/'))
		path++;
	return path;
}

/* Modules and firmware are most of an image, and for a kernel. */
static bool is_for_kernel(const char *path)
{
	static const char *const dirs[] = { "lib/modules/", "lib/firmware/", "kernel/" };

	if (strncmp(path, "usr/", 4) == 0)
		path += 4;
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (strncmp(path, dirs[i], strlen(dirs[i])) == 0)
			return true;
	return false;
}

static int make_parents(char *path)
{
	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		int rc;

		*slash = '\0';
		rc = mkdir(path, 0755);
		*slash = '/';
		if (rc < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

static int write_file(struct archive *a, const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), rc = 0;

	if (fd < 0)
		return fail(-errno, "unpack %s", path);
	if (archive_read_data_into_fd(a, fd) < ARCHIVE_WARN)
		rc = image_archive_fail(a, path);
	if (rc == 0 && fchmod(fd, mode & 0777) < 0)
		rc = fail(-errno, "unpack %s", path);
	close(fd);
	return rc;
}

/* Directories may come twice; of a file that does the last one counts. */
static int make(struct archive *a, struct archive_entry *e, const char *path)
{
	const char *link = archive_entry_hardlink(e), *symbolic = archive_entry_symlink(e);
	mode_t mode = archive_entry_mode(e);

	if (S_ISDIR(mode))
		return mkdir(path, 0755) < 0 && errno != EEXIST ? fail(-errno, "unpack %s", path)
								: 0;
	if (unlink(path) < 0 && errno != ENOENT)
		return fail(-errno, "unpack %s", path);
	if (link && archive_entry_size(e) == 0)
		return linkat(AT_FDCWD, plain(link), AT_FDCWD, path, 0) < 0
			       ? fail(-errno, "unpack %s", path)
			       : 0;
	if (S_ISLNK(mode))
		return symlink(symbolic ? symbolic : "", path) < 0 ? fail(-errno, "unpack %s", path)
								   : 0;
	return write_file(a, path, mode);
}

/* The root directory is the image's, so are links and "..". Everything belongs to us. */
static int unpack_one(struct archive *a, struct archive_entry *e, void *arg)
{
	const char *path = plain(archive_entry_pathname(e));
	mode_t mode = archive_entry_mode(e);
	char *copy;
	int rc;

	(void)arg;
	if (!*path || strcmp(path, ".") == 0 || is_for_kernel(path) ||
	    (!S_ISREG(mode) && !S_ISDIR(mode) && !S_ISLNK(mode)))
		return 0;
	copy = strdup(path);
	if (!copy)
		return fail(-ENOMEM, "unpack %s", path);
	rc = make_parents(copy);
	rc = rc < 0 ? fail(rc, "unpack %s", path) : make(a, e, copy);
	free(copy);
	return rc;
}

/* What programs expect of any system; device nodes would need a privilege. */
static int add_default(void)
{
	int fd;

	if ((mkdir("/tmp", 0700) < 0 && errno != EEXIST) ||
	    (mkdir("/dev", 0755) < 0 && errno != EEXIST))
		return fail(-errno, "unpack");
	fd = open("/dev/null", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(-errno, "unpack /dev/null");
	close(fd);
	return 0;
}

int self_test_unpack(int fd, const char *name)
{
	int rc = image_each_entry(fd, name, unpack_one, NULL);

	return rc < 0 ? rc : add_default();
}
