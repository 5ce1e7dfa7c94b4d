/* SPDX-License-Identifier: GPL-2.0-or-later */
/* device_md.c - start an md array by the kernel's own interface */
#include "initramfs/capture/devices.h"

#include "base/err.h"
#include "initramfs/capture/say.h"

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

/* After a crash an array is dirty; with a member missing the kernel would refuse it. */
static void allow_dirty(const struct devices *d)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%.200s/module/md_mod/parameters/start_dirty_degraded",
		 d->sys);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		(void)!write(fd, "1", 1);
		close(fd);
	}
}

/* "md127" -> its node; opening it makes the array. */
static int open_array(const struct devices *d, const struct plan_device *md, char *node)
{
	const char *digits = md->name + strcspn(md->name, "0123456789");
	unsigned minor_nr = (unsigned)strtoul(digits, NULL, 10);
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

/* The kernel reads the member's own superblock and refuses one of another array. */
static unsigned add_members(const struct devices *d, const struct plan_device *md, int fd)
{
	unsigned added = 0;
	struct stat st;

	for (size_t i = 0; i < md->nr_members; i++) {
		mdu_disk_info_t disk = { 0 };
		const char *node = d->node[md->members[i]];

		if (!*node || stat(node, &st) < 0)
			continue;
		disk.major = (int)major(st.st_rdev);
		disk.minor = (int)minor(st.st_rdev);
		if (ioctl(fd, ADD_NEW_DISK, &disk) == 0)
			added++;
		else
			say("array %s does not take %s: %s", md->name, node, strerror(errno));
	}
	return added;
}

int device_md_start(struct devices *d, const struct plan_device *md, char node[DEVICE_NODE_MAX])
{
	mdu_array_info_t info = { 0 };
	unsigned added;
	int fd, rc = 0;

	allow_dirty(d);
	fd = open_array(d, md, node);
	if (fd < 0)
		return fail(fd, "array %s", md->name);
	if (ioctl(fd, GET_ARRAY_INFO, &info) == 0 && info.raid_disks > 0)
		goto out; /* runs already: as a service beside dracut */
	rc = describe(fd, md);
	added = rc == 0 ? add_members(d, md, fd) : 0;
	if (rc == 0 && added < md->nr_members)
		say("array %s starts with %u of %zu members", md->name, added, md->nr_members);
	if (rc == 0 && ioctl(fd, RUN_ARRAY, NULL) < 0)
		rc = fail(-errno, "start array %s with %u of %zu members", md->name, added,
			  md->nr_members);
out:
	close(fd);
	if (rc < 0)
		node[0] = '\0';
	return rc;
}
