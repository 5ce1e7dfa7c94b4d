/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sample.h - a few of the selected pages, to estimate from */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "filter/filter.h"

#define SAMPLE_PAGES 8192 /* 32 MiB: the error of the mean is about one per cent */

/* At most nr of the pages in sel, spread evenly, in a map of its own; the caller closes it.
 * -ENOMEM. */
int sample_map(const struct selection *sel, uint64_t nr, struct keepmap **out);

/*
 * Leave nr of the pages in sel, spread evenly; fewer than nr stay as they are.
 * The counts of sel but nr_keep stay those of all pages. -ENOMEM.
 */
int sample_selection(struct selection *sel, uint64_t nr);

#endif
