/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_raw.c - a device that is written from its first byte */
#include "initramfs/image/device/targets.h"

#include "initramfs/image/device/chain.h"
#include "initramfs/image/device/sysfs.h"

#include "base/err.h"
#include "config/config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int refuse_any(const char *dir, const char *name, void *arg)
{
	(void)dir;
	return fail(-EBUSY, "%s is in use by %s", (const char *)arg, name);
}

/* Mounted, part of a volume: the dump would destroy what lives there. */
static int check_unused(const struct builder *b, dev_t dev, const char *sys, const char *where)
{
	char holders[PATH_MAX];
	struct mount m;

	if (mount_of_device(b, dev, &m) == 0) {
		int rc = fail(-EBUSY, "%s is mounted on %s; a raw target is written over", where,
			      m.target);

		mount_free(&m);
		return rc;
	}
	snprintf(holders, sizeof(holders), "%s/holders", sys);
	return sys_each(holders, refuse_any, (void *)where);
}

/* dir/name is one of the files in a disk's directory, among them those of its partitions. */
static int check_partition(const char *dir, const char *name, void *arg)
{
	char sys[PATH_MAX], where[64];
	dev_t dev = 0;
	char *text;
	int rc;

	snprintf(sys, sizeof(sys), "%s/%s", dir, name);
	if (!sys_has(sys, "partition"))
		return 0;
	text = sys_attr(sys, "dev");
	rc = text ? sys_parse_dev(text, &dev) : 0;
	free(text);
	snprintf(where, sizeof(where), "its partition %.40s", name);
	return rc < 0 || !dev ? rc : check_unused(arg, dev, sys, where);
}

static int check_disk(struct builder *b, dev_t dev, const char *sys, const char *where)
{
	int rc = check_unused(b, dev, sys, where);

	return rc < 0 ? rc : sys_each(sys, check_partition, b);
}

/* The type of what is on it now, "" if there is nothing that anybody knows. */
static int check_signature(struct builder *b, const char *sys, const char *where)
{
	char *type = NULL;
	int rc;

	if (b->cfg->raw_overwrite)
		return 0;
	rc = device_tag(b, sys_name(sys), "TYPE", &type);
	if (rc == 0 && type[0])
		rc = fail(-EEXIST,
			  "%s carries a file system or signature of type \"%s\", which the dump "
			  "would destroy; remove it with wipefs(8), or write \"raw_overwrite yes\"",
			  where, type);
	free(type);
	return rc;
}

static int add_target(struct builder *b, dev_t dev, const char *where)
{
	struct plan_target *t;
	unsigned index;
	int rc = chain_add(b, dev, &index);

	if (rc == 0)
		rc = chain_forget_content(b, index);
	if (rc == 0)
		rc = plan_add_target(&b->plan, PLAN_RAW, &t);
	if (rc == 0)
		rc = plan_set(&t->source, where);
	return rc < 0 ? rc : plan_add_index(&t->devices, &t->nr_devices, index);
}

int target_add_raw(struct builder *b, const char *where)
{
	char *sys = NULL;
	dev_t dev;
	int rc = spec_to_device(b, where, &dev);

	if (rc == 0)
		rc = sys_block_dir(b, dev, &sys);
	if (rc == 0)
		rc = check_disk(b, dev, sys, where);
	if (rc == 0)
		rc = check_signature(b, sys, where);
	if (rc == 0)
		rc = add_target(b, dev, where);
	free(sys);
	return rc;
}
