/* SPDX-License-Identifier: GPL-2.0-or-later */
/* package.c - for package scripts: a kernel or kdump itself is removed */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/crashkernel/bootloader.h"
#include "systemd/dumps/earlier.h"
#include "systemd/files.h"
#include "systemd/load/panic_policy.h"
#include "systemd/load/kdump_load.h"
#include "systemd/message.h"
#include "systemd/load/kernel_paths.h"

#include <stdio.h>

int cmd_remove_kernel(struct ctl *ctl, int argc, char **argv)
{
	if (argc != 2)
		return ctl_usage("%s needs one kernel release", argv[0]);
	kernel_paths_remove(ctl, argv[1]);
	return CTL_OK;
}

/*
 * Remove everything that kdump created on this system except the dumps, including the boot loader's
 * file.
 */
int cmd_purge(struct ctl *ctl, int argc, char **argv)
{
	static const char *const files[] = {
		CTL_STATE_DIR "/boot.json",
		CTL_STATE_DIR "/last-boot.json",
		CTL_STATE_DIR "/lost.json",
		CTL_STATE_DIR "/test.json",
		CTL_STATE_DIR "/crash.json",
		CTL_RUN_DIR "/armed.json",
		CTL_RUN_DIR "/kdump.conf",
		CTL_RUN_DIR "/hotplug",
		PANIC_POLICY_RECORD,
		EARLIER_FILE,
		CTL_CONVERTED,
	};
	struct bootloader_change none = { .root = ctl->root, .kernel = "ALL" };

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	if (service_disarm(ctl) < 0)
		fail_clear();
	kernel_paths_remove(ctl, NULL);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (files_remove(ctl->root, files[i]) < 0)
			ctl_fail("purge");
	}
	if (files_exist(ctl->root, "/etc/default/grub.d/kdump.cfg") &&
	    bootloader_grub.set(&none) < 0)
		ctl_fail("purge");
	return CTL_OK;
}
