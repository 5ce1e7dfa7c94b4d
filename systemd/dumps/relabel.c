/* SPDX-License-Identifier: GPL-2.0-or-later */
/* relabel.c - restorecon for the directories of dumps */
#include "systemd/dumps/relabel.h"

#include "base/err.h"
#include "base/run.h"
#include "systemd/dumps/target_access.h"
#include "systemd/files.h"

#define LIMIT_MS (60 * 1000)

/* The labels of a share are its server's, and a raw device has none. */
static bool has_labels(const struct config_target *t)
{
	return t->kind == CONFIG_TARGET_PATH || t->kind == CONFIG_TARGET_FS ||
	       t->kind == CONFIG_TARGET_MOUNT;
}

static void relabel(const struct ctl *ctl, const struct config_target *t)
{
	struct target_access access;
	const char *const argv[] = { "restorecon", "-r", access.dir, NULL };

	if (target_access_open(ctl, t, ACCESS_MOUNTED, &access) < 0 ||
	    run_must(&(struct run_cfg){ .argv = argv, .timeout_ms = LIMIT_MS }) < 0)
		fail_clear();
	target_access_close(&access);
}

void relabel_dumps(const struct ctl *ctl)
{
	if (!files_exist(ctl->root, "/sys/fs/selinux/enforce") || !run_exists("restorecon"))
		return;
	for (unsigned i = 0; i < ctl->config.nr_targets; i++) {
		if (has_labels(&ctl->config.targets[i]))
			relabel(ctl, &ctl->config.targets[i]);
	}
}
