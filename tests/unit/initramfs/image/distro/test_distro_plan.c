/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_distro_plan.c - what an image of dracut or initramfs-tools is told, and when it is stale */
#include "initramfs/image/inputs.h"
#include "initramfs/image/distro/distro_plan.h"

#include "made_machine.h"

#define THIN_CONF "ext4 /dev/mapper/vg0-dump\npath /dumps\n"

/* ext4 on the thin volume dm-0 of a pool on dm-1. */
static void make_thin(struct machine *m)
{
	machine_open(m);
	machine_dm(m, "LVM-thin\n", "0 2048 thin 253:1 1\n");
	machine_mkfs(m, "ext4", "dm-0");
	machine_block(m, "devices/virtual/block/dm-1", "253:1");
	machine_put(m->sys, "devices/virtual/block/dm-1/dm/uuid", "LVM-pool-tpool\n");
	machine_run("mkdir -p %s/devices/virtual/block/dm-0/slaves", m->sys);
	machine_run("ln -sfn ../../dm-1 %s/devices/virtual/block/dm-0/slaves/dm-1", m->sys);
}

static int gather(struct machine *m, const char *conf, struct distro_plan *out)
{
	static const char *const files[] = { "/etc/lvm/lvm.conf", "/etc/dracut.conf.d",
					     "/etc/not-there", NULL };
	struct image_request req = machine_request(m, conf);

	return distro_plan_gather(&req, files, out);
}

static char *record(struct machine *m, const char *conf)
{
	struct distro_plan o;
	char *text = NULL;

	CHECK_EQ(gather(m, conf, &o), 0);
	CHECK_EQ(inputs_record(&o.inputs, NULL, &text), 0);
	distro_plan_free(&o);
	return text;
}

/* Does the record differ from before, because of this? */
static void changed(struct machine *m, const char *before, const char *path)
{
	char *now = record(m, THIN_CONF), *why = NULL;

	CHECK_EQ(inputs_compare(before, now, &why), path ? 1 : 0);
	if (path && !(why && strstr(why, path)))
		print_message("#  got: %s\n# want: %s\n", why, path);
	CHECK(!path || (why && strstr(why, path)));
	free(why);
	free(now);
}

TEST(thin_volume_is_known_by_its_file_system)
{
	struct machine m;
	struct distro_plan o;
	struct plan plan;

	make_thin(&m);
	CHECK_EQ(gather(&m, THIN_CONF, &o), 0);
	CHECK_STR(fail_text(), "");
	CHECK_EQ(o.nodes.nr, 1);
	CHECK_STR(o.nodes.at[0], "/dev/dm-0");
	CHECK_EQ(plan_parse(o.plan, strlen(o.plan), &plan), 0);
	CHECK(plan.nr_devices == 1 && plan.nr_targets == 1 && plan.nr_modules == 0);
	CHECK_EQ(plan.devices[0].kind, PLAN_PLAIN);
	CHECK_STR(plan.devices[0].id, "UUID=" VDA_FS);
	CHECK_STR(plan.devices[0].name, "vg0-dump");
	CHECK_STR(plan.targets[0].fstype, "ext4");
	CHECK_STR(plan.targets[0].path, "dumps");
	plan_free(&plan);
	distro_plan_free(&o);
	machine_close(&m);
}

TEST(fallback_targets_on_other_machines_are_left_out)
{
	struct machine m;
	struct distro_plan o;

	make_thin(&m);
	CHECK_EQ(gather(&m, THIN_CONF "fallback_target nfs server:/crash\n", &o), 0);
	CHECK_EQ(strstr(o.plan, "server"), NULL);
	CHECK(o.warnings.nr == 1 && strstr(o.warnings.at[0], "nfs server:/crash is left out"));
	distro_plan_free(&o);
	CHECK_EQ(gather(&m, "nfs server:/crash\n", &o), -EOPNOTSUPP);
	CHECK(strstr(fail_text(), "local file systems"));
	distro_plan_free(&o);
	machine_close(&m);
}

/* What --install names is dracut's to put in: it need not be a program. */
TEST(files_that_are_no_programs_count_too)
{
	static const char conf[] = THIN_CONF "dracut_args --install /etc/keys/crash\n";
	struct machine m;
	char *before, *now, *why = NULL;

	make_thin(&m);
	machine_put(m.root, "etc/keys/crash", "secret\n");
	before = record(&m, conf);
	machine_put(m.root, "etc/keys/crash", "another\n");
	now = record(&m, conf);
	CHECK_EQ(inputs_compare(before, now, &why), 1);
	CHECK(why && strstr(why, "/etc/keys/crash"));
	free(why);
	free(now);
	free(before);
	machine_close(&m);
}

/* Libraries and shells are for dracut to find; what a script calls for it cannot know. */
TEST(programs_are_named)
{
	static const char conf[] =
		THIN_CONF "kdump_post /opt/hook\ndracut_args --install \"tool /etc/keys/crash\"\n"
			  "core_collector cp\nfailure_action shell\n";
	struct machine m;
	struct distro_plan o;

	make_thin(&m);
	machine_run("mkdir -p %s/bin", m.root);
	machine_run("cp /bin/busybox %s/bin/", m.root);
	machine_run("ln -s busybox %s/bin/sh", m.root);
	machine_run("ln -s busybox %s/bin/cp", m.root);
	machine_put(m.root, "opt/hook", "#!/bin/sh\n");
	machine_put(m.root, "usr/bin/tool", "#!/bin/sh\n");
	machine_put(m.root, "etc/keys/crash", "secret\n");
	machine_run("chmod 755 %s/opt/hook", m.root);
	CHECK_EQ(gather(&m, conf, &o), 0);
	CHECK_STR(fail_text(), "");
	CHECK(strlist_has(&o.programs, "/opt/hook") && strlist_has(&o.programs, "/bin/sh"));
	CHECK(strlist_has(&o.programs, "/bin/busybox") && strlist_has(&o.programs, "/bin/cp"));
	CHECK(strlist_has(&o.programs, "/usr/bin/tool"));
	CHECK(strlist_has(&o.programs, "/etc/keys/crash"));
	CHECK_EQ(o.programs.nr, 6);
	distro_plan_free(&o);
	CHECK_EQ(gather(&m, THIN_CONF "extra_bins /etc/keys/lost\n", &o), -ENOENT);
	CHECK(strstr(fail_text(), "extra_bins: /etc/keys/lost"));
	distro_plan_free(&o);
	machine_close(&m);
}

TEST(memory_is_brought_back_by_nobody)
{
	struct machine m;
	struct distro_plan o;

	machine_open(&m);
	machine_block(&m, "devices/virtual/block/zram0", "252:0");
	machine_mkfs(&m, "ext4", "zram0");
	CHECK_EQ(gather(&m, "ext4 /dev/zram0\npath /\n", &o), -EOPNOTSUPP);
	CHECK(strstr(fail_text(), "gone after the crash"));
	distro_plan_free(&o);
	machine_close(&m);
}

TEST(device_without_a_uuid_cannot_be_found_again)
{
	struct machine m;
	struct distro_plan o;

	make_thin(&m);
	machine_run("tune2fs -U clear %s/dm-0 >/dev/null 2>&1", m.dev);
	CHECK_EQ(gather(&m, THIN_CONF, &o), -ENODEV);
	CHECK(strstr(fail_text(), "has no UUID"));
	distro_plan_free(&o);
	machine_close(&m);
}

TEST(image_is_stale_when_something_changed)
{
	struct machine m;
	char *before, *now, *why = NULL;

	make_thin(&m);
	machine_put(m.root, "etc/lvm/lvm.conf", "devices { }\n");
	machine_put(m.root, "etc/dracut.conf.d/site.conf", "add_drivers+=x\n");
	before = record(&m, THIN_CONF);
	changed(&m, before, NULL);
	now = record(&m, THIN_CONF "keep_dumps 3\n");
	CHECK_EQ(inputs_compare(before, now, &why), 1);
	CHECK(why && strstr(why, "/etc/kdump.conf"));
	free(why);
	free(now);
	machine_put(m.root, "etc/lvm/lvm.conf", "devices { filter = [] }\n");
	changed(&m, before, "/etc/lvm/lvm.conf");
	machine_put(m.root, "etc/lvm/lvm.conf", "devices { }\n");
	changed(&m, before, NULL);
	machine_put(m.root, "etc/dracut.conf.d/site.conf", "add_drivers+=y\n");
	changed(&m, before, "/etc/dracut.conf.d/site.conf");
	machine_put(m.root, "etc/dracut.conf.d/site.conf", "add_drivers+=x\n");
	/* The pool was moved onto another: same file system, same volume. */
	machine_put(m.sys, "devices/virtual/block/dm-1/dm/uuid", "CRYPT-LUKS2-pool\n");
	changed(&m, before, "/devices");
	free(before);
	machine_close(&m);
}

/* ext4 on dm-0, which is linear on dm-1, which is encrypted on vdb; dm-verity wants no key. */
TEST(encrypted_layers_are_named)
{
	struct machine m;
	struct distro_plan o;

	make_thin(&m);
	machine_put(m.sys, "devices/virtual/block/dm-1/dm/uuid", "CRYPT-LUKS2-0123abcd-dm--1\n");
	machine_put(m.sys, "devices/virtual/block/dm-1/dm/name", "dm-1\n");
	machine_block(&m, "devices/virtual/block/vdb", "254:16");
	machine_run("mkdir -p %s/devices/virtual/block/dm-1/slaves", m.sys);
	machine_run("ln -sfn ../../vdb %s/devices/virtual/block/dm-1/slaves/vdb", m.sys);
	CHECK_EQ(gather(&m, THIN_CONF, &o), 0);
	CHECK_EQ(o.nr_crypts, 1);
	CHECK_STR(o.crypts[0].name, "dm-1");
	CHECK_STR(o.crypts[0].uuid, "0123abcd");
	CHECK_STR(o.crypts[0].header, "/dev/vdb");
	distro_plan_free(&o);
	machine_put(m.sys, "devices/virtual/block/dm-1/dm/uuid", "CRYPT-PLAIN-dm--1\n");
	CHECK_EQ(gather(&m, THIN_CONF, &o), 0);
	CHECK_EQ(o.nr_crypts, 1);
	CHECK_STR(o.crypts[0].uuid, "");
	distro_plan_free(&o);
	machine_put(m.sys, "devices/virtual/block/dm-1/dm/uuid", "CRYPT-VERITY-0123-dm--1\n");
	CHECK_EQ(gather(&m, THIN_CONF, &o), 0);
	CHECK_EQ(o.nr_crypts, 0);
	distro_plan_free(&o);
	machine_close(&m);
}

RUN(encrypted_layers_are_named, thin_volume_is_known_by_its_file_system,
    fallback_targets_on_other_machines_are_left_out, files_that_are_no_programs_count_too,
    programs_are_named, memory_is_brought_back_by_nobody,
    device_without_a_uuid_cannot_be_found_again, image_is_stale_when_something_changed)
