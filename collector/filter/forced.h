/* SPDX-License-Identifier: GPL-2.0-or-later */
/* forced.h - memory that is kept because of its address, not of its struct page */
#ifndef FILTER_FORCED_H
#define FILTER_FORCED_H

#include "filter/filter.h"
#include "filter/memmap.h"

/*
 * Keep again the pages of the kernel image, per-CPU areas, running tasks and stacks in use that the
 * scan dropped, except for memory that the hardware reported as broken. Uses the symbols and types
 * in the dump; without them the headers of the core for image and stacks. Call it after the scan.
 */
void forced_apply(const struct kernel *k, struct view *v, const struct memmap *m,
		  const struct page_rules *r, struct selection *s);

#endif
