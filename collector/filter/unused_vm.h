/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unused_vm.h - leave out pages of mem_map that describe nothing but pages that are left out */
#ifndef FILTER_UNUSED_VM_H
#define FILTER_UNUSED_VM_H

#include "filter/filter.h"
#include "filter/memmap.h"

struct unused_vm_cfg {
	const struct kernel *k;
	struct view *v; /* the caller's own */
	const struct memmap *m;
	const struct keepmap *forced; /* never left out; of as many frames as s->keep */
};

/*
 * Clear in s->keep the pages that hold struct pages only, all of frames that are not in s->keep;
 * s->counts.dropped[PAGE_UNUSED_VM] counts them. Call it when s->keep is otherwise complete. Pages
 * of s->forced, of TIER_CORE, TIER_TEXT and TIER_SLAB stay: mem_map is not there, so the page
 * tables are damaged. mem_map itself is not read, only the page tables that lead to it. -ENOMEM:
 * s->keep is as it was, or some of the pages are cleared and counted.
 */
int unused_vm_apply(const struct unused_vm_cfg *cfg, struct selection *s);

#endif
