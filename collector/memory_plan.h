/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_plan.h - plan the memory of a dump before the first page is saved
 *
 * The capture kernel has a few MiB to spare. All allocations are added up before they are made.
 * Only the number of threads can be reduced, so it is reduced until the sum fits.
 */
#ifndef MEMORY_PLAN_H
#define MEMORY_PLAN_H

#include "base/types.h"
#include "codec/codec.h"

struct plan_cfg {
	int nr_threads;		   /* asked for; -1: one for each CPU */
	unsigned nr_members;	   /* files of a split dump, each with a conductor; 0: one */
	const struct codec *codec; /* NULL: none */
	int codec_level;
	unsigned page_shift;
	bool of_dump; /* the source is a dump, not a vmcore */
	uint64_t max_pfn;
	size_t view_bytes;  /* of source.h */
	size_t sink_bytes;  /* beyond that of a file */
	uint64_t available; /* bytes; 0: look at /proc/meminfo */
};

struct memory_plan {
	unsigned nr_threads;  /* workers beside each conductor; 0: it works itself */
	unsigned nr_scanners; /* threads for the scan: the conductor's CPU is free then */
	unsigned nr_slots;    /* batches in the ring of each conductor */
	uint64_t bytes;	      /* what the dump will take */
	uint64_t available;   /* 0: unknown */
	bool lowered;	      /* fewer threads than asked for */
	bool fits;
};

/* Never fails: if even one thread does not fit, nr_threads is 0 and fits is false. */
void plan_make(const struct plan_cfg *cfg, struct memory_plan *out);

#endif
