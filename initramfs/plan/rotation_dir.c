/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rotation_dir.c - old dumps in a directory of a file system are removed, as rotation.h says */
#include "initramfs/plan/rotation_dir.h"

#include "base/beneath.h"
#include "base/err.h"
#include "base/file.h"
#include "initramfs/plan/dump_name.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define STATUS_MAX (1 << 20) /* bytes of a status file that are looked at */

static DIR *open_dir(int at, const char *name)
{
	int fd = open_beneath(at, name, O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

/* The owner, by the status file; it may have been replaced since it was seen to be plain. */
static enum rotation_owner owner(const struct rotation *r, int dir)
{
	int fd = open_beneath(dir, DUMP_STATUS_FILE, O_RDONLY | O_NONBLOCK);
	enum rotation_owner who = ROTATION_UNKNOWN;
	char *text = NULL;
	struct stat st;

	if (fd < 0)
		return who;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (file_read_fd(fd, DUMP_STATUS_FILE, STATUS_MAX, &text, NULL) < 0)
			fail_clear();
		else
			who = rotation_owner(r, text);
	}
	free(text);
	close(fd);
	return who;
}

/* It must have plain files only, one of them of a dump: anything else is not removed. */
static bool look_inside(DIR *dir, struct rotation_found *found, bool *mixed)
{
	bool ours = false, plain = true;
	struct dirent *e;
	struct stat st;

	while (plain && (e = readdir(dir))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		plain = fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode);
		*mixed |= !rotation_is_ours(e->d_name);
		ours |= strncmp(e->d_name, "vmcore", 6) == 0 ||
			strcmp(e->d_name, DUMP_STATUS_FILE) == 0;
		found->complete |= strcmp(e->d_name, "vmcore") == 0 ||
				   strcmp(e->d_name, "vmcore.flat") == 0 ||
				   strcmp(e->d_name, "vmcore.age") == 0;
	}
	if (fstat(dirfd(dir), &st) == 0)
		found->changed = st.st_mtime;
	return ours && plain;
}

static void consider(int basefd, const char *name, struct rotation *r)
{
	struct rotation_found found = { .name = name };
	bool mixed = false;
	const char *stamp;
	DIR *dir;

	if (!dump_name_has_date(name, &stamp))
		return;
	dir = open_dir(basefd, name);
	if (!dir)
		return;
	if (look_inside(dir, &found, &mixed)) {
		found.owner = owner(r, dirfd(dir));
		if (mixed && found.owner == ROTATION_MINE)
			found.owner = ROTATION_MIXED;
		rotation_add(r, &found);
	}
	closedir(dir);
}

static int list_dumps(int basefd, struct rotation *r)
{
	DIR *dir = open_dir(basefd, ".");
	struct dirent *e;

	if (!dir)
		return -errno;
	while ((e = readdir(dir)))
		consider(basefd, e->d_name, r);
	closedir(dir);
	return 0;
}

struct at {
	int basefd;
	void (*log)(const char *line);
};

static int remove_dump(void *arg, const char *name)
{
	const struct at *at = arg;
	DIR *dir = open_dir(at->basefd, name);
	struct dirent *e;

	if (!dir)
		return 0;
	while ((e = readdir(dir)))
		(void)unlinkat(dirfd(dir), e->d_name, 0); /* fails for "." and ".." */
	closedir(dir);
	if (unlinkat(at->basefd, name, AT_REMOVEDIR) < 0) {
		rotation_log(at->log, "the old dump %s could not be removed: %s", name,
			     strerror(errno));
		return 0;
	}
	rotation_log(at->log, "removed the old dump %s", name);
	(void)syncfs(at->basefd); /* some file systems free the space only then */
	return 1;
}

static bool full(void *arg, uint64_t need)
{
	const struct at *at = arg;
	struct statvfs fs;

	return fstatvfs(at->basefd, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < need;
}

int rotation_dir_run(struct rotation *r, int basefd, const struct rotation_want *want)
{
	struct at at = { basefd, want->log };
	const struct rotation_ops ops = { full, remove_dump, want->log, &at };
	int rc = list_dumps(basefd, r);

	if (rc == 0)
		rc = rotation_run(r, want->keep, want->need, &ops);
	rotation_free(r);
	return rc;
}
