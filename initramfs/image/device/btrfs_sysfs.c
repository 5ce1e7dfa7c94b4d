/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btrfs_sysfs.c - which devices a mounted btrfs has, as the kernel knows it */
#include "initramfs/image/device/btrfs_sysfs.h"

#include "initramfs/image/device/sysfs.h"

#include "base/err.h"

#include <stdio.h>

void btrfs_devices_dir(const char *sysfs, const char *uuid, char out[PATH_MAX])
{
	snprintf(out, PATH_MAX, "%s/fs/btrfs/%s/devices", sysfs, uuid);
}

bool btrfs_has_device(const char *sysfs, const char *uuid, const char *name)
{
	char dir[PATH_MAX];

	btrfs_devices_dir(sysfs, uuid, dir);
	return sys_has(dir, name);
}

struct pair {
	const char *sysfs, *one, *other;
};

static int look(const char *dir, const char *uuid, void *arg)
{
	const struct pair *p = arg;

	(void)dir;
	return btrfs_has_device(p->sysfs, uuid, p->one) &&
	       btrfs_has_device(p->sysfs, uuid, p->other);
}

bool btrfs_has_both(const char *sysfs, const char *one, const char *other)
{
	struct pair p = { sysfs, one, other };
	char all[PATH_MAX];
	int rc;

	snprintf(all, sizeof(all), "%s/fs/btrfs", sysfs);
	rc = sys_each(all, look, &p);
	if (rc < 0)
		fail_clear();
	return rc > 0;
}
