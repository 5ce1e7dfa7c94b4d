/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules.h - load the plan's kernel modules, in its order */
#ifndef CAPTURE_MODULES_H
#define CAPTURE_MODULES_H

#include "initramfs/plan/plan.h"

#include "initramfs/capture/deadline.h"

#include <stdbool.h>

struct modules_cfg {
	const char *root;    /* the modules are below it */
	const char *cmdline; /* the kernel's: parameters of modules, and which not to load */
	bool discard;	     /* remove the files, which take memory where the image is the root */
	unsigned seconds;    /* for one: a driver that hangs over its device is left behind; 0: no
				limit */
	struct deadline by;  /* for all of them */
};

/*
 * Every module. One that cannot be loaded, or is blacklisted on the command line, is said and
 * counted, and the next one tried: it may be one the target does not need. Returns how many are not
 * loaded.
 */
unsigned modules_load(const struct plan *plan, const struct modules_cfg *cfg);

#endif
