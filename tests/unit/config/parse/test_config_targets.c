/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_config_targets.c - where dumps go: every kind, every wrong shape, several at once */
#include "config/config.h"

#include "base/err.h"
#include "check.h"
#include "config_case.h"

/* One target, of this kind and name, read without complaint. */
static void is(const char *text, enum config_target_kind kind, const char *name, const char *where)
{
	struct config c;

	good(text, &c);
	CHECK_EQ(c.nr_targets, 1);
	CHECK_EQ(c.targets[0].kind, kind);
	CHECK_STR(config_target_name(&c.targets[0]), name);
	CHECK_STR(c.targets[0].where, where);
	CHECK_EQ(c.targets[0].position.line, 1);
	config_free(&c);
}

/* No target comes of it, and this is said. */
static void refused(const char *text, const char *complaint)
{
	struct config c;

	read_conf(text, complaint, &c);
	CHECK_EQ(c.nr_targets, 1);
	CHECK_EQ(c.targets[0].kind, CONFIG_TARGET_PATH);
	config_free(&c);
}

TEST(file_systems)
{
	static const char *const types[] = { "ext2", "ext3", "ext4", "minix", "btrfs", "xfs" };

	for (unsigned i = 0; i < 6; i++) {
		char text[64];

		snprintf(text, sizeof(text), "%s /dev/vdb1", types[i]);
		is(text, CONFIG_TARGET_FS, types[i], "/dev/vdb1");
	}
	is("ext4 UUID=0b1c-22", CONFIG_TARGET_FS, "ext4", "UUID=0b1c-22");
	is("ext4 LABEL=my disk", CONFIG_TARGET_FS, "ext4", "LABEL=my disk");
	is("xfs PARTUUID=1-2", CONFIG_TARGET_FS, "xfs", "PARTUUID=1-2");
	is("xfs PARTLABEL=dump", CONFIG_TARGET_FS, "xfs", "PARTLABEL=dump");
	/* As blkid(8) prints them. */
	is("xfs UUID=\"1-2\"", CONFIG_TARGET_FS, "xfs", "UUID=1-2");
	is("ext4 LABEL=\"my disk\"", CONFIG_TARGET_FS, "ext4", "LABEL=my disk");
	is("ext4 PARTLABEL=\"d\"", CONFIG_TARGET_FS, "ext4", "PARTLABEL=d");
	is("raw PARTUUID=\"1-2\"", CONFIG_TARGET_RAW, "raw", "PARTUUID=1-2");
	is("xfs /dev/mapper/vg-lv", CONFIG_TARGET_FS, "xfs", "/dev/mapper/vg-lv");
}

#define NO_DEVICE                                                                                \
	" is not a device; write UUID=, LABEL=, PARTUUID= or PARTLABEL= and the value as blkid " \
	"prints it, or a node below /dev"

TEST(devices_of_wrong_shape)
{
	refused("ext4 sda1", "1:6: error: 'sda1'" NO_DEVICE);
	refused("ext4 /dev/", "1:6: error: '/dev/'" NO_DEVICE);
	refused("ext4 /dev/sda1 /dev/sda2", "1:6: error: '/dev/sda1 /dev/sda2'" NO_DEVICE);
	refused("xfs UUID=", "1:5: error: 'UUID='" NO_DEVICE);
	refused("xfs UUID=\"1-2", "1:5: error: 'UUID=\"1-2'" NO_DEVICE);
	refused("xfs UUID=\"\"", "1:5: error: 'UUID=\"\"'" NO_DEVICE);
	refused("xfs UUID='1-2'", "1:5: error: 'UUID='1-2''" NO_DEVICE);
	refused("xfs UUID=../../sda", "1:5: error: 'UUID=../../sda'" NO_DEVICE);
	refused("xfs uuid=1", "1:5: error: 'uuid=1'" NO_DEVICE);
}

TEST(raw_devices)
{
	is("raw /dev/disk/by-id/x", CONFIG_TARGET_RAW, "raw", "/dev/disk/by-id/x");
	is("raw PARTUUID=12-3", CONFIG_TARGET_RAW, "raw", "PARTUUID=12-3");
	refused("raw UUID=12-3",
		"1:5: error: 'UUID=12-3' is not a device for raw; write a node such "
		"as /dev/disk/by-id/..., PARTUUID= or PARTLABEL=");
	refused("raw /home/dump", "1:5: error: '/home/dump' is not a device for raw; write a node "
				  "such as /dev/disk/by-id/..., PARTUUID= or PARTLABEL=");
}

TEST(nfs_exports)
{
	is("nfs server.example:/export/x", CONFIG_TARGET_NFS, "nfs", "server.example:/export/x");
	is("nfs 10.0.0.1:/", CONFIG_TARGET_NFS, "nfs", "10.0.0.1:/");
	is("nfs [2001:db8::7]:/e", CONFIG_TARGET_NFS, "nfs", "[2001:db8::7]:/e");
	is("nfs [fe80::1%eth0]:/e", CONFIG_TARGET_NFS, "nfs", "[fe80::1%eth0]:/e");
	refused("nfs server", "1:5: error: 'server' is not an NFS export; write HOST:/EXPORT");
	refused("nfs :/e", "1:5: error: ':/e' is not an NFS export; write HOST:/EXPORT");
	refused("nfs server:e", "1:5: error: 'server:e' is not an NFS export; write HOST:/EXPORT");
	refused("nfs -o:/e", "1:5: error: '-o:/e' is not an NFS export; write HOST:/EXPORT");
	refused("nfs a b:/e", "1:5: error: 'a b:/e' is not an NFS export; write HOST:/EXPORT");
	refused("nfs 2001:db8::7:/e",
		"1:5: error: an IPv6 address needs brackets; write [2001:db8::7]:/EXPORT");
	refused("nfs [server]:/e",
		"1:5: error: '[server]' is not an IPv6 address; write [ADDRESS]:/EXPORT");
}

TEST(ssh_destinations)
{
	is("ssh root@server", CONFIG_TARGET_SSH, "ssh", "root@server");
	is("ssh a.b-c@10.1.1.1", CONFIG_TARGET_SSH, "ssh", "a.b-c@10.1.1.1");
	is("ssh root@2001:db8::1", CONFIG_TARGET_SSH, "ssh", "root@2001:db8::1");
	refused("ssh server", "1:5: error: 'server' is not an ssh destination; write USER@HOST");
	refused("ssh @server", "1:5: error: '@server' is not an ssh destination; write USER@HOST");
	refused("ssh root@", "1:5: error: 'root@' is not an ssh destination; write USER@HOST");
	refused("ssh a@b@c", "1:5: error: 'a@b@c' is not an ssh destination; write USER@HOST");
	refused("ssh -oX@b", "1:5: error: '-oX@b' is not an ssh destination; write USER@HOST");
	refused("ssh a@-b", "1:5: error: 'a@-b' is not an ssh destination; write USER@HOST");
	refused("ssh a@b c", "1:5: error: 'a@b c' is not an ssh destination; write USER@HOST");
	refused("ssh a@b;c", "1:5: error: 'a@b;c' is not an ssh destination; write USER@HOST");
	refused("ssh a@b:/crash",
		"1:5: error: 'a@b:/crash' has a ':' in the host; write USER@HOST, the directory "
		"as 'path', and a port into root's ssh_config");
	is("ssh a@[2001:db8::1]", CONFIG_TARGET_SSH, "ssh", "a@2001:db8::1");
	is("ssh a@[fe80::1%eth0]", CONFIG_TARGET_SSH, "ssh", "a@fe80::1%eth0");
	refused("ssh a@[server]",
		"1:5: error: 'a@[server]': no IPv6 address is between the brackets; write "
		"USER@[ADDRESS], and a port into root's ssh_config");
	refused("ssh a@[::1]:22",
		"1:5: error: 'a@[::1]:22': no IPv6 address is between the brackets; write "
		"USER@[ADDRESS], and a port into root's ssh_config");
}

TEST(virtiofs_tags)
{
	is("virtiofs dumps", CONFIG_TARGET_VIRTIOFS, "virtiofs", "dumps");
	refused("virtiofs a b", "1:10: error: 'a b' is not a tag; write one word of at most 36 "
				"letters");
	refused("virtiofs 1234567890123456789012345678901234567",
		"1:10: error: '1234567890123456789012345678901234567' is not a tag; write one word "
		"of at most 36 letters");
}

TEST(mounts_of_dracut_args)
{
	struct config c;

	good("dracut_args --mount \"/dev/vdb /kdump ext4 defaults,noatime 0 0\"", &c);
	CHECK_EQ(c.targets[0].kind, CONFIG_TARGET_MOUNT);
	CHECK_STR(c.targets[0].where, "/dev/vdb");
	CHECK_STR(c.targets[0].mountpoint, "/kdump");
	CHECK_STR(c.targets[0].fstype, "ext4");
	CHECK_STR(c.targets[0].options, "defaults,noatime");
	CHECK_EQ(c.targets[0].position.column, 13);
	config_free(&c);

	good("dracut_args --install x --mount='UUID=1 /k f2fs'", &c);
	CHECK_STR(c.targets[0].fstype, "f2fs");
	CHECK_EQ(c.targets[0].options, NULL);
	CHECK_EQ(c.targets[0].position.column, 25);
	config_free(&c);

	good("dracut_args --mount \"s:/e /k nfs4 vers=4.2\"", &c);
	CHECK_EQ(c.targets[0].kind, CONFIG_TARGET_NFS);
	CHECK_STR(c.targets[0].where, "s:/e");
	CHECK_STR(c.targets[0].fstype, "nfs4");
	CHECK_STR(c.targets[0].options, "vers=4.2");
	config_free(&c);

	good("dracut_args --mount \"tag /k virtiofs\"", &c);
	CHECK_EQ(c.targets[0].kind, CONFIG_TARGET_VIRTIOFS);
	config_free(&c);

	good("dracut_args --install \"--mount-x\" --mount 'UUID=1 /k xfs'", &c);
	CHECK_EQ(c.targets[0].position.column, 35);
	config_free(&c);

	good("dracut_args --install --mount", &c);
	CHECK_EQ(c.targets[0].kind, CONFIG_TARGET_PATH);
	config_free(&c);
}

#define NO_MOUNT                                                                                \
	"--mount names no target; write --mount \"DEVICE DIRECTORY FSTYPE OPTIONS\", with the " \
	"quotes"

TEST(mounts_of_wrong_shape)
{
	refused("dracut_args --mount", "1:13: error: " NO_MOUNT);
	refused("dracut_args --mount /dev/vdb /k ext4", "1:13: error: " NO_MOUNT);
	refused("dracut_args --install x --mount=", "1:25: error: " NO_MOUNT);
	refused("dracut_args --mount \"vdb /k ext4\"", "1:13: error: 'vdb'" NO_DEVICE);
	refused("dracut_args --mount \"s /k nfs\"",
		"1:13: error: 's' is not an NFS export; write HOST:/EXPORT");
	complains("dracut_args --mount '/dev/a /k xfs' --mount '/dev/b /k xfs'",
		  "1:37: error: more than one target: line 1 has one already; keep one of them");
}

TEST(several_targets)
{
	struct config c;

	read_conf("nfs a:/b\next4 UUID=1",
		  "2:1: error: more than one target: line 1 has one already; write "
		  "'fallback_target ext4 UUID=1' if it is to be tried after that",
		  &c);
	CHECK_EQ(c.nr_targets, 2);
	config_free(&c);
	complains("raw /dev/vda\nraw /dev/vdb",
		  "2:1: error: 'raw' was given on line 1 already; keep one of the two lines");
	complains("ssh a@b\ndracut_args --mount '/dev/a /k xfs'",
		  "2:13: error: more than one target: line 1 has one already; keep one of them");
}

TEST(fallbacks_follow_the_main_target)
{
	struct config c;

	good("fallback_target nfs a:/b\nxfs UUID=1\nfallback_target   raw   /dev/vdb\n"
	     "fallback_target ssh c@d",
	     &c);
	CHECK_EQ(c.nr_targets, 4);
	CHECK_STR(c.targets[0].where, "UUID=1");
	CHECK_STR(c.targets[1].where, "a:/b");
	CHECK_STR(c.targets[2].where, "/dev/vdb");
	CHECK_EQ(c.targets[3].kind, CONFIG_TARGET_SSH);
	CHECK_EQ(c.targets[3].position.column, 21);
	config_free(&c);

	good("fallback_target nfs a:/b", &c);
	CHECK_EQ(c.nr_targets, 2);
	CHECK_EQ(c.targets[0].kind, CONFIG_TARGET_PATH);
	config_free(&c);
}

TEST(fallbacks_of_wrong_shape)
{
	refused("fallback_target nfs",
		"1:17: error: no target behind 'nfs'; write fallback_target nfs HOST:/EXPORT");
	refused("fallback_target /dev/sda1",
		"1:17: error: '/dev/sda1' is not a kind of target; write one of ext4 ext3 ext2 xfs "
		"btrfs minix nfs ssh virtiofs raw");
	refused("fallback_target path /x",
		"1:17: error: 'path' is not a kind of target; write one of ext4 ext3 ext2 xfs "
		"btrfs minix nfs ssh virtiofs raw");
	refused("fallback_target nfs a",
		"1:21: error: 'a' is not an NFS export; write HOST:/EXPORT");
}

TEST(too_many_fallbacks)
{
	char text[512] = "ssh a@b\n";
	struct config c;

	for (int i = 0; i < CONFIG_TARGETS_MAX; i++)
		strcat(text, "fallback_target nfs a:/b\n");
	read_conf(text, "9:21: error: this is target number 9; 8 are the most, remove one", &c);
	CHECK_EQ(c.nr_targets, CONFIG_TARGETS_MAX);
	config_free(&c);
}

RUN(file_systems, devices_of_wrong_shape, raw_devices, nfs_exports, ssh_destinations, virtiofs_tags,
    mounts_of_dracut_args, mounts_of_wrong_shape, several_targets, fallbacks_follow_the_main_target,
    fallbacks_of_wrong_shape, too_many_fallbacks)
