/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcp_free.h - free pages that wait on the lists of a CPU, for this CPU to take them again */
#ifndef FILTER_PCP_FREE_H
#define FILTER_PCP_FREE_H

#include "filter/filter.h"
#include "filter/page_facts.h"
#include "filter/symbols.h"

/*
 * Clear in s->keep the pages on the free lists of the CPUs (struct per_cpu_pages of each zone) and
 * count them in s->counts.dropped[PAGE_FREE]: nothing in their struct pages says that they are
 * free, so the scan keeps them, and they may be half of what it keeps. A page goes only if
 * its struct page agrees, too: no user, no type, no flag of a page in use. What cannot be read, or
 * does not agree, stays, with all that follows on its list. Call it after the scan, if the level
 * has LEVEL_FREE. s->counts.ram bounds the work.
 */
void pcp_free_apply(const struct page_lookup *pages, struct filter_symbols *symbols,
		    struct selection *s);

#endif
