/* SPDX-License-Identifier: GPL-2.0-or-later */
/* device_dm.c - a linear device-mapper device by the kernel's own interface */
#include "initramfs/capture/device/devices.h"

#include "base/err.h"

#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define CONTROL_MAJOR 10
#define CONTROL_MINOR 236

/* devtmpfs has the node once dm_mod is loaded; without devtmpfs it is made by number. */
static int open_control(const struct devices *d)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%.200s/mapper", d->dev);
	(void)mkdir(path, 0755);
	snprintf(path, sizeof(path), "%.200s/mapper/control", d->dev);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 && mknod(path, S_IFCHR | 0600, makedev(CONTROL_MAJOR, CONTROL_MINOR)) == 0)
		fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? fail(-errno, "open %s; is the module dm_mod in the image?", path) : fd;
}

static void head(struct dm_ioctl *io, size_t size, const struct plan_device *dm)
{
	memset(io, 0, sizeof(*io));
	io->version[0] = DM_VERSION_MAJOR;
	io->data_size = (uint32_t)size;
	io->data_start = sizeof(*io);
	snprintf(io->name, sizeof(io->name), "%s", dm->name);
}

/* Text of one extent: "MAJOR:MINOR OFFSET". */
static int extent_args(const struct devices *d, const struct plan_extent *e, char *out, size_t size)
{
	struct stat st;

	if (stat(d->known->node[e->device], &st) < 0)
		return fail(-errno, "%s", d->known->node[e->device]);
	snprintf(out, size, "%u:%u %llu", major(st.st_rdev), minor(st.st_rdev),
		 (unsigned long long)e->offset);
	return 0;
}

/*
 *     struct dm_ioctl | dm_target_spec, "8:3 2048\0", pad to 8 | dm_target_spec ...
 */
#define SPEC_SIZE (sizeof(struct dm_target_spec) + 64)

static int load_table(const struct devices *d, const struct plan_device *dm, int control)
{
	size_t size = sizeof(struct dm_ioctl) + dm->nr_extents * SPEC_SIZE;
	struct dm_ioctl *io = calloc(1, size);
	char *at = (char *)(io + 1);
	int rc = 0;

	if (!io)
		return fail(-ENOMEM, "table of %s", dm->name);
	head(io, size, dm);
	io->target_count = (uint32_t)dm->nr_extents;
	for (size_t i = 0; i < dm->nr_extents && rc == 0; i++, at += SPEC_SIZE) {
		struct dm_target_spec *spec = (struct dm_target_spec *)at;

		spec->sector_start = dm->extents[i].start;
		spec->length = dm->extents[i].len;
		spec->next = SPEC_SIZE;
		strcpy(spec->target_type, "linear");
		rc = extent_args(d, &dm->extents[i], (char *)(spec + 1), 64);
	}
	if (rc == 0 && ioctl(control, DM_TABLE_LOAD, io) < 0)
		rc = fail(-errno, "load the table of %s", dm->name);
	free(io);
	return rc;
}

static int resume(const struct plan_device *dm, int control, struct dm_ioctl *io)
{
	head(io, sizeof(*io), dm);
	if (ioctl(control, DM_DEV_SUSPEND, io) < 0)
		return fail(-errno, "start %s", dm->name);
	return 0;
}

static int node_of(const struct devices *d, uint64_t dev, char node[DEVICE_NODE_MAX])
{
	snprintf(node, DEVICE_NODE_MAX, "%.20s/dm-%u", d->dev, minor((dev_t)dev));
	if (access(node, F_OK) < 0 && mknod(node, S_IFBLK | 0600, (dev_t)dev) < 0)
		return fail(-errno, "make %s", node);
	return 0;
}

int device_dm_create(struct devices *d, const struct plan_device *dm, char node[DEVICE_NODE_MAX])
{
	int control = open_control(d), rc = 0;
	struct dm_ioctl io;

	if (control < 0)
		return fail(control, "device %s", dm->name);
	head(&io, sizeof(io), dm);
	snprintf(io.uuid, sizeof(io.uuid), "%s", dm->uuid);
	if (ioctl(control, DM_DEV_CREATE, &io) < 0 && errno != EBUSY)
		rc = fail(-errno, "create %s", dm->name);
	else if (io.flags & DM_ACTIVE_PRESENT_FLAG)
		rc = 0; /* it exists already: as a service we run beside dracut */
	if (rc == 0)
		rc = load_table(d, dm, control);
	if (rc == 0)
		rc = resume(dm, control, &io);
	if (rc == 0)
		rc = node_of(d, io.dev, node);
	close(control);
	if (rc < 0)
		node[0] = '\0';
	return rc;
}
