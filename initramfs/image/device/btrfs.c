/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btrfs.c - the devices of a btrfs */
#include "initramfs/image/device/btrfs.h"

#include "initramfs/image/device/btrfs_sysfs.h"
#include "initramfs/image/device/chain.h"
#include "initramfs/image/device/sysfs.h"

#include "base/err.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int uuid_of(const struct builder *b, dev_t dev, char **uuid)
{
	char *sys = NULL;
	int rc = sys_block_dir(b, dev, &sys);

	if (rc == 0)
		rc = device_tag(b, sys_name(sys), "UUID", uuid);
	free(sys);
	return rc;
}

bool btrfs_same(const struct builder *b, dev_t one, dev_t other)
{
	char *uuid = NULL, *sys = NULL;
	bool same = uuid_of(b, one, &uuid) == 0 && uuid[0] && sys_block_dir(b, other, &sys) == 0 &&
		    btrfs_has_device(b->sysfs, uuid, sys_name(sys));

	fail_clear();
	free(sys);
	free(uuid);
	return same;
}

struct members {
	struct builder *b;
	struct plan_target *t;
	const char *uuid;
	unsigned first;
};

static int add_device(const struct members *m, const char *block)
{
	char *text = sys_attr(block, "dev");
	unsigned index = 0;
	dev_t dev = 0;
	int rc = text ? sys_parse_dev(text, &dev) : fail(-ENODEV, "%s", block);

	if (rc == 0)
		rc = chain_add(m->b, dev, &index);
	if (rc == 0 && index != m->first)
		rc = plan_add_index(&m->t->devices, &m->t->nr_devices, index);
	free(text);
	return rc;
}

static int add_mounted(const char *dir, const char *name, void *arg)
{
	char *block = sys_link(dir, name);
	int rc = block ? add_device(arg, block) : fail(-ENODEV, "%s/%s", dir, name);

	free(block);
	return rc;
}

static int one_is_there(const char *dir, const char *name, void *arg)
{
	(void)dir, (void)name, (void)arg;
	return 1;
}

/* What lies below an array or a multipath device may show the same content. */
static bool is_held(const char *block)
{
	char holders[PATH_MAX + 16];

	snprintf(holders, sizeof(holders), "%s/holders", block);
	return sys_each(holders, one_is_there, NULL) == 1;
}

static bool has_uuid(const struct builder *b, const char *name, const char *uuid)
{
	char *found = NULL;
	bool has = device_tag(b, name, "UUID", &found) == 0 && strcmp(found, uuid) == 0;

	fail_clear(); /* no medium, no node: it is not one of them */
	free(found);
	return has;
}

static int add_found(const char *dir, const char *name, void *arg)
{
	const struct members *m = arg;
	char *block = sys_link(dir, name);
	int rc = 0;

	if (block && !is_held(block) && has_uuid(m->b, name, m->uuid))
		rc = add_device(m, block);
	free(block);
	return rc;
}

int btrfs_add_members(struct builder *b, struct plan_target *t, dev_t dev)
{
	char dir[PATH_MAX], all[PATH_MAX], *uuid = NULL;
	struct members m = { .b = b, .t = t, .first = t->devices[0] };
	int rc = uuid_of(b, dev, &uuid);

	m.uuid = uuid;
	if (rc == 0)
		btrfs_devices_dir(b->sysfs, uuid, dir);
	if (rc == 0 && sys_has(dir, "."))
		rc = sys_each(dir, add_mounted, &m);
	else if (rc == 0) {
		snprintf(all, sizeof(all), "%s/class/block", b->sysfs);
		rc = sys_each(all, add_found, &m);
	}
	free(uuid);
	return rc;
}
