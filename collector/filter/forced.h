/* SPDX-License-Identifier: GPL-2.0-or-later */
/* forced.h - what is kept by its address, not by its struct page */
#ifndef FILTER_FORCED_H
#define FILTER_FORCED_H

#include "filter/filter.h"
#include "filter/memmap.h"

/*
 * Put back what of the kernel image, per-CPU areas, running tasks and stacks in use was dropped,
 * except for memory that the hardware gave up. Reads the dump's symbols and types; without them
 * the core's headers say where image and stacks are. After the scan.
 */
void forced_apply(const struct kernel *k, struct view *v, const struct memmap *m,
		  const struct page_rules *r, struct selection *s);

#endif
