/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules.h - load the plan's kernel modules, in its order */
#ifndef CAPTURE_MODULES_H
#define CAPTURE_MODULES_H

#include "initramfs/plan/plan.h"

#include "base/clock.h"

#include <stdbool.h>

struct modules_cfg {
	const char *root;    /* the module files are below it */
	const char *cmdline; /* of the kernel: module parameters, and modules not to load */
	bool discard;	     /* remove the files after loading: in an initramfs they take memory */
	unsigned seconds;    /* for one module: a driver that hangs is left behind; 0: no limit */
	struct deadline by;  /* for all modules */
};

/*
 * Load every module. One that cannot be loaded, or is blacklisted on the command line, is logged
 * and counted, and the next one is tried: the target may not need it. Returns how many are not
 * loaded.
 */
unsigned modules_load(const struct plan *plan, const struct modules_cfg *cfg);

#endif
