/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chain_plain.c - a disk or a partition, and how it will be known again
 *
 * Kernel names change from boot to boot, the more so in a capture kernel with
 * fewer drivers. In order of trust: what is written on it (UUID), what the
 * partition table calls it, what the disk calls itself, where it is plugged in.
 */
#include "initramfs/image/device/chain.h"

#include "initramfs/image/device/sysfs.h"

#include "base/err.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Is there a directory of such a name on the path: "session" with digits behind it? */
static bool path_has(const char *path, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = path; (at = strchr(at, '/')); at++) {
		if (strncmp(at + 1, word, len) == 0 && isdigit((unsigned char)at[1 + len]))
			return true;
	}
	return false;
}

struct transport {
	struct builder *b;
	bool remote;
	char kind[32];
};

/* A controller of an NVMe subsystem: "tcp", "rdma", "fc" or "pcie"; its drivers are the disk's. */
static int look_at_controller(const char *dir, const char *name, void *arg)
{
	struct transport *t = arg;
	char *ctrl, *transport;
	int rc;

	if (strncmp(name, "nvme", 4) != 0 || strchr(name + 4, 'n') || !(ctrl = sys_link(dir, name)))
		return 0;
	transport = sys_attr(ctrl, "transport");
	if (transport && strcmp(transport, "pcie") != 0 && strcmp(transport, "apple-nvme") != 0) {
		t->remote = true;
		snprintf(t->kind, sizeof(t->kind), "%.20s", transport);
	}
	rc = drivers_add(t->b, ctrl);
	free(transport);
	free(ctrl);
	return rc;
}

/*
 * disk lies below a subsystem when the kernel does NVMe multipath of its own,
 * and below its controller when not:
 *
 *     /sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1
 *     /sys/devices/pci0000:00/0000:00:04.0/nvme/nvme0/nvme0n1
 */
static int check_nvme(struct builder *b, const char *disk)
{
	struct transport t = { .b = b };
	char *above = sys_link(disk, "..");
	int rc;

	if (!above)
		return 0;
	if (path_has(disk, "nvme-subsys"))
		rc = sys_each(above, look_at_controller, &t);
	else
		rc = look_at_controller(above, ".", &t);
	free(above);
	if (rc < 0 || !t.remote)
		return rc;
	return chain_refuse("%s is NVMe over fabrics (%s)", sys_name(disk), t.kind);
}

static int check_transport(struct builder *b, const char *disk)
{
	if (path_has(disk, "session"))
		return chain_refuse("%s is an iSCSI disk", sys_name(disk));
	if (strncmp(sys_name(disk), "nvme", 4) == 0)
		return check_nvme(b, disk);
	return 0;
}

/* tag=value of libblkid as an id; "" when there is none. */
static int id_by_tag(const struct builder *b, const char *name, const char *tag, char **out)
{
	char *value = NULL;
	int rc = device_tag(b, name, tag, &value);

	if (rc == 0 && value[0] && asprintf(out, "%s=%s", tag, value) < 0)
		rc = fail(-ENOMEM, "%s", name);
	else if (rc == 0 && !value[0])
		*out = strdup("");
	free(value);
	return rc < 0 || *out ? rc : fail(-ENOMEM, "%s", name);
}

/*
 * Members of an array or of a btrfs share their UUID; UUID_SUB is one's own. Old
 * md members (0.90) have none of their own: *out is "".
 */
static int id_of_content(const struct builder *b, const char *name, char **out)
{
	char *type = NULL;
	int rc = id_by_tag(b, name, "UUID_SUB", out);

	if (rc < 0 || (*out)[0])
		return rc;
	rc = device_tag(b, name, "TYPE", &type);
	if (rc == 0 && strcmp(type, "linux_raid_member") != 0) {
		free(*out);
		*out = NULL;
		rc = id_by_tag(b, name, "UUID", out);
	}
	free(type);
	return rc;
}

static char *name_id(const char *kind, char *value)
{
	char *out = NULL;

	if (value && asprintf(&out, "%s=%s", kind, value) < 0)
		out = NULL;
	free(value);
	return out;
}

/* What a disk calls itself. NULL if it has no name. */
static char *id_of_disk(const char *disk)
{
	static const char *const attributes[][2] = {
		{ "WWID", "wwid" },
		{ "WWID", "device/wwid" },
		{ "SERIAL", "serial" },
		{ "SERIAL", "device/serial" },
	};
	char *id = NULL;

	for (int i = 0; i < 4 && !id; i++)
		id = name_id(attributes[i][0], sys_attr(disk, attributes[i][1]));
	return id;
}

/* Where it is plugged in: the path below /sys/devices, up to "/block/". */
static char *id_of_devpath(const char *disk, const char *partition)
{
	const char *from = strstr(disk, "/devices/"), *to;
	char *out = NULL;

	if (!from)
		return NULL;
	from += strlen("/devices/");
	to = strstr(from, "/block/");
	if (!to)
		to = strrchr(from, '/');
	if (!to || asprintf(&out, "DEVPATH=%.*s%s%s", (int)(to - from), from, partition ? "#" : "",
			    partition ? partition : "") < 0)
		return NULL;
	return out;
}

/* Partition, disk or bus path: what stays when the content is written over. */
static int find_id_of_device(const struct builder *b, const char *sys, const char *disk, char **out)
{
	char *partition = sys_attr(sys, "partition"), *id = NULL;
	int rc = partition ? id_by_tag(b, sys_name(sys), "PARTUUID", &id) : 0;

	if (rc == 0 && (!id || !id[0])) {
		free(id);
		id = partition ? NULL : id_of_disk(disk);
		if (!id)
			id = id_of_devpath(disk, partition);
		if (!id)
			rc = fail(-ENODEV,
				  "%s has no UUID, serial number or bus path to identify it by",
				  sys_name(sys));
	}
	free(partition);
	*out = id;
	return rc;
}

static int find_id(const struct builder *b, const char *sys, const char *disk, char **out)
{
	int rc = id_of_content(b, sys_name(sys), out);

	if (rc < 0 || (*out)[0])
		return rc;
	free(*out);
	return find_id_of_device(b, sys, disk, out);
}

static int add_device(struct builder *b, dev_t dev, const char *sys, char *id, unsigned *out)
{
	struct plan_device *d;
	int rc = plan_add_device(&b->plan, PLAN_PLAIN, &d);

	if (rc == 0)
		rc = chain_note(b, dev, out);
	if (rc == 0)
		rc = plan_set(&d->name, sys_name(sys));
	return rc < 0 ? rc : plan_set(&d->id, id);
}

/* Partitions of md and dm devices: the holder would be needed first, then a partition scan. */
static int check_holder(const char *sys, const char *disk)
{
	if (sys == disk || (!sys_has(disk, "dm") && !sys_has(disk, "md")))
		return 0;
	return chain_refuse("%s is a partition on %s", sys_name(sys), sys_name(disk));
}

int chain_add_plain(struct builder *b, dev_t dev, const char *sys, unsigned *out)
{
	char *above = sys_has(sys, "partition") ? sys_link(sys, "..") : NULL, *id = NULL;
	const char *disk = above ? above : sys;
	int rc = check_holder(sys, disk);

	if (rc == 0)
		rc = check_transport(b, disk);
	if (rc == 0)
		rc = drivers_add(b, disk);
	if (rc == 0)
		rc = find_id(b, sys, disk, &id);
	if (rc == 0)
		rc = add_device(b, dev, sys, id, out);
	free(id);
	free(above);
	return rc;
}

/* "mpath-3600...", or "part1-mpath-3600..." of a partition: its paths have the same content. */
static bool is_multipath(const char *uuid)
{
	return uuid && (strncmp(uuid, "mpath-", 6) == 0 ||
			(strncmp(uuid, "part", 4) == 0 && strstr(uuid, "-mpath-")));
}

int chain_add_content(struct builder *b, dev_t dev, const char *sys, unsigned *out)
{
	char *id = NULL, *name = sys_attr(sys, "dm/name"), *uuid = sys_attr(sys, "dm/uuid");
	int rc = id_of_content(b, sys_name(sys), &id);

	if (rc == 0 && !id[0])
		rc = fail(-ENODEV, "%s has no UUID to identify it by", sys_name(sys));
	if (rc == 0)
		rc = add_device(b, dev, sys, id, out);
	/* The number of a device-mapper device may be another after each boot. */
	if (rc == 0 && name)
		rc = plan_set(&b->plan.devices[*out].name, name);
	if (rc == 0 && is_multipath(uuid))
		rc = plan_set(&b->plan.devices[*out].uuid, uuid);
	free(uuid);
	free(name);
	free(id);
	return rc;
}

int chain_forget_content(struct builder *b, unsigned index)
{
	struct plan_device *d = &b->plan.devices[index];
	char *sys = NULL, *above = NULL, *id = NULL;
	int rc;

	if (d->kind != PLAN_PLAIN)
		return 0;
	rc = sys_block_dir(b, b->chain[index], &sys);
	if (rc < 0)
		return rc;
	above = sys_has(sys, "partition") ? sys_link(sys, "..") : NULL;
	rc = find_id_of_device(b, sys, above ? above : sys, &id);
	if (rc == 0)
		rc = plan_set(&d->id, id);
	free(id);
	free(above);
	free(sys);
	return rc;
}
