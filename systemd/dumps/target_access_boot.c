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

#define BOOT "/boot"

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

/* What fstab has for /boot; 0: nothing. */
static dev_t device_in_fstab(const char *root)
{
	char full[FILES_PATH_MAX];
	struct libmnt_table *table = NULL;
	struct libmnt_fs *fs;
	dev_t dev = 0;

	if (files_path(root, "/etc/fstab", full) == 0 && files_exist(root, "/etc/fstab"))
		table = mnt_new_table_from_file(full);
	fs = table ? mnt_table_find_target(table, BOOT, MNT_ITER_FORWARD) : NULL;
	if (fs)
		dev = device_named(mnt_fs_get_source(fs));
	mnt_unref_table(table);
	fail_clear();
	return dev;
}

bool target_access_is_boot(const struct ctl *ctl, const struct config_target *t)
{
	dev_t boot = device_of(ctl->root, BOOT), fstab;

	if (boot == device_of(ctl->root, "/"))
		boot = 0;
	if (t->kind == CONFIG_TARGET_PATH)
		return boot && mount_dir_holds(BOOT, ctl->config.path) &&
		       device_of(ctl->root, ctl->config.path) == boot;
	if (t->kind != CONFIG_TARGET_FS && t->kind != CONFIG_TARGET_MOUNT)
		return false;
	fstab = boot ? 0 : device_in_fstab(ctl->root);
	return (boot || fstab) && device_named(t->where) == (boot ? boot : fstab);
}
