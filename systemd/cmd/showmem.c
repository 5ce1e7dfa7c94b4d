/* SPDX-License-Identifier: GPL-2.0-or-later */
/* showmem.c - kdumpctl showmem: how much memory is reserved */
#include "systemd/ctl.h"

#include "systemd/load/kernel_state.h"
#include "systemd/message.h"

#include <inttypes.h>

int cmd_showmem(struct ctl *ctl, int argc, char **argv)
{
	struct kernel_state s;

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	kernel_state_read(ctl->root, &s);
	message_info("Reserved %" PRIu64 "MB memory for crash kernel", s.crash_size >> 20);
	if (s.crash_cma)
		message_info("and %" PRIu64 "MB of CMA for its programs", s.crash_cma >> 20);
	return CTL_OK;
}
