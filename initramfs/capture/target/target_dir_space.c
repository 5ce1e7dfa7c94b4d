/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_dir_space.c - free space, and removal of old dumps to get more */
#include "initramfs/capture/target/target_dir.h"

#include "base/err.h"
#include "initramfs/capture/target/dump_name.h"
#include "initramfs/capture/console.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

int target_dir_space(struct target *t, const struct deadline *by, uint64_t *out)
{
	struct target_dir *d = (struct target_dir *)t;
	struct statvfs fs;

	(void)by;
	if (fstatvfs(d->basefd, &fs) < 0)
		return fail(-errno, "%s: free space", t->address);
	*out = (uint64_t)fs.f_bavail * fs.f_frsize;
	return 0;
}

struct old_dump {
	char name[TARGET_NAME_MAX];
	const char *stamp; /* within name */
	bool complete;
	bool spare; /* the newest complete one, by name or by the file system's times */
	int64_t changed;
};

struct old_dumps {
	struct old_dump *at;
	size_t nr, size;
};

static DIR *open_dir(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

/* It must have plain files only, one of them of a dump: anything else is not removed. */
static bool look_inside(int base, struct old_dump *o)
{
	DIR *dir = open_dir(base, o->name);
	bool ours = false, plain = true;
	struct dirent *e;
	struct stat st;

	if (!dir)
		return false;
	while ((e = readdir(dir)) && plain) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		plain = fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode);
		ours |= strncmp(e->d_name, "vmcore", 6) == 0 ||
			strcmp(e->d_name, "kdump-status.json") == 0;
		o->complete |= strcmp(e->d_name, "vmcore") == 0 ||
			       strcmp(e->d_name, "vmcore.flat") == 0 ||
			       strcmp(e->d_name, "vmcore.age") == 0;
	}
	if (fstat(dirfd(dir), &st) == 0)
		o->changed = st.st_mtime;
	closedir(dir);
	return ours && plain;
}

static void consider(const struct target_dir *d, const char *name, struct old_dumps *list)
{
	struct old_dump o = { 0 };
	const char *stamp;

	if (strlen(name) >= sizeof(o.name) || strcmp(name, d->base.dir) == 0 ||
	    !dump_name_is(name, d->base.host, &stamp))
		return;
	strcpy(o.name, name);
	if (!look_inside(d->basefd, &o))
		return;
	if (list->nr == list->size) {
		size_t size = list->size ? 2 * list->size : 16;
		struct old_dump *more = realloc(list->at, size * sizeof(*more));

		if (!more)
			return; /* this one is not removed then */
		list->at = more;
		list->size = size;
	}
	list->at[list->nr++] = o;
}

static int by_age(const void *a, const void *b)
{
	const struct old_dump *x = a, *y = b;

	return strverscmp(x->name, y->name);
}

/* Oldest first. */
static int list_dumps(const struct target_dir *d, struct old_dumps *list)
{
	DIR *dir = open_dir(d->basefd, ".");
	struct old_dump *newest = NULL, *latest = NULL;
	struct dirent *e;

	if (!dir)
		return fail(-errno, "list %s", d->path);
	while ((e = readdir(dir)))
		consider(d, e->d_name, list);
	closedir(dir);
	if (list->nr > 0)
		qsort(list->at, list->nr, sizeof(*list->at), by_age);
	for (size_t i = 0; i < list->nr; i++) {
		struct old_dump *o = &list->at[i];

		if (!o->complete)
			continue;
		newest = o;
		if (!latest || o->changed >= latest->changed)
			latest = o;
	}
	if (newest)
		newest->spare = latest->spare = true;
	return 0;
}

static bool remove_dump(const struct target_dir *d, const struct old_dump *o)
{
	DIR *dir = open_dir(d->basefd, o->name);
	struct dirent *e;

	if (!dir)
		return false;
	while ((e = readdir(dir)))
		(void)unlinkat(dirfd(dir), e->d_name, 0); /* fails for "." and ".." */
	closedir(dir);
	if (unlinkat(d->basefd, o->name, AT_REMOVEDIR) < 0) {
		console_log("the old dump %s could not be removed: %s", o->name, strerror(errno));
		return false;
	}
	console_log("removed the old dump %s", o->name);
	(void)syncfs(d->basefd); /* some file systems free the space only then */
	return true;
}

static bool needs(const struct target_dir *d, uint64_t need)
{
	struct statvfs fs;

	return need > 0 && fstatvfs(d->basefd, &fs) == 0 &&
	       (uint64_t)fs.f_bavail * fs.f_frsize < need;
}

/* How many of the oldest exceed the number to keep. */
static size_t past_keep(const struct old_dumps *list, unsigned keep)
{
	unsigned complete = 0;
	size_t i;

	if (keep == TARGET_KEEP_ALL)
		return 0;
	for (i = list->nr; i > 0 && complete < keep; i--)
		complete += list->at[i - 1].complete;
	return i;
}

/* Is the current dump complete, so that it is newer than all in the list? */
static bool have_new(const struct target_dir *d)
{
	struct old_dump self = { 0 };

	snprintf(self.name, sizeof(self.name), "%s", d->base.dir);
	return look_inside(d->basefd, &self) && self.complete;
}

/* Returns how many were removed. */
static int remove_some(const struct target_dir *d, unsigned keep, uint64_t need)
{
	struct old_dumps list = { 0 };
	int rc = list_dumps(d, &list), removed = 0;
	bool newer = rc == 0 && have_new(d);
	size_t limit;

	if (rc < 0)
		return rc;
	limit = past_keep(&list, keep);
	for (size_t i = 0; i < list.nr; i++) {
		const struct old_dump *o = &list.at[i];

		if (o->spare && !newer)
			continue;
		if (i < limit || (!o->spare && needs(d, need)))
			removed += remove_dump(d, o);
	}
	free(list.at);
	return removed;
}

int target_dir_make_space(struct target *t, unsigned keep, uint64_t need, const struct deadline *by,
			  unsigned *removed)
{
	struct target_dir *d = (struct target_dir *)t;
	int rc = target_dir_verify(d);

	(void)by;
	*removed = 0;
	if (rc == 0)
		rc = remove_some(d, keep, need);
	if (rc < 0)
		return fail(rc, "%s", t->address);
	*removed = (unsigned)rc;
	return 0;
}
