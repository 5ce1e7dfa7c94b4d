/* SPDX-License-Identifier: GPL-2.0-or-later */
/* forced.h - memory that is kept because of its address, not of its struct page */
#ifndef FILTER_FORCED_H
#define FILTER_FORCED_H

#include "filter/filter.h"
#include "filter/page_facts.h"
#include "filter/symbols.h"

struct forced_cfg {
	struct page_lookup pages;
	bool user_stacks;    /* those of running and blocked threads, too: user_stacks.c */
	struct keepmap *all; /* every page that is meant is set here; NULL: nobody asks */
};

/*
 * Keep again the pages of the kernel image, per-CPU areas, running tasks and stacks in use that the
 * scan dropped, except for memory that the hardware reported as broken. s->counts.dropped counts
 * them no more. Uses the symbols and types in the dump; without them the headers of the core for
 * image and stacks. Call it after the scan.
 */
void forced_apply(const struct forced_cfg *cfg, struct filter_symbols *symbols,
		  struct selection *s);

#endif
