/* SPDX-License-Identifier: GPL-2.0-or-later */
/* priority.h - which pages must not be dropped, and which are written first */
#ifndef FILTER_PRIORITY_H
#define FILTER_PRIORITY_H

#include "filter/filter.h"
#include "filter/memmap.h"

/*
 * Walk the kernel's page tables. Tables and struct pages are added to s->keep again, regardless of
 * their own struct pages; the image, modules, vmalloc and the tables become TIER_CORE. m may be
 * empty (all zero).
 */
void priority_apply(const struct kernel *k, struct view *v, const struct memmap *m,
		    struct selection *s);

/* Keep the frames of [pa, pa + len) that the source has. */
void priority_keep(const struct kernel *k, struct selection *s, uint64_t pa, uint64_t len);

#endif
