/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_targets.c - from mounts, fstab and the configuration to the plan's targets */
#include "initramfs/image/device/targets.h"

#include "base/util.h"
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
	CHECK_OP(targets_gather(&b), <, 0);
	if (!strstr(fail_text(), words))
		print_message("#  got: %s\n# want: %s\n", fail_text(), words);
	CHECK(strstr(fail_text(), words));
	builder_close(&b);
}

/*
 * One made-up machine: what is on its vda, where that is mounted, what is made below the root;
 * a configuration, and the path of its only target below the file system's root, or why there
 * is none.
 */
struct row {
	const char *conf;
	const char *path;    /* NULL: it is refused */
	const char *words;   /* of the refusal */
	const char *mounted; /* root and target in mountinfo; NULL: not mounted */
	const char *also;    /* another line of mountinfo */
	const char *fstab;
	const char *make; /* shell commands, run in the root */
	bool no_disk;
};

static void row_machine(struct machine *m, const struct row *r)
{
	if (r->mounted) {
		open_mounted(m, r->mounted);
	} else {
		machine_open(m);
		if (!r->no_disk) {
			machine_vda(m);
			machine_mkfs(m, "ext4", "vda");
		}
	}
	if (r->also)
		machine_mount(m, r->also);
	if (r->fstab)
		machine_put(m->root, "etc/fstab", r->fstab);
	if (r->make)
		machine_run("cd %s && %s", m->root, r->make);
}

static void each(const struct row *rows, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct row *r = &rows[i];
		struct machine m;
		struct builder b;

		row_machine(&m, r);
		if (r->path) {
			gather(&m, &b, r->conf);
			CHECK_EQ(b.plan.nr_targets, 1);
			if (strcmp(b.plan.targets[0].path, r->path) != 0)
				fail_msg("row %zu: %s", i, b.plan.targets[0].path);
			builder_close(&b);
		} else {
			refused(&m, r->conf, r->words);
		}
		machine_close(&m);
	}
}

TEST(path_alone_means_the_file_system_that_holds_it)
{
	static const struct row rows[] = {
		{ "path /var/crash\n", "var/crash", .mounted = "/ /",
		  .make = "mkdir -p var/crash" },
		{ "path /\n", "", .mounted = "/ /" },
		{ "path /var/crash\n", "crash", .mounted = "/ /var", .make = "mkdir -p var/crash" },
		{ "path /var\n", "", .mounted = "/ /var", .make = "mkdir -p var" },
		/* A link leads to where the directory is. */
		{ "path /var/crash\n", "dumps", .mounted = "/ /data",
		  .make = "mkdir -p data/dumps var && ln -s /data/dumps var/crash" },
	};

	each(rows, ARRAY_SIZE(rows));
}

TEST(bind_mounts_are_unfolded)
{
	static const struct row rows[] = {
		{ "path /var/crash/b\n", "srv/a/b", .mounted = "/srv/a /var/crash",
		  .make = "mkdir -p var/crash/b" },
		{ "ext4 /dev/vda\npath /b\n", "srv/a/b", .mounted = "/srv/a /var/crash",
		  .make = "mkdir -p var/crash/b" },
		/* The mount that shows most is taken. */
		{ "ext4 /dev/vda\npath /crash\n", "crash", .mounted = "/srv/a /elsewhere",
		  .also = "31 1 254:0 / /data rw - ext4 /dev/vda rw",
		  .make = "mkdir -p data/crash" },
	};

	each(rows, ARRAY_SIZE(rows));
}

/* Kernels and their images need the space. */
TEST(a_single_dump_may_stay_on_boot)
{
	static const struct {
		const char *mounted, *conf;
		bool keep_one;
	} rows[] = {
		{ "/ /boot", "ext4 /dev/vda\npath /\n", true },
		{ "/ /boot", "path /boot/crash\n", true },
		{ "/ /boot/efi", "path /boot/efi/crash\n", true },
		{ "/ /", "path /boot/crash\n", false },
		{ "/ /bootlegs", "path /bootlegs/crash\n", false },
		{ "/ /data", "ext4 /dev/vda\npath /\n", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine m;
		struct builder b;

		open_mounted(&m, rows[i].mounted);
		machine_run("cd %s && mkdir -p boot/crash boot/efi/crash bootlegs/crash data",
			    m.root);
		gather(&m, &b, rows[i].conf);
		CHECK_EQ(b.plan.nr_targets, 1);
		CHECK_EQ(b.plan.targets[0].keep_one, rows[i].keep_one);
		builder_close(&b);
		machine_close(&m);
	}
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

/* A btrfs of two disks, vda and vdb. */
static void open_btrfs(struct machine *m)
{
	machine_open(m);
	machine_vda(m);
	machine_block(m, "devices/pci0000:00/0000:00:06.0/virtio4/block/vdb", "254:16");
	machine_run("truncate -s 256M %s/vda %s/vdb && mkfs.btrfs -q -f -U " VDA_FS
		    " %s/vda %s/vdb >/dev/null 2>&1",
		    m->dev, m->dev, m->dev, m->dev);
}

/* Mounted, the table names vda. */
static void mount_btrfs(struct machine *m)
{
	machine_mount(m, "30 1 0:44 /@home /home rw - btrfs /dev/vda rw,subvol=/@home");
	machine_link(m->sys, "fs/btrfs/" VDA_FS "/devices/vda", "../../../../" VDA_PLACE);
	machine_link(m->sys, "fs/btrfs/" VDA_FS "/devices/vdb",
		     "../../../../devices/pci0000:00/0000:00:06.0/virtio4/block/vdb");
	machine_run("mkdir -p %s/home/crash", m->root);
}

static void both_members(struct machine *m, const char *conf, const char *path)
{
	struct builder b;

	gather(m, &b, conf);
	CHECK_STR(b.plan.targets[0].path, path);
	CHECK_STR(b.plan.targets[0].options, "subvolid=5");
	CHECK_EQ(b.plan.targets[0].nr_devices, 2);
	CHECK_EQ(strncmp(b.plan.devices[0].id, "UUID_SUB=", 9), 0);
	CHECK_OP(strcmp(b.plan.devices[0].id, b.plan.devices[1].id), !=, 0);
	builder_close(&b);
}

TEST(btrfs_subvolume_and_its_members)
{
	struct machine m;

	open_btrfs(&m);
	mount_btrfs(&m);
	both_members(&m, "path /home/crash\n", "@home/crash");
	machine_close(&m);
}

/* udev's link by UUID leads to any of its devices, mostly to the last one that appeared. */
TEST(a_mounted_btrfs_is_known_by_each_of_its_devices)
{
	struct machine m;

	open_btrfs(&m);
	mount_btrfs(&m);
	machine_put(m.root, "etc/fstab", "UUID=" VDA_FS " /home btrfs subvol=@home 0 0\n");
	machine_link(m.dev, "disk/by-uuid/" VDA_FS, "../../vdb");
	both_members(&m, "btrfs UUID=" VDA_FS "\npath /crash\n", "@home/crash");
	both_members(&m, "btrfs /dev/vdb\npath /crash\n", "@home/crash");
	machine_close(&m);
}

TEST(a_btrfs_that_is_not_mounted_has_all_its_devices)
{
	struct machine m;

	open_btrfs(&m);
	/* A path of it, which shows the same and is not one of them. */
	machine_block(&m, "devices/pci0000:00/0000:00:07.0/virtio5/block/vdc", "254:32");
	machine_run("cp %s/vda %s/vdc && mkdir -p "
		    "%s/devices/pci0000:00/0000:00:07.0/virtio5/block/vdc/holders/dm-0",
		    m.dev, m.dev, m.sys);
	both_members(&m, "btrfs UUID=" VDA_FS "\npath /crash\n", "crash");
	both_members(&m,
		     "dracut_args --mount \"/dev/vdb /kdumproot btrfs defaults,subvol=/@a/b\"\n"
		     "path /crash\n",
		     "@a/b/crash");
	refused(&m, "dracut_args --mount \"/dev/vdb /kdumproot btrfs subvolid=256\"\n",
		"subvolid=256: name the subvolume");
	machine_close(&m);
}

TEST(memory_and_foreign_file_systems_are_refused)
{
	static const char tmpfs[] = "31 30 0:31 / /run rw - tmpfs tmpfs rw";
	static const char overlay[] = "30 1 0:30 / / rw - overlay overlay rw";
	static const struct row rows[] = {
		{ "path /\n", .words = "is a file system of type overlay", .also = overlay,
		  .no_disk = true },
		{ "path /run\n", .words = "/run is tmpfs: in memory, gone after the crash",
		  .also = tmpfs, .make = "mkdir -p run", .no_disk = true },
	};

	each(rows, ARRAY_SIZE(rows));
}

TEST(path_must_be_there)
{
	static const char mounted[] = "/dev/vdb /var ext4 defaults 0 0\n";
	static const char by_hand[] = "/dev/vdb /var ext4 noauto 0 0\n";
	static const char slash[] = "/dev/vdb /var/ ext4 defaults 0 0\n";
	static const struct row rows[] = {
		{ "path /var/crash\n", .words = "mkdir -p /var/crash", .mounted = "/ /" },
		{ "ext4 /dev/vda\npath /var/crash\n",
		  .words = "path /var/crash is not on the target", .mounted = "/ /" },
		{ "path /var/crash\n",
		  .words = "fstab has a file system for /var, but it is not mounted",
		  .mounted = "/ /", .make = "mkdir -p var/crash", .fstab = mounted },
		{ "path /var/crash\n", "var/crash", .mounted = "/ /", .make = "mkdir -p var/crash",
		  .fstab = by_hand },
		{ "path /var/crash\n",
		  .words = "fstab has a file system for /var, but it is not mounted",
		  .mounted = "/ /", .make = "mkdir -p var/crash", .fstab = slash },
		{ "path /var/crash\n", "crash", .mounted = "/ /var", .make = "mkdir -p var/crash",
		  .fstab = slash },
	};

	each(rows, ARRAY_SIZE(rows));
}

TEST(unmounted_targets)
{
	static const char mounted[] = "UUID=" VDA_FS " /data ext4 defaults 0 0\n";
	static const char by_hand[] = "UUID=" VDA_FS " /data ext4 noauto 0 0\n";
	static const struct row rows[] = {
		{ "ext4 UUID=" VDA_FS "\npath /a\n", .path = "a" },
		{ "xfs UUID=" VDA_FS "\n", .words = "has ext4 on it, not xfs" },
		{ "ext4 LABEL=nothing\n", .words = "no device has LABEL=nothing" },
		{ "ext4 /dev/vda\n", .words = "is not mounted, though fstab has it",
		  .fstab = mounted },
		{ "ext4 /dev/vda\npath /a\n", "a", .fstab = by_hand },
		/* The type must be the one written. */
		{ "ext3 /dev/vda\n",
		  .words = "is a file system of type ext4, not ext3; write \"ext4 /dev/",
		  .mounted = "/ /data", .make = "mkdir -p data/var/crash" },
	};

	each(rows, ARRAY_SIZE(rows));
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
	CHECK(strlist_has(&b.required, "virtiofs"));
	builder_close(&b);
	machine_close(&m);
}

TEST(a_share_is_mounted_as_fstab_says_or_as_it_was)
{
	static const struct {
		const char *conf, *mounted, *options;
	} rows[] = {
		{ "nfs srv:/export\n", NULL, "noauto,vers=3,port=2050" },
		{ "nfs srv:/export/\n", NULL, "noauto,vers=3,port=2050" },
		{ "nfs srv:/other\n", NULL, "" },
		{ "dracut_args --mount \"srv:/export /kdumproot nfs4 vers=4.1\"\n", NULL,
		  "vers=4.1" },
		{ "nfs srv:/export/\n", "30 1 0:50 / /net rw - nfs4 srv:/export rw,vers=4.2",
		  "rw,vers=4.2" },
		{ "nfs srv:/export\n", "30 1 0:50 / /net rw - nfs4 srv:/export/ rw,vers=4.2",
		  "rw,vers=4.2" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine m;
		struct builder b;

		machine_open(&m);
		machine_put(m.root, "etc/fstab",
			    "srv:/export /net nfs noauto,vers=3,port=2050 0 0\n");
		if (rows[i].mounted)
			machine_mount(&m, rows[i].mounted);
		gather(&m, &b, rows[i].conf);
		CHECK_STR(b.plan.targets[0].options, rows[i].options);
		builder_close(&b);
		machine_close(&m);
	}
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

RUN(path_alone_means_the_file_system_that_holds_it, bind_mounts_are_unfolded,
    a_single_dump_may_stay_on_boot, only_options_that_matter_are_kept,
    btrfs_subvolume_and_its_members, a_mounted_btrfs_is_known_by_each_of_its_devices,
    a_btrfs_that_is_not_mounted_has_all_its_devices, memory_and_foreign_file_systems_are_refused,
    path_must_be_there, unmounted_targets, mounted_shares_are_taken_as_mounted,
    a_share_is_mounted_as_fstab_says_or_as_it_was, fallbacks_in_order_and_the_root_file_system_last)
