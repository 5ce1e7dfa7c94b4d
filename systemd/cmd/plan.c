/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.c - kdumpctl _plan FILE: for the dracut module and the initramfs-tools hook */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/files.h"
#include "systemd/foreign.h"

#include <stdlib.h>

int cmd_plan(struct ctl *ctl, int argc, char **argv)
{
	char *text = NULL;
	int rc;

	if (argc != 2 || argv[1][0] != '/')
		return ctl_usage("%s wants the absolute name of a file", argv[0]);
	rc = ctl_load(ctl);
	if (rc == 0)
		rc = foreign_plan(ctl, &text);
	if (rc == 0)
		rc = files_write("", argv[1], 0600, text);
	free(text);
	return rc < 0 ? ctl_fail("plan of the target") : CTL_OK;
}
