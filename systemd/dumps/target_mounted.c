/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_mounted.c - find a file system in the mount table of this process */
#include "systemd/dumps/target_mounted.h"

#include "initramfs/image/device/btrfs_sysfs.h"
#include "initramfs/image/device/sysfs.h"

#include <blkid/blkid.h>
#include <libmount/libmount.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void target_node(const char *where, char out[CTL_PATH_MAX])
{
	char *node = blkid_evaluate_tag(where, NULL, NULL), real[PATH_MAX];

	snprintf(out, CTL_PATH_MAX, "%s", node ? node : where);
	if (strncmp(out, "/dev/", 5) == 0 && realpath(out, real))
		snprintf(out, CTL_PATH_MAX, "%s", real);
	free(node);
}

static bool is_from(struct libmnt_fs *fs, const char *source)
{
	const char *src = mnt_fs_get_srcpath(fs), *type = mnt_fs_get_fstype(fs);
	char real[CTL_PATH_MAX];

	src = src ? src : mnt_fs_get_source(fs);
	if (!src)
		return false;
	target_node(src, real);
	return strcmp(real, source) == 0 ||
	       (type && strcmp(type, "btrfs") == 0 &&
		btrfs_has_both("/sys", sys_name(source), sys_name(real)));
}

static bool is_read_only(struct libmnt_fs *fs)
{
	const char *options = mnt_fs_get_options(fs);

	return options && mnt_optstr_get_option(options, "ro", NULL, NULL) == 0;
}

static size_t root_length(struct libmnt_fs *fs)
{
	const char *root = mnt_fs_get_root(fs);

	return root ? strlen(root) : 0;
}

bool target_mounted(const char *source, bool write, char out[CTL_PATH_MAX])
{
	struct libmnt_table *table = mnt_new_table_from_file("/proc/self/mountinfo");
	struct libmnt_iter *it = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs, *best = NULL;

	while (table && it && mnt_table_next_fs(table, it, &fs) == 0) {
		if (is_from(fs, source) && !(write && is_read_only(fs)) &&
		    (!best || root_length(fs) < root_length(best)))
			best = fs;
	}
	if (best)
		snprintf(out, CTL_PATH_MAX, "%s", mnt_fs_get_target(best));
	mnt_free_iter(it);
	mnt_unref_table(table);
	return best;
}
