/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_chain.c - device chains of a made-up machine: into the plan, or refused with words */
#include "initramfs/image/device/chain.h"
#include "initramfs/image/device/targets.h"

#include "made_machine.h"

/* Gather the targets of conf; on failure the words must hold this. */
static void gather(struct machine *m, struct builder *b, const char *conf)
{
	machine_builder(m, conf, b);
	if (targets_gather(b) < 0)
		print_message("# %s\n", fail_text());
	CHECK_STR(fail_text(), "");
}

static void refused(struct machine *m, const char *conf, int rc, const char *words)
{
	struct builder b;

	machine_builder(m, conf, &b);
	CHECK_EQ(targets_gather(&b), rc);
	if (!strstr(fail_text(), words))
		print_message("#  got: %s\n# want: %s\n", fail_text(), words);
	CHECK(strstr(fail_text(), words));
	builder_close(&b);
}

#define EXT4_VDA "ext4 /dev/vda\npath /\n"

TEST(disk_with_ext4)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_vda(&m);
	machine_mkfs(&m, "ext4", "vda");
	gather(&m, &b, "ext4 UUID=" VDA_FS "\npath /var/crash\n");
	CHECK(b.plan.nr_devices == 1 && b.plan.nr_targets == 1);
	CHECK_STR(b.plan.devices[0].id, "UUID=" VDA_FS);
	CHECK_STR(b.plan.devices[0].name, "vda");
	CHECK_STR(b.plan.targets[0].fstype, "ext4");
	CHECK_STR(b.plan.targets[0].path, "var/crash");
	CHECK(strlist_has(&b.required, "virtio_blk") && strlist_has(&b.required, "virtio_pci"));
	CHECK(strlist_has(&b.required, "ext4") && strlist_has(&b.optional, "pci:v1AF4"));
	builder_close(&b);
	machine_close(&m);
}

TEST(disk_without_content_is_known_by_serial_or_place)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_vda(&m);
	gather(&m, &b, "raw /dev/vda\n");
	CHECK_STR(b.plan.devices[0].id, "DEVPATH=pci0000:00/0000:00:05.0/virtio3");
	CHECK_EQ(b.plan.targets[0].kind, PLAN_RAW);
	builder_close(&b);
	machine_put(m.sys, VDA_PLACE "/serial", "  DUMP DISK \n");
	gather(&m, &b, "raw /dev/vda\n");
	CHECK_STR(b.plan.devices[0].id, "SERIAL=DUMP DISK");
	builder_close(&b);
	machine_close(&m);
}

/* What the dump writes over must not be what the device is known by the next time. */
TEST(raw_device_is_not_known_by_its_content)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_vda(&m);
	machine_mkfs(&m, "ext4", "vda");
	refused(&m, "raw /dev/vda\n", -EEXIST, "signature of type \"ext4\"");
	gather(&m, &b, "raw /dev/vda\nraw_overwrite yes\n");
	CHECK_STR(b.plan.devices[0].id, "DEVPATH=pci0000:00/0000:00:05.0/virtio3");
	builder_close(&b);
	machine_mount(&m, "30 1 254:0 / /data rw - ext4 /dev/vda rw");
	refused(&m, "raw /dev/vda\nraw_overwrite yes\n", -EBUSY, "mounted on /data");
	machine_close(&m);
}

TEST(held_device_is_no_raw_target)
{
	struct machine m;

	machine_open(&m);
	machine_vda(&m);
	machine_put(m.sys, VDA_PLACE "/holders/dm-7", "");
	refused(&m, "raw /dev/vda\n", -EBUSY, "/dev/vda is in use by dm-7");
	machine_close(&m);
}

/* A PV label by hand: libblkid checks its sum. */
static uint32_t lvm_crc(const unsigned char *at, size_t len)
{
	uint32_t crc = 0xf597a6cf;

	for (; len > 0; len--) {
		crc ^= *at++;
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

static void make_pv(const struct machine *m, const char *name)
{
	unsigned char sector[512] = "LABELONE";
	const uint64_t one = 1;
	const uint32_t offset = 32;
	char path[512];
	uint32_t crc;
	int fd;

	memcpy(sector + 8, &one, 8);
	memcpy(sector + 20, &offset, 4);
	memcpy(sector + 24, "LVM2 001", 8);
	memcpy(sector + 32, "abcdefghijklmnopqrstuvwxyz012345", 32);
	crc = lvm_crc(sector + 20, 512 - 20);
	memcpy(sector + 16, &crc, 4);
	snprintf(path, sizeof(path), "%s/%s", m->dev, name);
	fd = open(path, O_WRONLY);
	CHECK_OP(fd, >=, 0);
	CHECK_EQ(pwrite(fd, sector, 512, 512), 512);
	close(fd);
}

#define PV_ID "UUID=abcdef-ghij-klmn-opqr-stuv-wxyz-012345"

TEST(linear_lvm_on_a_disk)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_vda(&m);
	make_pv(&m, "vda");
	machine_dm(&m, "LVM-xyz\n", "0 2048 linear 254:0 2048\n2048 4096 linear 254:0 10240\n");
	machine_mkfs(&m, "ext4", "dm-0");
	gather(&m, &b, "ext4 /dev/mapper/vg0-dump\npath /\n");
	CHECK_EQ(b.plan.nr_devices, 2);
	CHECK_STR(b.plan.devices[0].id, PV_ID);
	CHECK(b.plan.devices[1].kind == PLAN_DM && b.plan.devices[1].nr_extents == 2);
	CHECK_STR(b.plan.devices[1].name, "vg0-dump");
	CHECK_STR(b.plan.devices[1].uuid, "LVM-xyz");
	CHECK_EQ(b.plan.devices[1].extents[1].offset, 10240);
	CHECK_EQ(b.plan.devices[1].extents[1].device, 0);
	CHECK_EQ(b.plan.targets[0].devices[0], 1);
	CHECK(strlist_has(&b.required, "dm-mod") && strlist_has(&b.required, "virtio_blk"));
	builder_close(&b);
	machine_close(&m);
}

TEST(other_device_mapper_types_are_refused)
{
	static const struct {
		const char *table, *words;
	} bad[] = {
		{ "0 2048 thin 253:4 1\n", "an LVM thin volume" },
		{ "0 2048 crypt aes-xts-plain64 :64:logon:x 0 254:0 32768\n", "encrypted (LUKS" },
		{ "0 2048 multipath 0 0 1 1 service-time\n", "a multipath device" },
		{ "0 2048 snapshot 253:1 253:2 P 8\n", "an LVM snapshot" },
		{ "0 2048 linear 254:0 0\n2048 1 raid raid1 3\n", "an LVM RAID volume" },
		{ "0 2048 zoned 254:0\n", "of type \"zoned\"" },
	};
	struct machine m;

	machine_open(&m);
	machine_vda(&m);
	for (size_t i = 0; i < 6; i++) {
		machine_dm(&m, "", bad[i].table);
		machine_mkfs(&m, "ext4", "dm-0");
		refused(&m, "ext4 /dev/mapper/vg0-dump\npath /\n", -EOPNOTSUPP, bad[i].words);
		CHECK(strstr(fail_text(), "install dracut or initramfs-tools"));
	}
	machine_close(&m);
}

/* The second partition of vda: it has no driver of its own, its disk has. */
static void make_partition(const struct machine *m)
{
	machine_vda(m);
	machine_block(m, VDA_PLACE "/vda2", "254:2");
	machine_put(m->sys, VDA_PLACE "/vda2/partition", "2\n");
}

TEST(partitions)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	make_partition(&m);
	gather(&m, &b, "raw /dev/vda2\n");
	CHECK_STR(b.plan.devices[0].id, "DEVPATH=pci0000:00/0000:00:05.0/virtio3#2");
	CHECK(strlist_has(&b.required, "virtio_blk"));
	builder_close(&b);
	machine_mkfs(&m, "ext4", "vda2");
	gather(&m, &b, "ext4 /dev/vda2\npath /\n");
	CHECK_STR(b.plan.devices[0].id, "UUID=" VDA_FS);
	CHECK_STR(b.plan.devices[0].name, "vda2");
	builder_close(&b);
	machine_put(m.sys, VDA_PLACE "/md/level", "raid1\n"); /* as if the disk were an array */
	refused(&m, "ext4 /dev/vda2\npath /\n", -EOPNOTSUPP, "vda2 is a partition on vda");
	machine_close(&m);
}

/* As the kernel sums it up (md_p.h): libblkid looks since util-linux 2.41. No slots follow. */
static uint32_t md_checksum(const unsigned char *sb)
{
	uint64_t sum = 0;
	uint32_t word;

	for (int i = 0; i < 256; i += 4) {
		memcpy(&word, sb + i, 4);
		sum += word;
	}
	return (uint32_t)sum + (uint32_t)(sum >> 32);
}

/* A superblock of version 1.2, 4096 bytes in. */
static void make_member(const struct machine *m, const char *name, unsigned char id)
{
	unsigned char sb[512] = { 0xfc, 0x4e, 0x2b, 0xa9, 1 };
	const uint64_t sector = 8;
	uint32_t checksum;
	char path[512];
	int fd;

	memset(sb + 16, 0xaa, 16);    /* the array's UUID */
	memset(sb + 168, id, 16);     /* the member's */
	memcpy(sb + 144, &sector, 8); /* where it lies itself */
	checksum = md_checksum(sb);
	memcpy(sb + 216, &checksum, 4);
	snprintf(path, sizeof(path), "%s/%s", m->dev, name);
	fd = open(path, O_WRONLY);
	CHECK_OP(fd, >=, 0);
	CHECK_EQ(pwrite(fd, sb, 512, 4096), 512);
	close(fd);
}

/* md0 has the disk; rd: its slot's name, or NULL. */
static void join_md(const struct machine *m, const char *disk, const char *rd, const char *state)
{
	char path[128], to[256];

	make_member(m, disk, (unsigned char)(disk[2] - 'a' + 1));
	snprintf(path, sizeof(path), "devices/virtual/block/md0/md/dev-%s/block", disk);
	snprintf(to, sizeof(to), "%s/class/block/%s", m->sys, disk);
	machine_link(m->sys, path, to);
	snprintf(path, sizeof(path), "devices/virtual/block/md0/md/dev-%s/state", disk);
	machine_put(m->sys, path, state);
	snprintf(path, sizeof(path), "devices/virtual/block/md0/md/%s", rd ? rd : "");
	snprintf(to, sizeof(to), "dev-%s", disk);
	if (rd)
		machine_link(m->sys, path, to);
}

static void machine_md(const struct machine *m, const char *metadata)
{
	machine_vda(m);
	machine_block(m, "devices/pci0000:00/0000:00:06.0/virtio4/block/vdb", "254:16");
	machine_block(m, "devices/virtual/block/md0", "9:0");
	machine_put(m->sys, "devices/virtual/block/md0/md/level", "raid1\n");
	machine_put(m->sys, "devices/virtual/block/md0/md/metadata_version", metadata);
	join_md(m, "vda", "rd1", "in_sync\n");
	join_md(m, "vdb", "rd0", "in_sync\n");
	machine_mkfs(m, "ext4", "md0");
}

TEST(md_array_members_in_the_order_of_slots)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_md(&m, "1.2\n");
	gather(&m, &b, "ext4 /dev/md0\npath /\n");
	CHECK_EQ(b.plan.nr_devices, 3);
	CHECK_STR(b.plan.devices[0].name, "vdb"); /* rd0 */
	CHECK_STR(b.plan.devices[0].id, "UUID_SUB=02020202-0202-0202-0202-020202020202");
	CHECK_STR(b.plan.devices[1].name, "vda");
	CHECK(b.plan.devices[2].kind == PLAN_MD && b.plan.devices[2].nr_members == 2);
	CHECK_STR(b.plan.devices[2].uuid, "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
	CHECK_STR(b.plan.devices[2].metadata, "1.2");
	CHECK(strlist_has(&b.required, "md-raid1"));
	builder_close(&b);
	machine_put(m.sys, "devices/virtual/block/md0/md/metadata_version", "external:imsm\n");
	refused(&m, "ext4 /dev/md0\npath /\n", -EOPNOTSUPP, "RAID array of the firmware");
	machine_close(&m);
}

TEST(md_spares_and_journal_come_last)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_md(&m, "1.2\n");
	machine_block(&m, "devices/pci0000:00/0000:00:07.0/virtio5/block/vdc", "254:32");
	join_md(&m, "vdc", NULL, "faulty\n");
	machine_block(&m, "devices/pci0000:00/0000:00:08.0/virtio6/block/vdd", "254:48");
	join_md(&m, "vdd", NULL, "spare\n");
	machine_block(&m, "devices/pci0000:00/0000:00:09.0/virtio7/block/vde", "254:64");
	join_md(&m, "vde", NULL, "journal\n");
	gather(&m, &b, "ext4 /dev/md0\npath /\n");
	CHECK_EQ(b.plan.nr_devices, 5);
	CHECK_EQ(b.plan.devices[4].nr_members, 4);
	CHECK_STR(b.plan.devices[b.plan.devices[4].members[2]].name, "vdd");
	CHECK_STR(b.plan.devices[b.plan.devices[4].members[3]].name, "vde");
	builder_close(&b);
	machine_close(&m);
}

/* A disk of this name at this place is refused. */
static void refused_disk(const char *place, const char *words)
{
	const char *name = strrchr(place, '/') + 1;
	char conf[128];
	struct machine m;

	machine_open(&m);
	machine_block(&m, place, "8:0");
	machine_mkfs(&m, "ext4", name);
	snprintf(conf, sizeof(conf), "ext4 /dev/%s\npath /\n", name);
	refused(&m, conf, -EOPNOTSUPP, words);
	machine_close(&m);
}

TEST(what_only_user_space_can_bring_back_is_refused)
{
	refused_disk("devices/platform/host3/session1/target3:0:0/3:0:0:0/block/sdb",
		     "sdb is an iSCSI disk");
	refused_disk("devices/virtual/block/loop0", "loop0 is a loop device");
	refused_disk("devices/virtual/block/zram0", "gone after the crash");
	refused_disk("devices/rbd/0/block/rbd0", "a Ceph block device");
}

/* With the kernel's own multipath the disk hangs on a subsystem, not on its controller. */
TEST(nvme_through_its_subsystem)
{
	const char *subsystem = "devices/virtual/nvme-subsystem/nvme-subsys0";
	const char *ctrl = "devices/pci0000:00/0000:00:07.0/nvme/nvme0";
	char path[256], to[256];
	struct machine m;
	struct builder b;

	machine_open(&m);
	snprintf(path, sizeof(path), "%s/nvme0n1", subsystem);
	machine_block(&m, path, "259:0");
	machine_driver(&m, "devices/pci0000:00/0000:00:07.0", "nvme", "pci:v8086");
	snprintf(path, sizeof(path), "%s/transport", ctrl);
	machine_put(m.sys, path, "pcie\n");
	snprintf(path, sizeof(path), "%s/nvme0", subsystem);
	snprintf(to, sizeof(to), "%s/%s", m.sys, ctrl);
	machine_link(m.sys, path, to);
	machine_mkfs(&m, "ext4", "nvme0n1");
	gather(&m, &b, "ext4 /dev/nvme0n1\npath /\n");
	CHECK(strlist_has(&b.required, "nvme"));
	builder_close(&b);
	snprintf(path, sizeof(path), "%s/transport", ctrl);
	machine_put(m.sys, path, "tcp\n");
	refused(&m, "ext4 /dev/nvme0n1\npath /\n", -EOPNOTSUPP, "NVMe over fabrics (tcp)");
	machine_close(&m);
}

/* "journal_dev=" is shown of none that found it by itself. */
TEST(ext4_with_a_journal_on_another_disk)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_vda(&m);
	machine_mkfs(&m, "ext4", "vda");
	machine_run("debugfs -w -R 'ssv journal_uuid %s' %s/vda 2>/dev/null", VDA_FS, m.dev);
	refused(&m, EXT4_VDA, -EOPNOTSUPP, "its log or real-time section on a device of its own");
	/* An image of dracut mounts it in the same way. */
	machine_builder(&m, EXT4_VDA, &b);
	b.by_distro = true;
	CHECK_EQ(targets_gather(&b), -EOPNOTSUPP);
	fail_clear();
	builder_close(&b);
	machine_close(&m);
}

RUN(disk_with_ext4, ext4_with_a_journal_on_another_disk,
    disk_without_content_is_known_by_serial_or_place, raw_device_is_not_known_by_its_content,
    held_device_is_no_raw_target, linear_lvm_on_a_disk, other_device_mapper_types_are_refused,
    md_array_members_in_the_order_of_slots, md_spares_and_journal_come_last,
    what_only_user_space_can_bring_back_is_refused, nvme_through_its_subsystem, partitions)
