/* SPDX-License-Identifier: GPL-2.0-or-later */
/* device_find.c - recognise a disk or partition by its content, serial number or device path */
#include "initramfs/capture/device/devices.h"

#include "base/err.h"
#include "initramfs/capture/child.h"
#include "initramfs/capture/device/device_path.h"
#include "initramfs/capture/console.h"

#include <blkid/blkid.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_LIMIT 10 /* seconds to read the first blocks of a disk, which may not respond */

int device_attr(const struct devices *d, const char *name, const char *attr, char *out, size_t size)
{
	char path[512], *start = out;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%.200s/class/block/%.60s/%.200s", d->sys, name, attr);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, out, size - 1);
	close(fd);
	if (n < 0)
		return -errno;
	while (n > 0 && (unsigned char)out[n - 1] <= ' ')
		n--;
	out[n] = '\0';
	start += strspn(start, " \t");
	memmove(out, start, strlen(start) + 1);
	return 0;
}

/* What to search for, and on which device; used in a copy of this process. */
struct probe {
	char node[PATH_MAX];
	const char *tag;   /* "UUID", "UUID_SUB", "PARTUUID", "TYPE" */
	const char *value; /* the expected value */
};

static bool has_value(blkid_probe pr, const char *tag, const char *value)
{
	const char *data;

	return blkid_probe_lookup_value(pr, tag, &data, NULL) == 0 && strcasecmp(data, value) == 0;
}

/* 1 if it matches. An unreadable or empty device does not match. */
static int read_tag(void *arg)
{
	const struct probe *p = arg;
	bool part = strcmp(p->tag, "PARTUUID") == 0;
	blkid_probe pr = blkid_new_probe_from_filename(p->node);
	int rc = 0;

	if (!pr)
		return 0;
	blkid_probe_enable_superblocks(pr, !part);
	blkid_probe_set_superblocks_flags(pr, BLKID_SUBLKS_UUID | BLKID_SUBLKS_TYPE);
	blkid_probe_enable_partitions(pr, part);
	blkid_probe_set_partitions_flags(pr, BLKID_PARTS_ENTRY_DETAILS);
	if (blkid_do_safeprobe(pr) == 0 || part)
		rc = has_value(pr, part ? "PART_ENTRY_UUID" : p->tag, p->value);
	blkid_free_probe(pr);
	return rc;
}

static bool content_is(struct devices *d, const char *name, const char *tag, const char *value)
{
	struct deadline by = deadline_in(READ_LIMIT);
	struct probe p = { .tag = tag, .value = value };
	int rc;

	if (device_is_unresponsive(d, name))
		return false;
	snprintf(p.node, sizeof(p.node), "%.200s/%.60s", d->dev, name);
	rc = child_call(read_tag, &p, p.node, &by);
	if (rc == -ETIMEDOUT)
		device_is_now_unresponsive(d, name);
	if (rc < 0)
		console_log_failure("skipping a disk");
	return rc == 1;
}

/* /sys/block/X/serial (virtio, nvme) or .../device/serial (scsi). */
static bool attr_is(const struct devices *d, const char *name, const char *attr, const char *value)
{
	char below[64], text[256];

	if (device_attr(d, name, attr, text, sizeof(text)) == 0 && strcmp(text, value) == 0)
		return true;
	snprintf(below, sizeof(below), "device/%.40s", attr);
	return device_attr(d, name, below, text, sizeof(text)) == 0 && strcmp(text, value) == 0;
}

/* ".../devices/PATH/block/sda" or ".../block/sda/sda3"; value is PATH or PATH#3. */
static bool path_is(const struct devices *d, const char *name, const char *value)
{
	size_t len = strcspn(value, "#");
	char path[512], number[16] = "", *real;
	bool is;

	snprintf(path, sizeof(path), "%.200s/class/block/%.60s", d->sys, name);
	real = realpath(path, NULL);
	if (!real)
		return false;
	(void)device_attr(d, name, "partition", number, sizeof(number));
	/* The plan's path may or may not begin with the part up to "devices/". */
	if (strncmp(value, "/sys/devices/", 13) == 0) {
		value += 13;
		len -= 13;
	}
	is = device_path_same(real, value, len) &&
	     strcmp(number, value[len] == '#' ? value + len + 1 : "") == 0;
	free(real);
	return is;
}

/*
 * A path of a multipath device or a member of an array that another program set up has its content,
 * too.
 */
static bool has_holder(const struct devices *d, const char *name)
{
	char path[512];
	struct dirent *e;
	DIR *dir;
	bool has = false;

	snprintf(path, sizeof(path), "%.200s/class/block/%.60s/holders", d->sys, name);
	dir = opendir(path);
	while (dir && !has && (e = readdir(dir)))
		has = e->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return has;
}

bool device_locked(struct devices *d, const char *name)
{
	return !has_holder(d, name) && content_is(d, name, "TYPE", "crypto_LUKS");
}

/* Each path of a multipath device shows the content of the device. */
static bool is_map(const struct devices *d, const char *name, const char *uuid)
{
	char text[256];

	return device_attr(d, name, "dm/uuid", text, sizeof(text)) == 0 && strcmp(text, uuid) == 0;
}

static bool is_it(struct devices *d, const char *name, const char *id)
{
	const char *value = strchr(id, '=');
	char tag[16], size[32];

	/* Empty drives and unused loop devices have no size. */
	if (!value || device_attr(d, name, "size", size, sizeof(size)) < 0 ||
	    strcmp(size, "0") == 0)
		return false;
	snprintf(tag, sizeof(tag), "%.*s", (int)(value - id), id);
	value++;
	if (strcmp(tag, "SERIAL") == 0 || strcmp(tag, "WWID") == 0) {
		bool part = device_attr(d, name, "partition", size, sizeof(size)) == 0;

		return !part && attr_is(d, name, tag[0] == 'S' ? "serial" : "wwid", value);
	}
	if (strcmp(tag, "DEVPATH") == 0)
		return path_is(d, name, value);
	return !has_holder(d, name) && content_is(d, name, tag, value);
}

static bool is_required(struct devices *d, const char *name, const struct plan_device *want,
			bool alone)
{
	if (*want->uuid && !alone && !is_map(d, name, want->uuid))
		return false;
	return is_it(d, name, want->id);
}

/* Try its former name first: it is usually right, and then no other disk has to be read. */
int device_find(struct devices *d, const struct plan_device *want, bool alone,
		char node[DEVICE_NODE_MAX])
{
	char path[256];
	struct dirent *e;
	DIR *dir;
	int found = 0;

	if (*want->name && is_required(d, want->name, want, alone)) {
		snprintf(node, DEVICE_NODE_MAX, "%.20s/%.40s", d->dev, want->name);
		return 1;
	}
	snprintf(path, sizeof(path), "%.200s/class/block", d->sys);
	dir = opendir(path);
	while (dir && !found && (e = readdir(dir))) {
		if (e->d_name[0] == '.' || !is_required(d, e->d_name, want, alone))
			continue;
		snprintf(node, DEVICE_NODE_MAX, "%.20s/%.40s", d->dev, e->d_name);
		found = 1;
	}
	if (dir)
		closedir(dir);
	return found;
}
