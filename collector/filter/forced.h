/* SPDX-License-Identifier: GPL-2.0-or-later */
/* forced.h - what is kept by its address, not by its struct page */
#ifndef FILTER_FORCED_H
#define FILTER_FORCED_H

#include "filter/filter.h"
#include "filter/memmap.h"

/*
 * Put back what of per-CPU areas, running tasks and their stacks was dropped, except for memory
 * that the hardware gave up. Reads the dump's
 * symbols and types; without them nothing happens. After the scan.
 */
void forced_apply(const struct kernel *k, struct view *v, const struct memmap *m,
		  const struct page_rules *r, struct selection *s);

#endif
