/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_device_path.c - a place on a bus stays the same when hosts are counted anew */
#include "initramfs/capture/device/device_path.h"

#include "base/util.h"
#include "capture_disk.h"
#include "temp_dir.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define FUNCTION "pci0000:00/0000:00:15.0"
#define TWINS	 "pci0000:00/0000:00:16.0"

static const char *const disks[] = {
	FUNCTION "/host0/target0:0:1/0:0:1:0",
	TWINS "/host1/target1:0:0/1:0:0:0",
	TWINS "/host2/target2:0:0/2:0:0:0",
	"pci0000:00/0000:00:17.0/ata1/host3/target3:0:0/3:0:0:0",
	"pci0000:00/0000:00:18.0/host4/port-4:0/end_device-4:0/target4:0:0/4:0:0:0",
	"pci0000:00/0000:00:05.0/virtio1",
};

/* What the plan has, and the number of the disk above that it is; -1: none of them. */
static const struct {
	const char *want;
	int disk;
} rows[] = {
	{ FUNCTION "/host0/target0:0:1/0:0:1:0", 0 },
	{ FUNCTION "/host2/target2:0:1/2:0:1:0", 0 },
	{ FUNCTION "/host12/target12:0:1/12:0:1:0", 0 },
	{ FUNCTION "/host2/target2:0:2/2:0:2:0", -1 },
	{ FUNCTION "/host2/target2:0:1/2:0:1:1", -1 },
	{ FUNCTION "/host2/target2:0:1", -1 },
	{ FUNCTION "/host2/target2:0:1/2:0:1:0/more", -1 },
	{ "pci0001:00/0000:00:15.0/host0/target0:0:1/0:0:1:0", -1 },
	{ "pci0000:00/0001:00:15.0/host0/target0:0:1/0:0:1:0", -1 },
	/* One of two: its number may mean the other one. */
	{ TWINS "/host1/target1:0:0/1:0:0:0", 1 },
	{ TWINS "/host2/target2:0:0/2:0:0:0", 2 },
	{ TWINS "/host3/target3:0:0/3:0:0:0", -1 },
	/* The number of the port is its name. */
	{ "pci0000:00/0000:00:17.0/ata1/host7/target7:0:0/7:0:0:0", 3 },
	{ "pci0000:00/0000:00:17.0/ata2/host3/target3:0:0/3:0:0:0", -1 },
	{ "pci0000:00/0000:00:18.0/host0/port-0:0/end_device-0:0/target0:0:0/0:0:0:0", 4 },
	{ "pci0000:00/0000:00:18.0/host0/port-0:1/end_device-0:1/target0:0:0/0:0:0:0", -1 },
	{ "pci0000:00/0000:00:05.0/virtio6", 5 },
	{ "pci0000:00/0000:00:05.0/virtio", -1 },
	{ "pci0000:00/0000:00:06.0/virtio1", -1 },
	{ "", -1 },
};

TEST(only_what_is_counted_anew_may_differ)
{
	char dir[TEMP_DIR_MAX], real[PATH_MAX];

	temp_dir(dir);
	for (size_t d = 0; d < ARRAY_SIZE(disks); d++)
		CHECK_EQ(shell("mkdir -p %s/devices/%s/block/sda", dir, disks[d]), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (size_t d = 0; d < ARRAY_SIZE(disks); d++) {
			bool same;

			snprintf(real, sizeof(real), "%s/devices/%s/block/sda", dir, disks[d]);
			same = device_path_same(real, rows[i].want, strlen(rows[i].want));
			if (same != ((int)d == rows[i].disk))
				fail_msg("row %zu, disk %zu", i, d);
		}
	}
	CHECK_EQ(shell("rm -rf %s", dir), 0);
}

RUN(only_what_is_counted_anew_may_differ)
