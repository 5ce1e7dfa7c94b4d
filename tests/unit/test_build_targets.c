/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_build_targets.c - from mounts, fstab and the configuration to the plan's targets */
#include "initramfs/build/targets.h"

#include "made_machine.h"

/* vda with ext4, mounted where and as the rest of the mountinfo line says. */
static void open_mounted(struct machine *m, const char *root_and_target)
{
	char line[512];

	machine_open(m);
	machine_vda(m);
	machine_mkfs(m, "ext4", "vda");
	snprintf(line, sizeof(line), "30 1 254:0 %s rw - ext4 /dev/vda rw,data=journal,seclabel",
		 root_and_target);
	machine_mount(m, line);
}

static void gather(struct machine *m, struct builder *b, const char *conf)
{
	machine_builder(m, conf, b);
	targets_gather(b);
	CHECK_STR(fail_text(), "");
}

static void refused(struct machine *m, const char *conf, const char *words)
{
	struct builder b;

	machine_builder(m, conf, &b);
	CHECK(targets_gather(&b) < 0);
	if (!strstr(fail_text(), words))
		print_message("#  got: %s\n# want: %s\n", fail_text(), words);
	CHECK(strstr(fail_text(), words));
	builder_close(&b);
}

/* The only target's path below its root. */
static void path_is(struct machine *m, const char *conf, const char *path)
{
	struct builder b;

	gather(m, &b, conf);
	CHECK_EQ(b.plan.nr_targets, 1);
	CHECK_STR(b.plan.targets[0].path, path);
	builder_close(&b);
}

TEST(path_alone_means_the_file_system_that_holds_it)
{
	struct machine m;

	open_mounted(&m, "/ /");
	machine_run("mkdir -p %s/var/crash", m.root);
	path_is(&m, "path /var/crash\n", "var/crash");
	path_is(&m, "path /\n", "");
	machine_close(&m);
	open_mounted(&m, "/ /var");
	machine_run("mkdir -p %s/var/crash", m.root);
	path_is(&m, "path /var/crash\n", "crash");
	path_is(&m, "path /var\n", "");
	machine_close(&m);
}

TEST(links_lead_to_where_the_directory_is)
{
	struct machine m;

	open_mounted(&m, "/ /data");
	machine_run("mkdir -p %s/data/dumps %s/var && ln -s /data/dumps %s/var/crash", m.root,
		    m.root, m.root);
	path_is(&m, "path /var/crash\n", "dumps");
	machine_close(&m);
}

TEST(bind_mounts_are_unfolded)
{
	struct machine m;

	open_mounted(&m, "/srv/a /var/crash");
	machine_run("mkdir -p %s/var/crash/b", m.root);
	path_is(&m, "path /var/crash/b\n", "srv/a/b");
	path_is(&m, "ext4 /dev/vda\npath /b\n", "srv/a/b");
	machine_close(&m);
}

TEST(the_mount_that_shows_most_is_taken)
{
	struct machine m;

	open_mounted(&m, "/srv/a /elsewhere");
	machine_mount(&m, "31 1 254:0 / /data rw - ext4 /dev/vda rw");
	machine_run("mkdir -p %s/data/crash", m.root);
	path_is(&m, "ext4 /dev/vda\npath /crash\n", "crash");
	machine_close(&m);
}

TEST(only_options_that_matter_are_kept)
{
	struct machine m;
	struct builder b;
	char *out;

	open_mounted(&m, "/ /");
	gather(&m, &b, "path /\n");
	CHECK_STR(b.plan.targets[0].options, "data=journal");
	builder_close(&b);
	machine_close(&m);
	CHECK_EQ(options_keep("xfs", "rw,attr2,nouuid,inode64,noquota", &out), 0);
	CHECK_STR(out, "nouuid");
	free(out);
	CHECK_EQ(options_keep("btrfs", "rw,degraded,subvolid=256,subvol=/@", &out), 0);
	CHECK_STR(out, "subvolid=5,degraded");
	free(out);
	fail_clear();
	CHECK_EQ(options_keep("xfs", "rw,logdev=/dev/sdb1", &out), -EOPNOTSUPP);
	CHECK(strstr(fail_text(), "log or real-time section"));
}

TEST(btrfs_subvolume_and_its_members)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_vda(&m);
	machine_block(&m, "devices/pci0000:00/0000:00:06.0/virtio4/block/vdb", "254:16");
	machine_run("truncate -s 256M %s/vda %s/vdb && mkfs.btrfs -q -f -U " VDA_FS
		    " %s/vda %s/vdb >/dev/null 2>&1",
		    m.dev, m.dev, m.dev, m.dev);
	machine_mount(&m, "30 1 0:44 /@home /home rw - btrfs /dev/vda rw,subvol=/@home");
	machine_link(m.sys, "fs/btrfs/" VDA_FS "/devices/vda", "../../../../" VDA_PLACE);
	machine_link(m.sys, "fs/btrfs/" VDA_FS "/devices/vdb",
		     "../../../../devices/pci0000:00/0000:00:06.0/virtio4/block/vdb");
	machine_run("mkdir -p %s/home/crash", m.root);
	gather(&m, &b, "path /home/crash\n");
	CHECK_STR(b.plan.targets[0].path, "@home/crash");
	CHECK_STR(b.plan.targets[0].options, "subvolid=5");
	CHECK_EQ(b.plan.targets[0].nr_devices, 2);
	CHECK(strncmp(b.plan.devices[0].id, "UUID_SUB=", 9) == 0);
	CHECK(strcmp(b.plan.devices[0].id, b.plan.devices[1].id) != 0);
	builder_close(&b);
	machine_close(&m);
}

TEST(memory_and_foreign_file_systems_are_refused)
{
	struct machine m;

	machine_open(&m);
	machine_mount(&m, "30 1 0:30 / / rw - overlay overlay rw");
	machine_mount(&m, "31 30 0:31 / /run rw - tmpfs tmpfs rw");
	machine_run("mkdir -p %s/run", m.root);
	refused(&m, "path /\n", "is a file system of type overlay");
	refused(&m, "path /run\n", "/run is tmpfs: in memory, gone after the crash");
	machine_close(&m);
}

TEST(path_must_be_there)
{
	struct machine m;

	open_mounted(&m, "/ /");
	refused(&m, "path /var/crash\n", "mkdir -p /var/crash");
	refused(&m, "ext4 /dev/vda\npath /var/crash\n", "path /var/crash is not on the target");
	machine_put(m.root, "etc/fstab", "/dev/vdb /var ext4 defaults 0 0\n");
	machine_run("mkdir -p %s/var/crash", m.root);
	refused(&m, "path /var/crash\n", "fstab has a file system for /var, but it is not mounted");
	machine_put(m.root, "etc/fstab", "/dev/vdb /var ext4 noauto 0 0\n");
	path_is(&m, "path /var/crash\n", "var/crash");
	machine_close(&m);
}

TEST(unmounted_targets)
{
	struct machine m;

	machine_open(&m);
	machine_vda(&m);
	machine_mkfs(&m, "ext4", "vda");
	path_is(&m, "ext4 UUID=" VDA_FS "\npath /a\n", "a");
	refused(&m, "xfs UUID=" VDA_FS "\n", "has ext4 on it, not xfs");
	refused(&m, "ext4 LABEL=nothing\n", "no device has LABEL=nothing");
	machine_put(m.root, "etc/fstab", "UUID=" VDA_FS " /data ext4 defaults 0 0\n");
	refused(&m, "ext4 /dev/vda\n", "is not mounted, though fstab has it");
	machine_put(m.root, "etc/fstab", "UUID=" VDA_FS " /data ext4 noauto 0 0\n");
	path_is(&m, "ext4 /dev/vda\npath /a\n", "a");
	machine_close(&m);
}

TEST(the_type_must_be_the_one_written)
{
	struct machine m;

	open_mounted(&m, "/ /data");
	machine_run("mkdir -p %s/data/var/crash", m.root);
	refused(&m, "ext3 /dev/vda\n",
		"is a file system of type ext4, not ext3; write \"ext4 /dev/");
	machine_close(&m);
}

TEST(mounted_shares_are_taken_as_mounted)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_mount(&m, "30 1 0:50 / /net rw - nfs4 srv:/export rw,vers=4.2,addr=192.0.2.1");
	machine_mount(&m, "31 1 0:51 / /vm rw - virtiofs tag rw");
	machine_run("mkdir -p %s/net/dumps %s/vm/x", m.root, m.root);
	gather(&m, &b, "path /net/dumps\n");
	CHECK(b.plan.targets[0].kind == PLAN_NFS && b.network);
	CHECK_STR(b.plan.targets[0].source, "srv:/export");
	CHECK_STR(b.plan.targets[0].path, "dumps");
	CHECK(strstr(b.plan.targets[0].options, "vers=4.2"));
	builder_close(&b);
	gather(&m, &b, "virtiofs tag\npath /x\n");
	CHECK(b.plan.targets[0].kind == PLAN_VIRTIOFS && !b.network);
	CHECK_STR(b.plan.targets[0].path, "x");
	CHECK(words_have(&b.wanted, "virtiofs"));
	builder_close(&b);
	machine_close(&m);
}

TEST(fallbacks_in_order_and_the_root_file_system_last)
{
	struct machine m;
	struct builder b;

	open_mounted(&m, "/ /");
	machine_run("mkdir -p %s/var/crash", m.root);
	gather(&m, &b,
	       "ssh root@192.0.2.9\npath /var/crash\nfallback_target virtiofs tag\n"
	       "failure_action dump_to_rootfs\n");
	CHECK_EQ(b.plan.nr_targets, 3);
	CHECK(b.plan.targets[0].kind == PLAN_SSH && b.plan.targets[1].kind == PLAN_VIRTIOFS);
	CHECK_STR(b.plan.targets[0].path, "/var/crash");
	CHECK(b.plan.targets[2].kind == PLAN_FS && b.plan.targets[2].rootfs);
	CHECK(!b.plan.targets[0].rootfs && b.network);
	builder_close(&b);
	machine_close(&m);
}

RUN(path_alone_means_the_file_system_that_holds_it, links_lead_to_where_the_directory_is,
    bind_mounts_are_unfolded, the_mount_that_shows_most_is_taken, only_options_that_matter_are_kept,
    btrfs_subvolume_and_its_members, memory_and_foreign_file_systems_are_refused,
    path_must_be_there, unmounted_targets, the_type_must_be_the_one_written,
    mounted_shares_are_taken_as_mounted, fallbacks_in_order_and_the_root_file_system_last)
