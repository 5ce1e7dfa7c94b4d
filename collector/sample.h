/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sample.h - a few of the selected pages, to estimate from */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "filter/filter.h"

/*
 * Kept pages are taken so many in a row: what a page becomes depends on the one before it, whose
 * bytes it may share. Alone, they made the estimate of a dump without a codec a tenth too high;
 * with more of them in a row the sample has fewer positions.
 */
#define SAMPLE_ROW   8

/* 32 MiB: the error of the mean is one per cent, or two. */
#define SAMPLE_PAGES 8192

/*
 * At most nr of the pages in sel, in rows spread evenly, in a map of its own; the caller closes
 * it. nr is at least SAMPLE_ROW. -ENOMEM.
 */
int sample_map(const struct selection *sel, uint64_t nr, struct keepmap **out);

/*
 * Leave at most nr of the pages in sel, in rows spread evenly; fewer than nr stay as they are.
 * The counts of sel but nr_keep stay those of all pages. -ENOMEM.
 */
int sample_selection(struct selection *sel, uint64_t nr);

#endif
