/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_btrfs_sysfs.c - the devices of a btrfs are found by its UUID, and by one another */
#include "initramfs/image/device/btrfs_sysfs.h"

#include "made_machine.h"

#define ONE   "11111111-2222-3333-4444-555555555555"
#define OTHER "66666666-2222-3333-4444-555555555555"

static void open_two(struct machine *m)
{
	machine_open(m);
	machine_put(m->sys, "fs/btrfs/features/skinny_metadata", "1\n");
	machine_put(m->sys, "fs/btrfs/" ONE "/devices/sda1", "");
	machine_put(m->sys, "fs/btrfs/" ONE "/devices/dm-3", "");
	machine_put(m->sys, "fs/btrfs/" OTHER "/devices/sdb", "");
}

TEST(a_device_belongs_to_one)
{
	char dir[PATH_MAX], expected[PATH_MAX];
	struct machine m;

	open_two(&m);
	snprintf(expected, sizeof(expected), "%s/fs/btrfs/" ONE "/devices", m.sys);
	btrfs_devices_dir(m.sys, ONE, dir);
	CHECK_STR(dir, expected);
	CHECK(btrfs_has_device(m.sys, ONE, "sda1"));
	CHECK(btrfs_has_device(m.sys, ONE, "dm-3"));
	CHECK(!btrfs_has_device(m.sys, OTHER, "dm-3"));
	CHECK(!btrfs_has_device(m.sys, ONE, "sda"));
	machine_close(&m);
}

TEST(two_devices_belong_together)
{
	struct machine m;

	open_two(&m);
	CHECK(btrfs_has_both(m.sys, "sda1", "dm-3"));
	CHECK(btrfs_has_both(m.sys, "sdb", "sdb"));
	CHECK(!btrfs_has_both(m.sys, "sda1", "sdb"));
	CHECK(!btrfs_has_both(m.sys, "sdc", "sdc"));
	machine_close(&m);
}

TEST(no_btrfs_is_mounted)
{
	struct machine m;

	machine_open(&m);
	CHECK(!btrfs_has_both(m.sys, "sda1", "sda1"));
	CHECK(!btrfs_has_device(m.sys, ONE, "sda1"));
	CHECK_STR(fail_text(), "");
	machine_close(&m);
}

RUN(a_device_belongs_to_one, two_devices_belong_together, no_btrfs_is_mounted)
