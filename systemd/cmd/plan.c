/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan.c - kdumpctl _plan [DIR]: print the plan for the dracut module and the initramfs-tools hook
 */
#include "systemd/ctl.h"

#include "base/err.h"
#include "initramfs/image/image.h"
#include "systemd/distro/distro_image.h"
#include "systemd/load/image_state.h"

int cmd_plan(struct ctl *ctl, int argc, char **argv)
{
	struct image_state_paths paths;
	struct image_request req;
	int rc;

	if (argc > 2 || (argc == 2 && argv[1][0] != '/'))
		return ctl_usage("%s takes the root of the image or no arguments", argv[0]);
	rc = ctl_load(ctl);
	image_state_request(ctl, &paths, &req);
	if (rc == 0)
		rc = distro_put(&req, argv[1], stdout);
	return rc < 0 ? ctl_fail("plan of the target") : CTL_OK;
}
