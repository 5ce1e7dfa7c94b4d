/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_devices.c - disks recognised by content, serial number and place; dm and md where there are
 */
#include "initramfs/capture/device/devices.h"

#include "base/err.h"
#include "capture_disk.h"
#include "initramfs/capture/target/mount_options.h"
#include "temp_dir.h"

/* A made-up sysfs: /sys/devices/PLACE/block/DISK[/PART] and links in class/block. */
struct made {
	char dir[64];
	struct plan plan;
	struct devices devices;
};

static void made_open(struct made *m)
{
	struct plan_device *dev;

	temp_dir(m->dir);
	CHECK_EQ(shell("cd %s && mkdir -p class/block devices/pci0/virtio2/block/vda/vda3 "
		       "devices/pci0/virtio3/block/vdb devices/pci0/nvme0/block/nvme0n1 && "
		       "cd devices/pci0 && for d in virtio2/block/vda virtio2/block/vda/vda3 "
		       "virtio3/block/vdb nvme0/block/nvme0n1; do echo 2048 >$d/size; "
		       "ln -s ../../devices/pci0/$d ../../class/block/; done && "
		       "echo 3 >virtio2/block/vda/vda3/partition && "
		       "echo ' SN-1 ' >virtio2/block/vda/serial && "
		       "mkdir virtio3/block/vdb/device && "
		       "echo SN-2 >virtio3/block/vdb/device/serial && "
		       "echo eui.0025 >nvme0/block/nvme0n1/wwid",
		       m->dir),
		 0);
	CHECK_EQ(plan_init(&m->plan), 0);
	CHECK_EQ(plan_add_device(&m->plan, PLAN_PLAIN, &dev), 0);
	CHECK_EQ(devices_open(&m->plan, m->dir, "/dev", &m->devices), 0);
}

static void made_close(struct made *m)
{
	devices_close(&m->devices);
	plan_free(&m->plan);
	shell("rm -rf %s", m->dir);
}

static const char *found(struct made *m, const char *id)
{
	static char node[DEVICE_NODE_MAX];

	plan_set(&m->plan.devices[0].id, id);
	return device_find(&m->devices, &m->plan.devices[0], false, node) == 1 ? node : "none";
}

TEST(by_serial_number_world_wide_name_and_place)
{
	struct made m;

	made_open(&m);
	CHECK_STR(found(&m, "SERIAL=SN-1"), "/dev/vda");
	CHECK_STR(found(&m, "SERIAL=SN-2"), "/dev/vdb");
	CHECK_STR(found(&m, "SERIAL=SN"), "none");
	CHECK_STR(found(&m, "WWID=eui.0025"), "/dev/nvme0n1");
	CHECK_STR(found(&m, "DEVPATH=pci0/virtio3"), "/dev/vdb");
	CHECK_STR(found(&m, "DEVPATH=/sys/devices/pci0/virtio3"), "/dev/vdb");
	CHECK_STR(found(&m, "DEVPATH=pci0/virtio2"), "/dev/vda");
	CHECK_STR(found(&m, "DEVPATH=pci0/virtio2#3"), "/dev/vda3");
	CHECK_STR(found(&m, "DEVPATH=pci0/virtio2#4"), "none");
	CHECK_STR(found(&m, "DEVPATH=pci0/virtio"), "none");
	/* Counted anew: it is still the only one of its parent. */
	CHECK_EQ(shell("cd %s && mkdir -p devices/pci1/virtio4/block/vdc && "
		       "echo 2048 >devices/pci1/virtio4/block/vdc/size && "
		       "ln -s ../../devices/pci1/virtio4/block/vdc class/block/",
		       m.dir),
		 0);
	CHECK_STR(found(&m, "DEVPATH=pci1/virtio7"), "/dev/vdc");
	CHECK_STR(found(&m, "nonsense"), "none");
	made_close(&m);
}

/* A path of a multipath device is taken when the time for putting it together is half over. */
TEST(one_path_is_better_than_no_dump)
{
	struct deadline by = deadline_in_ms(1000);
	uint64_t since = clock_ns();
	char node[DEVICE_NODE_MAX];
	const char *up;
	struct disk d;

	disk_make(&d, 32, "mkfs.ext4 -q -U %s", "");
	plan_set(&d.plan.devices[0].uuid, "mpath-36001");
	CHECK_EQ(device_find(&d.devices, &d.plan.devices[0], false, node), 0);
	fail_clear();
	CHECK_EQ(devices_up(&d.devices, 0, &by, &up), 0);
	CHECK_STR(up, d.loop);
	CHECK_OP(clock_ns() - since, >=, 500u * 1000000);
	disk_free(&d);
}

TEST(multipath_device_is_known_from_its_paths)
{
	struct made m;

	made_open(&m);
	CHECK_EQ(
		shell("mkdir %s/class/block/vda/dm && echo mpath-36001 >%s/class/block/vda/dm/uuid",
		      m.dir, m.dir),
		0);
	plan_set(&m.plan.devices[0].uuid, "mpath-36001");
	CHECK_STR(found(&m, "SERIAL=SN-1"), "/dev/vda");
	CHECK_STR(found(&m, "SERIAL=SN-2"), "none");
	plan_set(&m.plan.devices[0].uuid, "mpath-36002");
	CHECK_STR(found(&m, "SERIAL=SN-1"), "none");
	made_close(&m);
}

/* Same UUID in a name that was not the one of before: found all the same. */
TEST(by_content_whatever_the_name)
{
	struct deadline by = deadline_in(10);
	const char *node;
	struct disk d;

	disk_make(&d, 32, "mkfs.ext4 -q -U %s", "");
	plan_set(&d.plan.devices[0].name, "sdzz9");
	fail_clear();
	CHECK_EQ(devices_up(&d.devices, 0, &by, &node), 0);
	CHECK_STR(node, d.loop);
	/* Once found it is not looked for again. */
	CHECK_EQ(shell("wipefs -qa %s", d.loop), 0);
	CHECK_EQ(devices_up(&d.devices, 0, &by, &node), 0);
	disk_free(&d);
}

TEST(one_that_appears_late_is_waited_for)
{
	struct deadline by = deadline_in(20);
	const char *node;
	struct disk d;

	disk_make(&d, 32, NULL, "");
	CHECK_EQ(shell("(sleep 0.5; mkfs.ext4 -q -U %s %s) >/dev/null 2>&1 &", d.uuid, d.loop), 0);
	fail_clear();
	CHECK_EQ(devices_up(&d.devices, 0, &by, &node), 0);
	CHECK_STR(node, d.loop);
	shell("wait");
	disk_free(&d);
}

/* A plan with a second device, which is the first one's other half. */
static void add_second(struct disk *d, enum plan_device_kind kind, const char *name)
{
	struct plan_device *dev;

	devices_close(&d->devices);
	CHECK_EQ(plan_add_device(&d->plan, kind, &dev), 0);
	plan_set(&dev->name, name);
	CHECK_EQ(devices_open(&d->plan, "/sys", "/dev", &d->devices), 0);
}

/* In the kernel this runs on dm may be missing; then the words must say what to do. */
TEST(a_linear_device_or_words_why_not)
{
	struct plan_extent half = { .start = 0, .len = 32768, .device = 0, .offset = 8192 };
	struct deadline by = deadline_in(10);
	const char *node;
	struct disk d;
	int rc;

	disk_make(&d, 32, "mkfs.ext4 -q -U %s", "");
	add_second(&d, PLAN_DM, "kdump-test-lv");
	CHECK_EQ(plan_add_extent(&d.plan.devices[1], &half), 0);
	fail_clear();
	rc = devices_up(&d.devices, 1, &by, &node);
	if (access("/sys/module/dm_mod", F_OK) == 0) {
		char path[96], size[32];

		CHECK_EQ(rc, 0);
		snprintf(path, sizeof(path), "/sys/class/block/%s/size", node + 5);
		first_line(path, size, sizeof(size));
		CHECK_STR(size, "32768");
		shell("dmsetup remove kdump-test-lv");
	} else {
		CHECK_OP(rc, <, 0);
		CHECK(strstr(fail_text(), "kdump-test-lv") && strstr(fail_text(), "dm_mod"));
	}
	disk_free(&d);
}

TEST(an_array_without_members_says_so)
{
	struct deadline by = deadline_in_ms(300);
	const char *node;
	struct disk d;

	disk_make(&d, 32, NULL, "");
	add_second(&d, PLAN_MD, "md77");
	CHECK_EQ(plan_add_index(&d.plan.devices[1].members, &d.plan.devices[1].nr_members, 0), 0);
	fail_clear();
	CHECK_EQ(devices_up(&d.devices, 1, &by, &node), -ETIMEDOUT);
	CHECK(strstr(fail_text(), "md77") && strstr(fail_text(), "none of its 1 members"));
	disk_free(&d);
}

/* The usual reason on an encrypted machine: nobody was there to unlock it. */
TEST(what_is_locked_is_named)
{
	struct deadline by = deadline_in_ms(100);
	char dev[96];
	const char *node;
	struct made m;

	made_open(&m);
	snprintf(dev, sizeof(dev), "%s/dev", m.dir);
	m.devices.dev = dev;
	CHECK_EQ(shell("mkdir %s && cd %s && truncate -s 1M vda vda3 vdb nvme0n1 && "
		       "printf 'LUKS\\272\\276\\0\\1' | dd of=vdb conv=notrunc status=none",
		       dev, dev),
		 0);
	plan_set(&m.plan.devices[0].id, "UUID=00000000-0000-0000-0000-000000000001");
	fail_clear();
	CHECK_EQ(devices_up(&m.devices, 0, &by, &node), -ETIMEDOUT);
	CHECK(strstr(fail_text(), "vdb (encrypted, locked)"));
	CHECK(strstr(fail_text(), "vda") && !strstr(fail_text(), "vda ("));
	CHECK_EQ(shell("mkdir -p %s/class/block/vdb/holders/dm-0", m.dir), 0);
	fail_clear();
	by = deadline_in_ms(100);
	CHECK_EQ(devices_up(&m.devices, 0, &by, &node), -ETIMEDOUT);
	CHECK(strstr(fail_text(), "vdb") && !strstr(fail_text(), "locked"));
	made_close(&m);
}

TEST(options_of_fstab)
{
	unsigned long flags;
	char data[64];

	mount_options_split("rw,noatime,commit=60,nofail,x-systemd.device-timeout=5,data=ordered",
			    &flags, data, sizeof(data));
	CHECK_STR(data, "commit=60,data=ordered");
	CHECK_EQ(flags, MS_NOATIME);
	mount_options_split(",,defaults,", &flags, data, sizeof(data));
	CHECK_STR(data, "");
	CHECK_EQ(flags, 0);
	mount_options_split("nodevice=1,sync", &flags, data, sizeof(data));
	CHECK_STR(data, "nodevice=1");
	CHECK_EQ(flags, MS_SYNCHRONOUS);
	mount_options_split(
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,b",
		&flags, data, sizeof(data));
	CHECK_STR(data, "b");
	CHECK(mount_options_have("subvolid=5,degraded", "degraded"));
	CHECK(mount_options_have("degraded", "degraded"));
	CHECK(!mount_options_have("subvolid=5,degraded=1,xdegraded,degrade", "degraded"));
	CHECK(!mount_options_have("", "degraded"));
}

RUN(by_serial_number_world_wide_name_and_place, one_path_is_better_than_no_dump,
    multipath_device_is_known_from_its_paths, by_content_whatever_the_name,
    one_that_appears_late_is_waited_for, a_linear_device_or_words_why_not,
    an_array_without_members_says_so, what_is_locked_is_named, options_of_fstab)
