/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sample.h - a few of the selected pages, to estimate from */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "filter/filter.h"

/*
 * 32 MiB: the error of the mean is about one per cent. Pages apart from each other share no bytes,
 * so without a codec the estimate is a tenth too high, and more where most memory is free.
 */
#define SAMPLE_PAGES 8192

/* At most nr of the pages in sel, spread evenly, in a map of its own; the caller closes it.
 * -ENOMEM. */
int sample_map(const struct selection *sel, uint64_t nr, struct keepmap **out);

/*
 * Leave nr of the pages in sel, spread evenly; fewer than nr stay as they are.
 * The counts of sel but nr_keep stay those of all pages. -ENOMEM.
 */
int sample_selection(struct selection *sel, uint64_t nr);

#endif
