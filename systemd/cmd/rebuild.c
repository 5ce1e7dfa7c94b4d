/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rebuild.c - kdumpctl rebuild: build the image now */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/lock.h"
#include "systemd/load/kdump_load.h"
#include "systemd/message.h"

int cmd_rebuild(struct ctl *ctl, int argc, char **argv)
{
	struct service_armed built;
	int lock, rc;

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	lock = lock_take(ctl->root);
	if (lock < 0)
		return ctl_fail("rebuild");
	rc = ctl_load(ctl);
	if (rc == 0)
		rc = service_build(ctl, true, &built);
	lock_release(lock);
	if (rc < 0)
		return ctl_fail("rebuild");
	message_info("Rebuilding %s: [OK]; \"kdumpctl reload\" loads it", built.image);
	return CTL_OK;
}
