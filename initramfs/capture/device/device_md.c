/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * device_md.c - start an md array by the kernel's own interface
 *
 * After a crash an array is dirty. The resync that it needs is left to the production system: here
 * it would halve the speed of the dump, and read and write whole disks on a damaged machine.
 *
 *     start_ro=1    RUN_ARRAY starts nothing but the array; the first write would start the resync
 *     frozen        no write starts it any more; the superblock stays dirty until a resync is
 *     complete
 */
#include "initramfs/capture/device/devices.h"

#include "base/err.h"
#include "initramfs/capture/attribute.h"
#include "initramfs/capture/console.h"

#include <linux/major.h>
/* clang-format off */
#include <linux/raid/md_u.h>
/* clang-format on */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NAMED_MINOR 512

/*
 * Set a parameter for all arrays that are started from now on; reset it afterwards, because others
 * (a dracut image) start arrays, too.
 */
static int set_parameter(const struct devices *d, const char *name, const char *value)
{
	char path[256];

	snprintf(path, sizeof(path), "%.150s/module/md_mod/parameters/%.40s", d->sys, name);
	return attribute_put(path, value);
}

/*
 * Of "md127" the number. "md_home" and "md_d0" get one that no other array of the plan has, where
 * the kernel begins to number arrays with a name.
 */
static unsigned minor_of(const struct devices *d, const struct plan_device *md)
{
	unsigned nr = 0;
	char end;

	if (sscanf(md->name, "md%u%c", &nr, &end) == 1)
		return nr;
	return NAMED_MINOR + (unsigned)(md - d->plan->devices);
}

/* Opening its node creates the array. */
static int open_array(const struct devices *d, const struct plan_device *md, char *node)
{
	unsigned minor_nr = minor_of(d, md);
	int fd;

	snprintf(node, DEVICE_NODE_MAX, "%.20s/md%u", d->dev, minor_nr);
	if (access(node, F_OK) < 0 && mknod(node, S_IFBLK | 0600, makedev(MD_MAJOR, minor_nr)) < 0)
		return fail(-errno, "make %s", node);
	fd = open(node, O_RDWR | O_CLOEXEC);
	return fd < 0 ? fail(-errno, "open %s; is the module md_mod in the image?", node) : fd;
}

static int describe(int fd, const struct plan_device *md)
{
	mdu_array_info_t info = { .major_version = 1 };
	const char *dot = strchr(md->metadata, '.');

	info.major_version = md->metadata[0] == '0' ? 0 : 1;
	info.minor_version = dot ? atoi(dot + 1) : 2;
	if (ioctl(fd, SET_ARRAY_INFO, &info) < 0 && errno != EBUSY)
		return fail(-errno, "array %s: metadata %s", md->name, md->metadata);
	return 0;
}

/* The kernel reads each member's superblock and refuses a member of another array. */
static unsigned add_members(const struct devices *d, const struct plan_device *md, int fd)
{
	unsigned added = 0;
	struct stat st;

	for (size_t i = 0; i < md->nr_members; i++) {
		mdu_disk_info_t disk = { 0 };
		const char *node = d->known->node[md->members[i]];

		if (!*node || stat(node, &st) < 0)
			continue;
		disk.major = (int)major(st.st_rdev);
		disk.minor = (int)minor(st.st_rdev);
		if (ioctl(fd, ADD_NEW_DISK, &disk) == 0)
			added++;
		else
			console_log("array %s does not take %s: %s", md->name, node,
				    strerror(errno));
	}
	return added;
}

static int run_array(const struct devices *d, const struct plan_device *md, int fd)
{
	unsigned added;
	int rc = describe(fd, md);

	if (rc < 0)
		return rc;
	added = add_members(d, md, fd);
	if (added < md->nr_members)
		console_log("array %s starts with %u of %zu members", md->name, added,
			    md->nr_members);
	/* If a member is missing, the kernel would refuse a dirty array. */
	(void)set_parameter(d, "start_dirty_degraded", "1");
	(void)set_parameter(d, "start_ro", "1");
	if (ioctl(fd, RUN_ARRAY, NULL) < 0)
		rc = fail(-errno, "start array %s with %u of %zu members", md->name, added,
			  md->nr_members);
	(void)set_parameter(d, "start_ro", "0");
	return rc;
}

/*
 * An array that is being reshaped is not frozen: writes to the part that is being moved would wait
 * for ever. An array without redundancy has no sync_action.
 */
static void put_off_resync(const struct devices *d, const char *name)
{
	char path[256], text[64];
	int rc;

	if (device_attr(d, name, "md/reshape_position", text, sizeof(text)) < 0 ||
	    strcmp(text, "none") != 0)
		return;
	snprintf(path, sizeof(path), "%.150s/class/block/%.40s/md/sync_action", d->sys, name);
	rc = attribute_put(path, "frozen");
	if (rc == -ENOENT)
		return;
	if (rc < 0)
		console_log("array %s: its resync cannot be put off: %s", name, strerror(-rc));
	else if (device_attr(d, name, "md/resync_start", text, sizeof(text)) == 0 &&
		 strcmp(text, "none") != 0)
		console_log("array %s is dirty; its resync is left to the production system", name);
}

int device_md_start(struct devices *d, const struct plan_device *md, char node[DEVICE_NODE_MAX])
{
	mdu_array_info_t info = { 0 };
	int fd, rc = 0;

	fd = open_array(d, md, node);
	if (fd < 0)
		return fail(fd, "array %s", md->name);
	/* It may be running already: as a service we run beside dracut. */
	if (ioctl(fd, GET_ARRAY_INFO, &info) < 0 || info.raid_disks <= 0)
		rc = run_array(d, md, fd);
	if (rc == 0)
		put_off_resync(d, strrchr(node, '/') + 1);
	close(fd);
	if (rc < 0)
		node[0] = '\0';
	return rc;
}
