/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_config.c - kdumpctl check-config: the files as text, and against this system */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/files.h"
#include "systemd/check/settings.h"
#include "systemd/check/system_check.h"
#include "systemd/message.h"

static void print_valid(const struct ctl *ctl)
{
	if (!ctl->config_made)
		message_info("%s is valid", ctl->config_path);
	else if (files_exist(ctl->root, ctl->sysconfig_file))
		message_info("there is no " CONFIG_FILE "; %s is valid, and the defaults hold for "
			     "what it does not set",
			     ctl->sysconfig_file);
	else
		message_info("there is no " CONFIG_FILE " and no %s; the defaults are valid here",
			     ctl->sysconfig_file);
}

int cmd_check_config(struct ctl *ctl, int argc, char **argv)
{
	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	if (ctl_load(ctl) < 0)
		return ctl_fail("check-config");
	settings_warn(ctl);
	if (system_check(ctl, NULL) < 0)
		return ctl_fail("check-config");
	print_valid(ctl);
	return CTL_OK;
}
