/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.c - kdumpctl _plan FILE: for the dracut module and the initramfs-tools hook */
#include "systemd/ctl.h"

#include "base/err.h"
#include "initramfs/build/image.h"
#include "systemd/files.h"
#include "systemd/foreign.h"
#include "systemd/image_state.h"

#include <stdlib.h>

int cmd_plan(struct ctl *ctl, int argc, char **argv)
{
	struct image_state_paths paths;
	struct image_request req;
	char *text = NULL;
	int rc;

	if (argc != 2 || argv[1][0] != '/')
		return ctl_usage("%s wants the absolute name of a file", argv[0]);
	rc = ctl_load(ctl);
	image_state_request(ctl, &paths, &req);
	if (rc == 0)
		rc = foreign_plan(&req, &text);
	if (rc == 0)
		rc = files_write("", argv[1], 0600, text);
	free(text);
	return rc < 0 ? ctl_fail("plan of the target") : CTL_OK;
}
