/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core_map.h - the virtual addresses that an ELF core gives to memory */
#ifndef CORE_MAP_H
#define CORE_MAP_H

#include "output/format.h"
#include "save.h"

#define CORE_MAP_OWN 2

struct core_map {
	const struct va_hint *piece; /* the source's, or own: do not copy this struct */
	size_t nr;
	struct va_hint own[CORE_MAP_OWN];
};

/*
 * Those of the source's headers. A source without any (a dump, some cores by QEMU) gets the direct
 * map and the kernel image as the kernel's page tables have them; none where these are unknown.
 */
void core_map_init(struct core_map *m, const struct save *s, uint64_t max_pfn);

#endif
