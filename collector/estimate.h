/* SPDX-License-Identifier: GPL-2.0-or-later */
/* estimate.h - whether the dump is going to fit */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include "dump.h"

#define SPACE_SAMPLE 2048 /* pages: 8 MiB; the mean is off by a few per cent */

/*
 * Warn if the file system of the file dump has less free space than the dump will probably take.
 * Where the uncompressed dump fits, nothing more is done; else some pages are compressed for an
 * estimate. It is only a warning: the most important pages are written first, and a dump that
 * is cut short can be read.
 */
void space_check(const char *dump, const struct format *f, const struct dump_cfg *cfg,
		 const struct dump_info *info);

/*
 * Estimate the size of the dump in bytes from nr of its pages; most is its size with nothing
 * compressed. -ENOMEM.
 */
int space_estimate(const struct dump_cfg *cfg, uint64_t most, uint64_t nr, uint64_t *bytes);

#endif
