/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.c - all that is checked on this system
 *
 * Nothing here may change the system, mount, or wait for a server: it runs at boot, and
 * for a caller that only asks whether the file is valid.
 */
#include "config/check/check_impl.h"

#include "base/err.h"

#include <sys/utsname.h>

int config_check_system(struct config *c, const struct config_system *system)
{
	struct check k = { .c = c };
	unsigned before = c->report.nr;
	struct utsname uts;

	if (system)
		k.system = *system;
	if (uname(&uts) < 0)
		return fail(-errno, "ask for the running kernel's release");
	if (!k.system.root)
		k.system.root = "";
	if (!k.system.collector)
		k.system.collector = "kdump-collect";
	if (!k.system.kernel)
		k.system.kernel = uts.release;

	config_check_targets(&k);
	config_check_hooks(&k);
	config_check_drop_ins(&k);
	config_check_bins(&k);
	config_check_modules(&k);
	config_check_key(&k);
	config_check_collector(&k);
	config_check_encrypt(&k);
	config_check_fence(&k);
	config_report_sort(&c->report, before);
	return config_report_verdict(&c->report);
}
