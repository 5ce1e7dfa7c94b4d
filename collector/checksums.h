/* SPDX-License-Identifier: GPL-2.0-or-later */
/* checksums.h - --checksums FILE: what was written, for the manifest of the capture */
#ifndef CHECKSUMS_H
#define CHECKSUMS_H

#include "cli/options.h"

/* Sets o->sums if they are asked for, and not only checked; the sinks of the mode take them.
 * -ENOMEM. */
int checksums_begin(struct options *o);

/* Write the file, and free them. Without the file there are none: a failure is a warning. */
void checksums_end(struct options *o);

#endif
