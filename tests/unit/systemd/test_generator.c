/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_generator.c - what kdump.service waits for, out of kdump.conf */
#include "systemd/ctl.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "temp_root.h"

#define HEAD	     "# Made by kdump-generator\n[Unit]\n"
#define REMOTE	     "After=remote-fs.target\n"
#define DEVICE(name) "Wants=" name ".device\nAfter=" name ".device\n"
#define DUMPS	     DEVICE("dev-disk-by\\x2dlabel-dumps")
#define NETWORK	     "Wants=network-online.target\nAfter=network-online.target\n"

static const struct {
	const char *conf, *unit;
} cases[] = {
	{ "", HEAD "RequiresMountsFor=\"/var/crash\"\n" REMOTE },
	{ "path /data/dumps\n", HEAD "RequiresMountsFor=\"/data/dumps\"\n" REMOTE },
	{ "path /50% of \"it\" \\ it\n",
	  HEAD "RequiresMountsFor=\"/50%% of \\\"it\\\" \\\\ it\"\n" REMOTE },
	{ "ext4 LABEL=dumps\n", HEAD DUMPS },
	{ "ext4 LABEL=50% of/\\it\n",
	  HEAD DEVICE("dev-disk-by\\x2dlabel-50\\x5cx25\\x5cx20of\\x5cx2f\\x5cx5cit") },
	{ "xfs UUID=3157eae8-4c39-472e-b5dc-8cd384839dac\n",
	  HEAD DEVICE(
		  "dev-disk-by\\x2duuid-3157eae8\\x2d4c39\\x2d472e\\x2db5dc\\x2d8cd384839dac") },
	{ "raw /dev/vdb\n", HEAD DEVICE("dev-vdb") },
	{ "raw /dev/disk/by-id/virtio-data\n", HEAD DEVICE("dev-disk-by\\x2did-virtio\\x2ddata") },
	{ "raw PARTLABEL=dumps\n", HEAD DEVICE("dev-disk-by\\x2dpartlabel-dumps") },
	{ "dracut_args --mount \"/dev/vg/dumps /mnt ext4 defaults\"\n",
	  HEAD DEVICE("dev-vg-dumps") },
	{ "nfs server:/export\n", HEAD REMOTE NETWORK },
	{ "ssh kdump@server\n", HEAD NETWORK },
	{ "ext4 LABEL=dumps\nfallback_target ssh kdump@server\n", HEAD DUMPS NETWORK },
	{ "ext4 LABEL=dumps\nfence_kdump_nodes a b\n", HEAD DUMPS NETWORK },
	/* What is wrong kdump.service will say; what is right holds. */
	{ "no_such_key\nnfs server:/export\npath relative\n", HEAD REMOTE NETWORK },
};

static const char *made(const char *conf)
{
	char dir[128];

	root_put(CONFIG_FILE, conf);
	snprintf(dir, sizeof(dir), "%s/units", temp_root);
	CHECK_EQ(generator_run(temp_root, dir), CTL_OK);
	return root_text("/units/kdump.service.d/10-target.conf");
}

TEST(needs)
{
	root_new();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		CHECK_STR(made(cases[i].conf), cases[i].unit);
	root_drop();
}

#define MOUNT(name) "After=" name ".mount\n"

/* What fstab mounts is waited for, however either of them names the device. */
TEST(mounts_of_fstab)
{
	root_new();
	root_put("/etc/fstab",
		 "LABEL=dumps /mnt/dumps/ ext4 nofail,_netdev 0 0\n# LABEL=dumps /no ext4\n"
		 "/dev/vg/a-b /srv/a-b xfs nofail 0 0\n/dev/vda1 / ext4 rw 0 0\n"
		 "UUID=\"1-2\" none swap sw 0 0\n");
	CHECK_STR(made("ext4 LABEL=dumps\n"), HEAD DUMPS MOUNT("mnt-dumps"));
	CHECK_STR(made("ext4 /dev/disk/by-label/dumps\n"), HEAD DUMPS MOUNT("mnt-dumps"));
	CHECK_STR(made("xfs /dev/vg/a-b\n"), HEAD DEVICE("dev-vg-a\\x2db") MOUNT("srv-a\\x2db"));
	CHECK_STR(made("ext4 LABEL=other\n"), HEAD DEVICE("dev-disk-by\\x2dlabel-other"));
	CHECK_STR(made("ext4 /dev/vda1\n"), HEAD DEVICE("dev-vda1"));
	CHECK_STR(made("nfs server:/export\n"), HEAD REMOTE NETWORK);
	root_drop();
}

TEST(no_config)
{
	char dir[128];

	root_new();
	snprintf(dir, sizeof(dir), "%s/units", temp_root);
	CHECK_EQ(generator_run(temp_root, dir), CTL_OK);
	CHECK_STR(root_text("/units/kdump.service.d/10-target.conf"), cases[0].unit);
	root_drop();
}

/* Whole, however long the path is. */
TEST(long_path)
{
	char dir[128], conf[20100] = "path /", *text = NULL;

	memset(conf + strlen(conf), 'a', 20000);
	root_new();
	root_put(CONFIG_FILE, conf);
	snprintf(dir, sizeof(dir), "%s/units", temp_root);
	CHECK_EQ(generator_run(temp_root, dir), CTL_OK);
	CHECK_EQ(files_read(dir, "/kdump.service.d/10-target.conf", 1 << 16, &text), 0);
	CHECK_EQ(strlen(text), strlen(cases[0].unit) - strlen("var/crash") + 20000);
	CHECK_STR(strstr(text, "a\"\n"), "a\"\n" REMOTE);
	free(text);
	root_drop();
}

TEST(no_place)
{
	char dir[128];

	root_new();
	root_put("/units", "a file");
	snprintf(dir, sizeof(dir), "%s/units", temp_root);
	CHECK_EQ(generator_run(temp_root, dir), CTL_FAILED);
	CHECK_STR(fail_text(), "");
	root_drop();
}

RUN(needs, mounts_of_fstab, no_config, long_path, no_place)
