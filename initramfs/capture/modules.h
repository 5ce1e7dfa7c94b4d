/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules.h - load the plan's kernel modules, in its order */
#ifndef CAPTURE_MODULES_H
#define CAPTURE_MODULES_H

#include "initramfs/plan/plan.h"

#include <stdbool.h>

/*
 * Every module, below root. One that cannot be loaded is said and counted, and the next
 * one tried: it may be one the target does not need. Returns how many failed.
 * discard: remove the files, which take memory where the image is the root. seconds:
 * for one; a driver that hangs over its device is left behind (0: no limit).
 */
unsigned modules_load(const struct plan *plan, const char *root, bool discard, unsigned seconds);

#endif
