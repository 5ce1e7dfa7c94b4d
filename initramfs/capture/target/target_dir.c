/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_dir.c - a mounted directory: bring it up, make the dump's directory, take it down */
#include "initramfs/capture/target/target_dir.h"

#include "base/err.h"
#include "base/text.h"
#include "initramfs/capture/child.h"
#include "initramfs/plan/dump_name.h"
#include "initramfs/capture/console.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SAME_NAME_LIMIT 1000 /* dumps with the same time, if the clock stands still */
#define RESERVE		(512 << 10)

void target_dir_init(struct target_dir *d, const struct target_cfg *cfg,
		     const struct target_ops *ops)
{
	*d = (struct target_dir){
		.base = { .ops = ops, .cfg = *cfg, .host = "127.0.0.1" },
		.path = "",
		.basefd = -1,
		.dirfd = -1,
		.reserve = -1,
	};
}

static int do_mount(void *arg)
{
	const struct mount_args *m = arg;

	if (mount(m->source, m->dir, m->fstype, m->flags, m->data) < 0)
		return fail(-errno, "mount %s (%s)", m->source, m->fstype);
	return 0;
}

int mount_within(const struct mount_args *args, const struct deadline *by)
{
	struct mount_args copy = *args;
	char what[ERR_MESSAGE_MAX];

	text_set(what, sizeof(what), "mount %s (%s)", args->source, args->fstype);
	return child_call(do_mount, &copy, what, by);
}

/* A write to the image's own memory would use up all memory. */
static int check_memory(int fd, const char *dir)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return fail(-errno, "look at %s", dir);
	if (fs.f_type == RAMFS_MAGIC || fs.f_type == TMPFS_MAGIC)
		return fail_adopt(-ENODEV, "nothing is mounted there, only memory; not written to");
	return 0;
}

/* A mount point is on another device than its parent directory. */
static int check_mount(const char *dir, dev_t *dev)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat here, above;
	int rc = 0;

	if (fd < 0)
		return fail(-errno, "open %s", dir);
	if (fstat(fd, &here) < 0 || fstatat(fd, "..", &above, 0) < 0)
		rc = fail(-errno, "look at %s", dir);
	else if (here.st_dev == above.st_dev)
		rc = fail_adopt(-ENODEV, "it is not mounted; not written to");
	else
		rc = check_memory(fd, dir);
	*dev = here.st_dev;
	close(fd);
	return rc < 0 ? fail(rc, "%s", dir) : 0;
}

int target_dir_verify(const struct target_dir *d)
{
	const struct target *t = &d->base;
	char path[TARGET_PATH_MAX];
	struct stat by_fd, by_path;
	dev_t dev = 0;
	int rc = check_mount(t->cfg.mount_dir, &dev);

	if (rc == 0 && dev != d->dev)
		rc = fail_adopt(-ESTALE, "something else is mounted there now; not written to");
	if (rc < 0 || d->dirfd < 0)
		return rc;
	snprintf(path, sizeof(path), "%s/%s/%s", t->cfg.mount_dir, d->path, t->dir);
	if (fstat(d->dirfd, &by_fd) < 0 || stat(path, &by_path) < 0)
		return fail(-errno, "look at %s", path);
	if (by_fd.st_dev != by_path.st_dev || by_fd.st_ino != by_path.st_ino)
		return fail_adopt(-ESTALE, "the dump's directory was replaced; not written to");
	return check_memory(d->dirfd, path);
}

static int check_writable(const char *dir)
{
	struct statvfs fs;

	if (statvfs(dir, &fs) < 0)
		return fail(-errno, "look at %s", dir);
	if (fs.f_flag & ST_RDONLY)
		return fail_adopt(-EROFS, "the file system can only be read; look at its state "
					  "after the reboot, with fsck");
	return 0;
}

static int dir_up(struct target *t, const struct deadline *by)
{
	struct target_dir *d = (struct target_dir *)t;
	int rc = d->mount(d, by);

	if (rc < 0)
		return rc;
	d->mounted = true;
	rc = check_mount(t->cfg.mount_dir, &d->dev);
	if (rc == 0)
		rc = check_writable(t->cfg.mount_dir);
	return rc < 0 ? fail(rc, "%s", t->address) : 0;
}

/*
 * Open below root, with symbolic links confined to root. Kernels before 5.6 cannot do that: there,
 * links are refused.
 */
static int open_below(int root, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, root, *path ? path : ".", &how, sizeof(how));

	if (fd < 0 && errno == ENOSYS)
		fd = openat(root, *path ? path : ".",
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : (int)fd;
}

/* mkdir -p below root, 0700; returns a descriptor of the last directory. */
static int make_path(int root, const char *path)
{
	char so_far[TARGET_PATH_MAX] = "", *copy = strdup(path), *save = NULL;
	int fd = open_below(root, ""), next;

	for (char *w = copy ? strtok_r(copy, "/", &save) : NULL; w && fd >= 0;
	     w = strtok_r(NULL, "/", &save)) {
		size_t len = strlen(so_far);

		snprintf(so_far + len, sizeof(so_far) - len, "%s%s", len ? "/" : "", w);
		next = strcmp(w, "..") == 0 ? -EINVAL : open_below(root, so_far);
		if (next == -ENOENT)
			next = mkdirat(fd, w, 0700) < 0 ? -errno : open_below(root, so_far);
		close(fd);
		fd = next;
	}
	free(copy);
	return fd < 0 ? fail(fd, "make directory %s", path) : fd;
}

/* Make a directory that did not exist, so that everything in it is ours. */
static int make_unique(struct target_dir *d, const char *name)
{
	struct target *t = &d->base;
	int rc = -EEXIST;

	for (unsigned n = 1; rc == -EEXIST && n <= SAME_NAME_LIMIT; n++) {
		if (!dump_name_nth(name, n, t->dir, sizeof(t->dir)))
			return fail(-ENAMETOOLONG, "make directory %s", name);
		rc = mkdirat(d->basefd, t->dir, 0700) < 0 ? -errno : 0;
	}
	if (rc < 0) {
		fail(rc, "make directory %s/%s", d->path, t->dir);
		t->dir[0] = '\0';
	}
	return rc;
}

/*
 * Reserve space for the status, in case the core fills the disk. Not done if the file system has no
 * files without a name (NFS).
 */
static void reserve_space(struct target_dir *d)
{
	d->reserve = openat(d->dirfd, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (d->reserve >= 0 && fallocate(d->reserve, 0, 0, RESERVE) < 0) {
		close(d->reserve);
		d->reserve = -1;
	}
}

static int enter(struct target_dir *d)
{
	d->dirfd = openat(d->basefd, d->base.dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (d->dirfd < 0)
		return fail(-errno, "open directory %s/%s", d->path, d->base.dir);
	(void)fchmod(d->dirfd, 0700); /* default ACLs may have changed the mode */
	(void)fsync(d->basefd);
	reserve_space(d);
	return 0;
}

static int dir_begin(struct target *t, const char *name, const struct deadline *by)
{
	struct target_dir *d = (struct target_dir *)t;
	int root, rc = target_dir_verify(d);

	(void)by;
	if (rc < 0)
		return fail(rc, "%s", t->address);
	root = open(t->cfg.mount_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return fail(-errno, "open %s", t->cfg.mount_dir);
	rc = d->basefd = make_path(root, d->path);
	close(root);
	if (rc >= 0)
		rc = check_memory(d->basefd, d->path);
	if (rc == 0 && !t->dir[0])
		rc = make_unique(d, name);
	if (rc == 0)
		rc = enter(d);
	return rc < 0 ? fail(rc, "%s", t->address) : 0;
}

static int let_go(struct target_dir *d)
{
	int fd = open(d->base.cfg.mount_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		(void)syncfs(fd);
		close(fd);
	}
	if (umount2(d->base.cfg.mount_dir, UMOUNT_NOFOLLOW) < 0)
		return fail(-errno, "unmount %s", d->base.address);
	return 0;
}

static void dir_down(struct target *t, const struct deadline *by)
{
	struct target_dir *d = (struct target_dir *)t;

	if (d->dirfd >= 0)
		close(d->dirfd);
	if (d->basefd >= 0)
		close(d->basefd);
	if (d->reserve >= 0)
		close(d->reserve);
	d->dirfd = d->basefd = d->reserve = -1;
	if (!d->mounted)
		return;
	d->mounted = false;
	(void)by;
	if (let_go(d) < 0) {
		console_log_failure(t->address);
		(void)umount2(t->cfg.mount_dir, MNT_DETACH | UMOUNT_NOFOLLOW);
	}
}

static void dir_free(struct target *t)
{
	struct target_dir *d = (struct target_dir *)t;

	if (d->release)
		d->release(d);
	free(d);
}

const struct target_ops target_dir_ops = {
	.kind = "directory",
	.up = dir_up,
	.space = target_dir_space,
	.begin = dir_begin,
	.open = target_dir_open,
	.close = target_dir_close,
	.make_space = target_dir_make_space,
	.down = dir_down,
	.free = dir_free,
};
