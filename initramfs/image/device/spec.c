/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spec.c - from UUID=..., LABEL=... or a node to a device */
#include "initramfs/image/device/mounts.h"

#include "initramfs/image/device/chain.h"
#include "initramfs/image/device/sysfs.h"

#include "base/err.h"
#include "base/util.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The number that sysfs gives for a kernel name. */
static int dev_of_name(const struct builder *b, const char *name, dev_t *out)
{
	char dir[PATH_MAX], *text;
	int rc;

	snprintf(dir, sizeof(dir), "%s/class/block/%s", b->sysfs, name);
	text = sys_attr(dir, "dev");
	rc = text ? sys_parse_dev(text, out) : -ENODEV;
	free(text);
	return rc;
}

/* A node is a device; a file in a made-up /dev stands for the device of its name. */
static int dev_of_node(const struct builder *b, const char *path, dev_t *out)
{
	char full[PATH_MAX], *real;
	struct stat sb;
	int rc;

	if (strncmp(path, "/dev/", 5) == 0)
		snprintf(full, sizeof(full), "%s/%s", b->dev, path + 5);
	else
		snprintf(full, sizeof(full), "%s", path);
	real = realpath(full, NULL);
	if (!real || stat(real, &sb) < 0) {
		rc = -errno;
	} else if (S_ISBLK(sb.st_mode)) {
		*out = sb.st_rdev;
		rc = 0;
	} else {
		rc = dev_of_name(b, sys_name(real), out);
	}
	free(real);
	return rc;
}

/* What udev has worked out already. */
static int dev_by_udev(const struct builder *b, const char *tag, const char *value, dev_t *out)
{
	static const char *const links[][2] = {
		{ "UUID", "by-uuid" },
		{ "LABEL", "by-label" },
		{ "PARTUUID", "by-partuuid" },
		{ "PARTLABEL", "by-partlabel" },
	};
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		if (strcmp(links[i][0], tag) == 0) {
			snprintf(path, sizeof(path), "/dev/disk/%s/%s", links[i][1], value);
			return dev_of_node(b, path, out);
		}
	}
	return -ENODEV;
}

struct hunt {
	const struct builder *b;
	const char *tag, *value;
	dev_t *out;
};

/* Members of arrays carry the UUID of the array's content only by mistake: a holder wins. */
static int look_at_device(const char *dir, const char *name, void *arg)
{
	struct hunt *h = arg;
	char *found = NULL;
	int rc = 0;

	(void)dir;
	if (device_tag(h->b, name, h->tag, &found) < 0)
		fail_clear(); /* no medium, no node: it is not this one */
	else if (strcmp(found, h->value) == 0 && dev_of_name(h->b, name, h->out) == 0)
		rc = 1;
	free(found);
	return rc;
}

static int dev_by_looking(const struct builder *b, const char *tag, const char *value, dev_t *out)
{
	struct hunt h = { b, tag, value, out };
	char dir[PATH_MAX];
	int rc;

	snprintf(dir, sizeof(dir), "%s/class/block", b->sysfs);
	rc = sys_each(dir, look_at_device, &h);
	if (rc < 0)
		return rc;
	return rc == 1 ? 0 : fail(-ENODEV, "no device has %s=%s", tag, value);
}

int spec_to_device(const struct builder *b, const char *spec, dev_t *out)
{
	char tag[16], value[256];
	size_t len = strcspn(spec, "=");
	int rc;

	if (spec[0] == '/') {
		rc = dev_of_node(b, spec, out);
		return rc < 0 ? fail(rc, "%s: no such device", spec) : 0;
	}
	if (!spec[len] || len >= sizeof(tag))
		return fail(-EINVAL, "\"%s\" is neither a device node nor UUID=... or LABEL=...",
			    spec);
	snprintf(tag, sizeof(tag), "%.*s", (int)len, spec);
	spec += len + 1;
	len = strlen(spec);
	if (len > 1 && spec[0] == '"' && spec[len - 1] == '"')
		snprintf(value, sizeof(value), "%.*s", (int)(len - 2), spec + 1);
	else
		snprintf(value, sizeof(value), "%s", spec);
	if (dev_by_udev(b, tag, value, out) == 0)
		return 0;
	return dev_by_looking(b, tag, value, out);
}
