/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_rootfs.c - the root file system as the target of dump_to_rootfs */
#include "initramfs/image/device/targets.h"

#include "base/err.h"
#include "made_machine.h"

#define CONF	"ssh root@192.0.2.9\npath /var/crash\nfailure_action dump_to_rootfs\n"

#define OVERLAY "30 1 0:31 / / ro - overlay composefs ro,lowerdir=/run/c,datadir+=/x\n"

/* A machine with these mounts beside the root's. */
static void open_overlay(struct machine *m, const char *mounts)
{
	machine_open(m);
	machine_vda(m);
	machine_mkfs(m, "ext4", "vda");
	machine_mount(m, mounts);
	machine_run("mkdir -p %s/var/crash %s/sysroot", m->root, m->root);
}

TEST(a_root_put_together_of_files_in_sysroot_has_the_target_there)
{
	struct machine m;
	struct builder b;

	open_overlay(&m, OVERLAY "31 30 254:0 / /sysroot ro - ext4 /dev/vda rw\n"
				 "32 30 254:0 /ostree/deploy/x/var /var rw - ext4 /dev/vda rw");
	machine_builder(&m, CONF, &b);
	CHECK_EQ(targets_gather(&b), 0);
	CHECK_EQ(b.plan.nr_targets, 2);
	CHECK(b.plan.targets[1].kind == PLAN_FS && b.plan.targets[1].rootfs);
	CHECK_STR(b.plan.targets[1].fstype, "ext4");
	CHECK_STR(b.plan.targets[1].path, "var/crash");
	CHECK_STR(b.plan.targets[1].shown, "/sysroot/var/crash");
	builder_close(&b);
	machine_close(&m);
}

TEST(a_root_put_together_of_what_is_unknown_is_refused)
{
	struct machine m;
	struct builder b;

	open_overlay(&m, OVERLAY);
	machine_builder(&m, CONF, &b);
	CHECK_OP(targets_gather(&b), <, 0);
	CHECK(strstr(fail_text(), "file system of type overlay"));
	builder_close(&b);
	machine_close(&m);
}

RUN(a_root_put_together_of_files_in_sysroot_has_the_target_there,
    a_root_put_together_of_what_is_unknown_is_refused)
