/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wanted.c - kdumpctl _wanted: condition of kdump.service
 *
 * A machine that boots without a reservation must not have a failed unit: presets of distributions
 * enable the service everywhere. A user who starts it by hand must see that it did not work: then
 * start runs and fails with the reason.
 */
#include "systemd/ctl.h"

#include "base/err.h"
#include "base/karg.h"
#include "base/run.h"
#include "systemd/files.h"
#include "systemd/load/kernel_state.h"
#include "systemd/load/kdump_load.h"
#include "systemd/message.h"

#include <stdlib.h>
#include <string.h>

/* Memory is reserved, or was requested and not reserved: start must arm or report an error. */
static bool is_asked_for(const struct ctl *ctl)
{
	struct kernel_state s;
	char *cmdline;
	bool asked;

	kernel_state_read(ctl->root, &s);
	if (s.crash_size)
		return true;
	if (files_read(ctl->root, "/proc/cmdline", 1 << 16, &cmdline) < 0) {
		fail_clear();
		return true;
	}
	asked = karg_has(cmdline, "crashkernel") || karg_has(cmdline, "fadump");
	free(cmdline);
	return asked;
}

/* False if unknown: then start may fail. */
static bool is_booting(void)
{
	const char *const argv[] = { "systemctl", "is-system-running", NULL };
	struct run_result r;
	bool booting = false;

	if (run_program(&(struct run_cfg){ .argv = argv, .timeout_ms = 10 * 1000, .out = RUN_KEEP },
			&r) < 0)
		fail_clear();
	else
		booting = strncmp(r.out.data, "starting", 8) == 0 ||
			  strncmp(r.out.data, "initializing", 12) == 0;
	run_result_fini(&r);
	return booting;
}

int cmd_wanted(struct ctl *ctl, int argc, char **argv)
{
	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	if (is_asked_for(ctl) || !is_booting())
		return CTL_OK;
	if (service_possible(ctl) < 0)
		message_warn("not armed: %s", fail_text());
	fail_clear();
	return CTL_FAILED;
}
