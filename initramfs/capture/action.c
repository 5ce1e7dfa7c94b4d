/* SPDX-License-Identifier: GPL-2.0-or-later */
/* action.c - what happens to the machine at the end */
#include "initramfs/capture/capture.h"

#include "base/err.h"
#include "initramfs/capture/attribute.h"
#include "initramfs/capture/child.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/shell.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#define SYNC_SECONDS   30
#define ACTION_SECONDS 30 /* for the kernel to do what reboot(2) asked for */
#define ROOTFS_SECONDS 90 /* for the root file system to appear */

static int do_sync(void *arg)
{
	(void)arg;
	sync();
	return 0;
}

static void press_sysrq(const struct capture *c, const char *key)
{
	char path[300];

	snprintf(path, sizeof(path), "%.250s/proc/sysrq-trigger", c->cfg.root);
	(void)attribute_put(path, key);
}

static void __attribute__((noreturn)) leave(struct capture *c, enum config_action action)
{
	int how = (int)(action == CONFIG_POWEROFF ? RB_POWER_OFF
			: action == CONFIG_HALT	  ? RB_HALT_SYSTEM
						  : RB_AUTOBOOT);

	/* A machine that is halted on purpose must not be reset; a reboot that hangs must. */
	if (action == CONFIG_HALT)
		failsafe_end(&c->failsafe, true);
	else
		failsafe_feed(&c->failsafe, ACTION_SECONDS, "reboot");
	console_close();
	(void)reboot(how);
	if (action != CONFIG_HALT)
		press_sysrq(c, action == CONFIG_POWEROFF ? "o" : "b");
	for (;;)
		pause();
}

void action_final(struct capture *c, enum config_action action)
{
	struct deadline by = capture_step(c, STEP_sync, SYNC_SECONDS);

	fail_clear();
	if (child_call(do_sync, NULL, "sync", &by) < 0)
		console_log_failure("some writes may be lost");
	console_log("%s, %.1f s after the start", config_action_name(action),
		    clock_since(c->status.started));
	if (c->cfg.real)
		leave(c, action);
	failsafe_end(&c->failsafe, true);
	console_log("not in a capture kernel: the machine is not rebooted");
}

/* The root file system, as one more target: the last one of the plan. */
static void dump_to_rootfs(struct capture *c)
{
	const struct plan_target *spec = NULL;
	unsigned device = c->config.timeout[CONFIG_PHASE_DEVICE];

	for (size_t i = 0; i < c->plan.nr_targets; i++) {
		if (c->plan.targets[i].rootfs)
			spec = &c->plan.targets[i];
	}
	if (!spec) {
		console_log("dump_to_rootfs: the image has no root file system; rebuild it");
		return;
	}
	console_log("dump_to_rootfs: trying the root file system, %s", spec->source);
	if (device == 0 || device > ROOTFS_SECONDS)
		c->config.timeout[CONFIG_PHASE_DEVICE] = ROOTFS_SECONDS;
	if (capture_to(c, spec) < 0)
		console_log_failure("dump_to_rootfs");
	capture_leave(c);
}

void action_failure(struct capture *c)
{
	enum config_action action = c->config.failure_action;

	console_log("failure_action %s", config_action_name(action));
	if (action == CONFIG_DUMP_TO_ROOTFS) {
		dump_to_rootfs(c);
	} else if (action == CONFIG_SHELL) {
		failsafe_feed(&c->failsafe, FAILSAFE_NEVER, "wait for the shell");
		shell_run(c->cfg.root);
	} else {
		action_final(c, action);
	}
}
