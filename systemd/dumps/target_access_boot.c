/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_access_boot.c - is a target on the file system of /boot? */
#include "systemd/dumps/target_access.h"

#include "base/err.h"
#include "initramfs/image/device/mounts.h"
#include "systemd/files.h"

#include <blkid/blkid.h>
#include <libmount/libmount.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BOOT	  "/boot"
#define MOUNTINFO "/proc/self/mountinfo"

static dev_t device_of(const char *root, const char *path)
{
	char full[FILES_PATH_MAX];
	struct stat st;

	if (files_path(root, path, full) < 0 || stat(full, &st) < 0) {
		fail_clear();
		return 0;
	}
	return st.st_dev;
}

/* The number of the device that "UUID=..." or a node names; 0: unknown. */
static dev_t device_named(const char *name)
{
	char *node = name ? blkid_evaluate_tag(name, NULL, NULL) : NULL;
	struct stat st;
	dev_t dev = 0;

	if (name && stat(node ? node : name, &st) == 0 && S_ISBLK(st.st_mode))
		dev = st.st_rdev;
	free(node);
	return dev;
}

/* The device that a table of mounts has for a directory; 0: none. */
static dev_t device_in_table(const char *file, const char *dir)
{
	struct libmnt_table *table = mnt_new_table_from_file(file);
	struct libmnt_fs *fs = table ? mnt_table_find_target(table, dir, MNT_ITER_BACKWARD) : NULL;
	dev_t dev = fs ? device_named(mnt_fs_get_source(fs)) : 0;

	mnt_unref_table(table);
	return dev;
}

/*
 * By its source: the files of a btrfs have a number that belongs to no device, and /boot may be a
 * part of that of /.
 */
static dev_t device_of_boot(const char *root)
{
	char full[FILES_PATH_MAX];
	dev_t dev = 0;

	if (files_path(root, BOOT, full) == 0)
		dev = device_in_table(MOUNTINFO, full);
	if (dev && dev == device_in_table(MOUNTINFO, *root ? root : "/"))
		return 0;
	if (!dev && files_exist(root, "/etc/fstab") && files_path(root, "/etc/fstab", full) == 0)
		dev = device_in_table(full, BOOT);
	fail_clear();
	return dev;
}

bool target_access_is_boot(const struct ctl *ctl, const struct config_target *t)
{
	dev_t boot = device_of(ctl->root, BOOT);

	if (t->kind == CONFIG_TARGET_PATH)
		return boot && boot != device_of(ctl->root, "/") &&
		       mount_dir_holds(BOOT, ctl->config.path) &&
		       device_of(ctl->root, ctl->config.path) == boot;
	if (t->kind != CONFIG_TARGET_FS && t->kind != CONFIG_TARGET_MOUNT)
		return false;
	boot = device_of_boot(ctl->root);
	return boot && boot == device_named(t->where);
}
