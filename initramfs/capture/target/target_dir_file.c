/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_dir_file.c - files in the dump's directory: created with an incomplete name, then renamed
 */
#include "initramfs/capture/target/target_dir.h"

#include "base/err.h"
#include "base/io.h"
#include "initramfs/capture/child.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN_LOG "kexec-dmesg.log"

int target_dir_open(struct target *t, const char *name, unsigned how, const struct deadline *by,
		    struct target_file *out)
{
	struct target_dir *d = (struct target_dir *)t;
	int rc;

	(void)by;
	*out = (struct target_file){ .fd = -1, .how = how };
	snprintf(out->name, sizeof(out->name), "%s", name);
	target_part_name(name, out->part);
	snprintf(out->path, sizeof(out->path), "%s/%s%s%s/%s", t->cfg.mount_dir, d->path,
		 *d->path ? "/" : "", t->dir, out->part);
	rc = target_dir_verify(d);
	if (rc < 0)
		return fail(rc, "%s", t->address);
	/* The first file after the core, encrypted or not. */
	if (d->reserve >= 0 && strncmp(name, OWN_LOG, strlen(OWN_LOG)) == 0) {
		close(d->reserve);
		d->reserve = -1;
	}
	if (!(how & FILE_REPLACE) && faccessat(d->dirfd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return fail(-EEXIST, "create %s", name);
	/* The directory is ours alone: a file of this name is left from an earlier attempt. */
	if (unlinkat(d->dirfd, out->part, 0) < 0 && errno != ENOENT)
		return fail(-errno, "replace %s", out->path);
	out->fd = openat(d->dirfd, out->part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			 0600);
	if (out->fd < 0)
		return fail(-errno, "create %s", out->path);
	(void)fchmod(out->fd, 0600);
	return 0;
}

struct closing {
	struct target_dir *d;
	const struct target_file *f;
	enum file_end end;
};

/* The program may have created it again: it must be a plain file, for root only. */
static int open_written(const struct closing *c, const char *name)
{
	int fd = openat(c->d->dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return fail_adopt(-EINVAL, "it is not a plain file");
	}
	(void)fchmod(fd, 0600);
	return fd;
}

static int finish(const struct closing *c)
{
	const struct target_file *f = c->f;
	int dirfd = c->d->dirfd, fd, rc = 0;
	bool published = false;

	if (c->end == FILE_NOTHING) {
		if (unlinkat(dirfd, f->part, 0) < 0 && errno != ENOENT)
			return fail(-errno, "remove %s", f->path);
		return 0;
	}
	fd = open_written(c, f->part);
	if (fd == -ENOENT && c->end == FILE_DONE) { /* our collector renames it itself */
		published = true;
		fd = open_written(c, f->name);
	}
	if (fd < 0)
		return fail(fd, "open %s", f->path);
	if (c->end == FILE_PARTIAL || published)
		rc = fsync(fd) < 0 || fsync(dirfd) < 0 ? fail(-errno, "sync %s", f->path) : 0;
	else if (f->how & FILE_REPLACE)
		rc = io_replace(fd, dirfd, f->part, f->name);
	else
		rc = io_publish_new(fd, dirfd, f->part, f->name);
	close(fd);
	return rc;
}

int target_dir_close(struct target *t, struct target_file *f, enum file_end end,
		     const struct deadline *by)
{
	struct target_dir *d = (struct target_dir *)t;
	struct closing c = { d, f, end };
	int rc = 0;

	(void)by;
	/* NFS reports write errors at close(2). */
	if (f->fd >= 0 && close(f->fd) < 0 && errno != EINTR)
		rc = fail(-errno, "close %s", f->path);
	f->fd = -1;
	if (rc == 0 && end != FILE_NOTHING)
		rc = target_dir_verify(d);
	if (rc == 0)
		rc = finish(&c);
	return rc < 0 ? fail(rc, "%s", t->address) : 0;
}
