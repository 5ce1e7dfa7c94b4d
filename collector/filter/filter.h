/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter.h - which pages to save, and in what order
 *
 *     open  ->  (selection is read)  ->  close
 *
 * One pass over mem_map. Pages that cannot be classified are kept: a level that cannot be applied
 * costs disk space, never the dump.
 */
#ifndef FILTER_FILTER_H
#define FILTER_FILTER_H

#include "filter/classify.h"
#include "filter/keepmap.h"
#include "kernel/kernel.h"

/*
 * Which pages are written first: of a dump that is cut short, only the first pages remain.
 */
enum filter_tier {
	TIER_CORE, /* data of image and modules, page tables, vmalloc with the stacks */
	TIER_BOOT, /* reserved memory: per-CPU areas, boot-time tables */
	TIER_TASK, /* tasks and their stacks: slabs as a whole may be half of a dump */
	TIER_SLAB, /* inodes, ... */
	TIER_TEXT, /* machine code: readers have it in vmlinux */
	NR_TIERS   /* everything else follows */
};

struct selection {
	struct keepmap *keep;
	struct keepmap *tier[NR_TIERS]; /* may overlap; the first one counts */
	uint64_t nr_keep;	   /* frames in keep: counts.keep, or fewer in a sample of them */
	struct page_counts counts; /* of all frames, by the scan */
	unsigned level;		   /* the bits of the requested level that could be applied */
};

struct filter_cfg {
	unsigned level;
	bool keep_held;	     /* of a dump: every page of it, whatever its level is */
	unsigned nr_threads; /* 0 and 1: scan in the caller */
	/* Keep user stacks, at most 128 KiB each, of threads that ran or were in state D. */
	bool user_stacks;
	/* Leave out pages with nothing but struct pages of frames that are left out. */
	bool unused_vm;
	/*
	 * Called with frames done of total: before each chunk of 32,768 frames that the caller of
	 * filter_open() scans, and when all are done; done never goes back. Always on the caller's
	 * thread and without a lock: while it waits, the other scanners go on. May be NULL.
	 */
	void (*progress)(void *arg, uint64_t done, uint64_t total);
	void *arg;
};

/*
 * True if the layout lacks a fact that filtering at this level uses: then call kernel_learn().
 * Level 0 and 1 need none.
 */
bool filter_lacks(const struct layout *l, unsigned level);

/*
 * -ENOMEM, or -EIO if the bitmaps of a dump cannot be read; nothing else fails. If the source is a
 * dump, pages it lacks count as absent, and its level is added to the requested one. k must be
 * complete (kernel_learn() was called if it is to be). cfg->nr_threads - 1 threads are started, and
 * joined before it returns. On success out is the caller's, to be closed.
 */
int filter_open(const struct kernel *k, const struct filter_cfg *cfg, struct selection *out);
void filter_close(struct selection *s);

/* Worst-case bytes of the maps for so many frames. */
uint64_t filter_memory(uint64_t max_pfn);

/* One past the last frame with RAM. */
uint64_t filter_max_pfn(const struct source *src, unsigned page_shift);

/* bits_fn of output/format.h: frames with RAM. arg: struct ram_bits. */
struct ram_bits {
	const struct span *span;
	size_t nr;
	unsigned page_shift;
};

void filter_ram_bits(void *arg, uint64_t first_pfn, uint8_t *buf, size_t len);

#endif
