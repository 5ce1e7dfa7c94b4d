/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mounts.c - the mount table and fstab of the production system */
#include "initramfs/image/device/mounts.h"

#include "initramfs/image/device/btrfs.h"

#include "base/err.h"

#include <libmount/libmount.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int mounts_read(const struct builder *b, struct libmnt_table **out)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/self/mountinfo", b->proc);
	*out = mnt_new_table_from_file(path);
	return *out ? 0 : fail(-EIO, "read %s", path);
}

static int copy(struct libmnt_fs *fs, struct mount *out)
{
	const char *options = mnt_fs_get_fs_options(fs), *root = mnt_fs_get_root(fs);
	const char *source = mnt_fs_get_source(fs);

	*out = (struct mount){
		.source = strdup(source ? source : "none"),
		.dev = mnt_fs_get_devno(fs),
		.fstype = strdup(mnt_fs_get_fstype(fs)),
		.options = strdup(options ? options : ""),
		.root = strdup(root ? root : "/"),
		.target = strdup(mnt_fs_get_target(fs)),
	};
	if (out->source && out->fstype && out->options && out->root && out->target)
		return 0;
	mount_free(out);
	return fail(-ENOMEM, "mount table");
}

/* An automount point that is still one has been entered, and nothing came. */
static int copy_entered(struct libmnt_fs *fs, struct mount *out)
{
	const char *type = mnt_fs_get_fstype(fs), *dir = mnt_fs_get_target(fs);

	if (!type || strcmp(type, "autofs") != 0)
		return copy(fs, out);
	return fail_set(-ENODEV,
			"%s is an automount point, and no file system comes when it is entered; "
			"is its disk or server there? Try: ls %s/.",
			dir, dir);
}

void mount_free(struct mount *m)
{
	free(m->source);
	free(m->fstype);
	free(m->options);
	free(m->root);
	free(m->target);
	*m = (struct mount){ .source = NULL };
}

bool mount_dir_holds(const char *dir, const char *path)
{
	size_t len = strlen(dir);

	if (strcmp(dir, "/") == 0)
		return true;
	return strncmp(dir, path, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

typedef bool match_fn(struct libmnt_fs *fs, const void *arg);

/* The last that matches and is the most specific: later mounts hide earlier ones. */
int mount_of_path(const struct builder *b, const char *path, struct mount *out)
{
	struct libmnt_iter *it = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs, *best = NULL;
	struct libmnt_table *table = NULL;
	int rc = mounts_read(b, &table);

	while (rc == 0 && it && mnt_table_next_fs(table, it, &fs) == 0) {
		const char *dir = mnt_fs_get_target(fs);

		if (mount_dir_holds(dir, path) &&
		    (!best || strlen(dir) >= strlen(mnt_fs_get_target(best))))
			best = fs;
	}
	if (rc == 0)
		rc = best ? copy_entered(best, out) : fail(-ENOENT, "%s is on no mount", path);
	mnt_free_iter(it);
	mnt_unref_table(table);
	return rc;
}

static bool shows_more(struct libmnt_fs *a, struct libmnt_fs *b)
{
	const char *x = mnt_fs_get_root(a), *y = mnt_fs_get_root(b);

	return strlen(x ? x : "") < strlen(y ? y : "");
}

static int mount_matching(const struct builder *b, match_fn *match, const void *arg,
			  struct mount *out)
{
	struct libmnt_iter *it = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs, *best = NULL;
	struct libmnt_table *table = NULL;
	int rc = mounts_read(b, &table);

	while (rc == 0 && it && mnt_table_next_fs(table, it, &fs) == 0) {
		if (match(fs, arg) && (!best || shows_more(fs, best)))
			best = fs;
	}
	if (rc == 0)
		rc = best ? copy(best, out) : -ENOENT;
	mnt_free_iter(it);
	mnt_unref_table(table);
	return rc;
}

struct device_arg {
	const struct builder *b;
	dev_t dev;
};

/* The device number of a btrfs belongs to no device: look at its source, one of its devices. */
static bool is_device(struct libmnt_fs *fs, const void *arg)
{
	const struct device_arg *a = arg;
	const char *source = mnt_fs_get_source(fs);
	dev_t dev;
	bool same;

	if (mnt_fs_get_devno(fs) == a->dev)
		return true;
	if (!source || source[0] != '/' || strcmp(mnt_fs_get_fstype(fs), "btrfs") != 0)
		return false;
	same = spec_to_device(a->b, source, &dev) == 0 &&
	       (dev == a->dev || btrfs_same(a->b, dev, a->dev));
	fail_clear();
	return same;
}

static bool is_source(struct libmnt_fs *fs, const void *arg)
{
	/* "host:/export/" is "host:/export". */
	return mnt_fs_streq_srcpath(fs, arg);
}

int mount_of_device(const struct builder *b, dev_t dev, struct mount *out)
{
	struct device_arg arg = { b, dev };

	return mount_matching(b, is_device, &arg, out);
}

int mount_of_source(const struct builder *b, const char *source, struct mount *out)
{
	return mount_matching(b, is_source, source, out);
}

/* NULL without an fstab: then nothing is expected. */
static struct libmnt_table *open_fstab(const struct builder *b)
{
	char *real = builder_real(b, "/etc/fstab");
	struct libmnt_table *table = real ? mnt_new_table_from_file(real) : NULL;

	free(real);
	return table;
}

static bool is_automatic(struct libmnt_fs *fs)
{
	const char *options = mnt_fs_get_options(fs);

	return !options || mnt_optstr_get_option(options, "noauto", NULL, NULL) != 0;
}

int fstab_expects(const struct builder *b, const char *source, dev_t dev, bool *out)
{
	struct libmnt_iter *it = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_table *table = open_fstab(b);
	struct libmnt_fs *fs;

	*out = false;
	while (table && it && !*out && mnt_table_next_fs(table, it, &fs) == 0) {
		const char *from = mnt_fs_get_source(fs);
		dev_t other = 0;

		if (!from || !is_automatic(fs))
			continue;
		*out = strcmp(from, source) == 0 ||
		       (dev && spec_to_device(b, from, &other) == 0 && other == dev);
		fail_clear();
	}
	mnt_free_iter(it);
	mnt_unref_table(table);
	return 0;
}

int fstab_options(const struct builder *b, const char *source, char **out)
{
	struct libmnt_iter *it = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_table *table = open_fstab(b);
	const char *options = NULL;
	struct libmnt_fs *fs;

	while (table && it && !options && mnt_table_next_fs(table, it, &fs) == 0) {
		if (mnt_fs_streq_srcpath(fs, source))
			options = mnt_fs_get_options(fs);
	}
	*out = strdup(options ? options : "");
	mnt_free_iter(it);
	mnt_unref_table(table);
	return *out ? 0 : fail(-ENOMEM, "options of %s", source);
}

static bool is_mounted_at(const struct builder *b, const char *dir)
{
	struct mount m;
	bool mounted;

	if (mount_of_path(b, dir, &m) < 0) {
		fail_clear();
		return false;
	}
	mounted = strcmp(m.target, dir) == 0;
	mount_free(&m);
	return mounted;
}

/* Without the slashes that "/var/" may end with; NULL: none ("swap"). To be freed. */
static char *directory_of(struct libmnt_fs *fs)
{
	const char *target = mnt_fs_get_target(fs);
	size_t len = target && target[0] == '/' ? strlen(target) : 0;

	while (len > 1 && target[len - 1] == '/')
		len--;
	return len ? strndup(target, len) : NULL;
}

int fstab_missing(const struct builder *b, const char *path, char **where)
{
	struct libmnt_iter *it = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_table *table = open_fstab(b);
	struct libmnt_fs *fs;

	*where = NULL;
	while (table && it && !*where && mnt_table_next_fs(table, it, &fs) == 0) {
		char *dir = directory_of(fs);

		if (dir && is_automatic(fs) && mount_dir_holds(dir, path) && !is_mounted_at(b, dir))
			*where = dir;
		else
			free(dir);
	}
	mnt_free_iter(it);
	mnt_unref_table(table);
	return 0;
}
