/* SPDX-License-Identifier: GPL-2.0-or-later */
/* priority.h - what must not be dropped, and what is written first */
#ifndef FILTER_PRIORITY_H
#define FILTER_PRIORITY_H

#include "filter/filter.h"
#include "filter/memmap.h"

/*
 * Walk the kernel's page tables. Tables and struct pages go back into s->keep,
 * whatever their own struct pages say; the image, modules, vmalloc and the
 * tables make TIER_CORE. m may be empty (all zero).
 */
void priority_apply(const struct kernel *k, struct view *v, const struct memmap *m,
		    struct selection *s);

/* Keep the frames of [pa, pa + len) that the source has. */
void priority_keep(const struct kernel *k, struct selection *s, uint64_t pa, uint64_t len);

#endif
