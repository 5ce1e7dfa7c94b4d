/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_config.c - kdumpctl check-config: the files as text, and against this system */
#include "systemd/ctl.h"

#include "base/err.h"
#include "config/check.h"
#include "systemd/files.h"
#include "systemd/tell.h"
#include "systemd/whereabouts.h"

#include <stdio.h>

static void tell_valid(const struct ctl *ctl)
{
	if (!ctl->config_made)
		tell_info("%s is valid", ctl->config_path);
	else if (files_exist(ctl->root, ctl->sysconfig_file))
		tell_info("there is no " CONFIG_FILE "; %s is valid, and the defaults hold for "
			  "what it does not say",
			  ctl->sysconfig_file);
	else
		tell_info("there is no " CONFIG_FILE " and no %s; the defaults are valid here",
			  ctl->sysconfig_file);
}

int cmd_check_config(struct ctl *ctl, int argc, char **argv)
{
	struct config_system system = { .root = *ctl->root ? ctl->root : NULL,
					.collector = ctl->collector };
	char line[CTL_PATH_MAX + REPORT_TEXT_MAX];
	struct whereabouts at;
	unsigned told;
	int rc;

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	if (ctl_load(ctl) < 0)
		return ctl_fail("check-config");
	told = ctl->config.report.nr;
	rc = config_check_system(&ctl->config, &system);
	/* Warnings of the text were told by ctl_load(); sorting may have moved them. */
	for (unsigned i = 0; ctl->config.report.nr > told &&
			     config_report_line(&ctl->config.report, i, line, sizeof(line));
	     i++)
		tell_error("%s", line);
	if (rc == 0 && ctl->sysconfig.kernel_version)
		rc = whereabouts_find(ctl, &at);
	if (rc < 0)
		return ctl_fail("check-config");
	tell_valid(ctl);
	return CTL_OK;
}
