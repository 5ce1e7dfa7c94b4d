/* SPDX-License-Identifier: GPL-2.0-or-later */
/* estimate.h - whether the dump is going to fit */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include "dump.h"

#define SPACE_SAMPLE 2048 /* pages: 8 MiB; the mean is off by a few per cent */

/*
 * Say so if the file system of the file dump has less free than the dump is likely to take.
 * Only if it would not fit with nothing compressed, some pages are read and compressed to
 * know better. Words only: what matters most is written first, and a dump that is cut short
 * can be read.
 */
void space_check(const char *dump, const struct format *f, const struct dump_cfg *cfg,
		 const struct dump_info *info);

/*
 * What the dump is likely to take, in bytes, from nr of its pages; most is what it takes with
 * nothing compressed. -ENOMEM.
 */
int space_estimate(const struct dump_cfg *cfg, uint64_t most, uint64_t nr, uint64_t *bytes);

#endif
