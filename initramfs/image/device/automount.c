/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * automount.c - automount points (autofs, systemd's .automount units) that are not mounted yet
 *
 * Until then the mount table has an autofs where the target's file system will be. Entering it is
 * another process's: it hangs in the kernel if the server does not answer.
 */
#include "initramfs/image/device/mounts.h"

#include "base/err.h"
#include "base/run.h"

#include <libmount/libmount.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Its file system does not hide it yet: the last mount there is the automount point. */
static bool is_waiting(struct libmnt_table *table, struct libmnt_fs *fs)
{
	return mnt_table_find_target(table, mnt_fs_get_target(fs), MNT_ITER_BACKWARD) == fs;
}

/* fstab: is this source to be mounted at dir? */
static bool fstab_has(const struct builder *b, const char *source, const char *dir)
{
	char *real = builder_real(b, "/etc/fstab");
	struct libmnt_table *table = real ? mnt_new_table_from_file(real) : NULL;
	struct libmnt_fs *fs = table ? mnt_table_find_target(table, dir, MNT_ITER_BACKWARD) : NULL;
	const char *from = fs ? mnt_fs_get_source(fs) : NULL;
	dev_t expected, found;
	bool same = from && strcmp(from, source) == 0;

	if (!same && from)
		same = spec_to_device(b, source, &expected) == 0 &&
		       spec_to_device(b, from, &found) == 0 && expected == found;
	fail_clear();
	mnt_unref_table(table);
	free(real);
	return same;
}

static bool is_meant(const struct builder *b, const char *dir, const char *path, const char *source)
{
	return source ? fstab_has(b, source, dir) : mount_dir_holds(dir, path);
}

/* "DIR/.": the name alone would be the automount point itself. */
static void enter(const struct builder *b, const char *dir, unsigned seconds)
{
	char inside[PATH_MAX];
	const char *const argv[] = { "test", "-d", inside, NULL };

	snprintf(inside, sizeof(inside), "%s%s/.", b->root, dir);
	if (run_must(&(struct run_cfg){ .argv = argv, .timeout_ms = seconds * 1000 }) < 0)
		fail_clear();
}

int automounts_enter(const struct builder *b, const char *path, const char *source,
		     unsigned seconds)
{
	struct libmnt_iter *it = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_table *table = NULL;
	struct libmnt_fs *fs;
	int rc = mounts_read(b, &table);

	while (rc == 0 && it && mnt_table_next_fs(table, it, &fs) == 0) {
		const char *type = mnt_fs_get_fstype(fs);

		if (type && strcmp(type, "autofs") == 0 && is_waiting(table, fs) &&
		    is_meant(b, mnt_fs_get_target(fs), path, source))
			enter(b, mnt_fs_get_target(fs), seconds);
	}
	mnt_free_iter(it);
	mnt_unref_table(table);
	return rc;
}
