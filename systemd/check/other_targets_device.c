/* SPDX-License-Identifier: GPL-2.0-or-later */
/* other_targets_device.c - partitions that are free, and what /boot lies on */
#include "systemd/check/other_targets_device.h"

#include "base/err.h"
#include "base/util.h"
#include "systemd/files.h"

#include <blkid/blkid.h>
#include <dirent.h>
#include <libmount/libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#define RAW_LEAST (UINT64_C(64) << 20) /* bytes: with less there is no dump */
#define DEPTH_MAX 16

/* What libblkid reads from a device. */
struct content {
	char type[64];	    /* of a file system or the like; "": nothing known */
	char uuid[64];	    /* of that */
	char part_uuid[64]; /* of its entry in the partition table */
	char part_type[64];
};

static void take(blkid_probe pr, const char *tag, char out[64])
{
	const char *value;

	if (blkid_probe_lookup_value(pr, tag, &value, NULL) == 0)
		snprintf(out, 64, "%s", value);
}

/* False: it could not be read, or carries signatures of several kinds. */
static bool read_content(const char *node, struct content *out)
{
	blkid_probe pr = blkid_new_probe_from_filename(node);
	bool good;

	*out = (struct content){ .type = "" };
	if (!pr)
		return false;
	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_enable_partitions(pr, 1);
	blkid_probe_set_partitions_flags(pr, BLKID_PARTS_ENTRY_DETAILS);
	good = blkid_do_safeprobe(pr) >= 0;
	take(pr, "TYPE", out->type);
	if (!out->type[0])
		take(pr, "PTTYPE", out->type);
	take(pr, "UUID", out->uuid);
	take(pr, "PART_ENTRY_UUID", out->part_uuid);
	take(pr, "PART_ENTRY_TYPE", out->part_type);
	blkid_free_probe(pr);
	return good;
}

/* Made for data of Linux: firmware and other systems have partitions without a signature, too. */
static bool for_linux(const char *part_type)
{
	static const char *const types[] = {
		"",
		"0x83",
		"0xda",
		"0fc63daf-8483-4772-8e79-3d69d8477de4", /* file system data */
		"8da63339-0007-60c0-c436-083ac8230908", /* reserved */
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (strcmp(types[i], part_type) == 0)
			return true;
	}
	return false;
}

/* A partition of this name that nothing holds; its size in bytes, 0: it is none. */
static uint64_t partition_size(const char *root, const char *name)
{
	char path[FILES_PATH_MAX], attribute[FILES_PATH_MAX];
	uint64_t sectors = 0;
	struct dirent *e;
	bool used = false;
	DIR *dir;

	snprintf(attribute, sizeof(attribute), "/sys/class/block/%s/partition", name);
	if (!files_exist(root, attribute))
		return 0;
	snprintf(attribute, sizeof(attribute), "/sys/class/block/%s/holders", name);
	dir = files_path(root, attribute, path) == 0 ? opendir(path) : NULL;
	while (dir && (e = readdir(dir)))
		used = used || e->d_name[0] != '.';
	if (dir)
		closedir(dir);
	snprintf(attribute, sizeof(attribute), "/sys/class/block/%s/size", name);
	if (used || files_read_number(root, attribute, &sectors) < 0)
		fail_clear();
	return used ? 0 : sectors * 512;
}

/* The largest one is kept. */
static void look_at_partition(const char *root, const char *name, struct other_targets *out)
{
	struct free_partition raw = { .bytes = partition_size(root, name) };
	struct content content;

	if (raw.bytes < RAW_LEAST || raw.bytes < out->need || raw.bytes <= out->raw.bytes)
		return;
	snprintf(raw.node, sizeof(raw.node), "/dev/%s", name);
	if (!read_content(raw.node, &content) || content.type[0] || !for_linux(content.part_type))
		return;
	snprintf(raw.name, sizeof(raw.name), "%s", raw.node);
	if (content.part_uuid[0])
		snprintf(raw.name, sizeof(raw.name), "PARTUUID=%s", content.part_uuid);
	out->raw = raw;
}

void other_targets_find_raw(const char *root, struct other_targets *out)
{
	char path[FILES_PATH_MAX];
	DIR *dir = files_path(root, "/sys/class/block", path) == 0 ? opendir(path) : NULL;
	struct dirent *e;

	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] != '.')
			look_at_partition(root, e->d_name, out);
	}
	if (dir)
		closedir(dir);
}

/* Is a device, or one that it lies on, a mapping of dm-crypt? dir: its directory below /sys. */
static bool is_encrypted(const char *root, const char *dir, int depth)
{
	char path[FILES_PATH_MAX], below[FILES_PATH_MAX], *uuid = NULL;
	bool found = false;
	struct dirent *e;
	DIR *slaves;

	if (depth == DEPTH_MAX ||
	    snprintf(path, sizeof(path), "%s/dm/uuid", dir) >= (int)sizeof(path))
		return true; /* not known to be readable */
	if (files_read(root, path, 4096, &uuid) == 0)
		found = strncmp(uuid, "CRYPT-", 6) == 0;
	fail_clear();
	free(uuid);
	snprintf(path, sizeof(path), "%s/slaves", dir);
	slaves = files_path(root, path, below) == 0 ? opendir(below) : NULL;
	while (slaves && !found && (e = readdir(slaves))) {
		snprintf(below, sizeof(below), "/sys/class/block/%s", e->d_name);
		found = e->d_name[0] != '.' && is_encrypted(root, below, depth + 1);
	}
	if (slaves)
		closedir(slaves);
	return found;
}

/* By its source, if that is a device: the files of a btrfs have a number that belongs to none. */
static bool lies_encrypted(const char *root, struct libmnt_fs *fs)
{
	const char *source = mnt_fs_get_source(fs);
	dev_t dev = mnt_fs_get_devno(fs);
	struct stat st;
	char dir[64];

	if (source && stat(source, &st) == 0 && S_ISBLK(st.st_mode))
		dev = st.st_rdev;
	snprintf(dir, sizeof(dir), "/sys/dev/block/%u:%u", major(dev), minor(dev));
	return is_encrypted(root, dir, 0);
}

/* Types that the capture can write to as "TYPE DEVICE". */
static bool is_target_type(const char *type)
{
	static const char *const types[] = { "ext4", "ext3", "ext2", "xfs", "btrfs" };

	for (size_t i = 0; type && i < ARRAY_SIZE(types); i++) {
		if (strcmp(types[i], type) == 0)
			return true;
	}
	return false;
}

static void take_boot(const char *root, struct libmnt_fs *fs, struct other_targets *out)
{
	const char *source = mnt_fs_get_source(fs), *type = mnt_fs_get_fstype(fs);
	char path[FILES_PATH_MAX];
	struct content content;
	struct statvfs vfs;

	if (!source || !is_target_type(type) || lies_encrypted(root, fs) ||
	    files_path(root, "/boot", path) < 0 || statvfs(path, &vfs) < 0)
		return;
	out->boot = true;
	out->boot_free = (uint64_t)vfs.f_bavail * vfs.f_frsize;
	snprintf(out->boot_type, sizeof(out->boot_type), "%s", type);
	snprintf(out->boot_uuid, sizeof(out->boot_uuid), "%s", source);
	if (read_content(source, &content) && content.uuid[0])
		snprintf(out->boot_uuid, sizeof(out->boot_uuid), "UUID=%s", content.uuid);
}

/* The mount table, and what is mounted on a directory; NULL: nothing. */
static struct libmnt_fs *find_mount(const char *root, const char *dir, struct libmnt_table **table)
{
	char path[FILES_PATH_MAX];

	*table = NULL;
	if (files_path(root, "/proc/self/mountinfo", path) == 0)
		*table = mnt_new_table_from_file(path);
	fail_clear();
	return *table ? mnt_table_find_target(*table, dir, MNT_ITER_BACKWARD) : NULL;
}

void other_targets_find_boot(const char *root, struct other_targets *out)
{
	struct libmnt_table *table;
	struct libmnt_fs *fs = find_mount(root, "/boot", &table);

	if (fs)
		take_boot(root, fs, out);
	mnt_unref_table(table);
	fail_clear();
}

bool other_targets_root_locked(const char *root)
{
	struct libmnt_table *table;
	struct libmnt_fs *fs = find_mount(root, "/", &table);
	bool locked = fs && lies_encrypted(root, fs);

	mnt_unref_table(table);
	return locked;
}
