/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump.h - the conductor: selected pages through the pipeline into a format
 *
 *     open (all memory is allocated)  ->  pages  ->  close
 */
#ifndef DUMP_H
#define DUMP_H

#include "filter/filter.h"
#include "output/format.h"
#include "memory_plan.h"

struct dump_run;

struct dump_cfg {
	struct source *src;
	const struct selection *selection;
	const struct dump_part *part; /* of the selection; NULL: all of it */
	const struct codec *codec;
	int codec_level;
	unsigned page_shift;
	bool recompress; /* see packer.h */
	bool as_stored;	 /* likewise */
	const struct memory_plan *plan;
	/*
	 * Called after every batch, on the thread that called dump_pages(), without a lock. The
	 * workers go on while it waits, until the ring of batches is full. May be NULL.
	 */
	void (*progress)(void *arg, const struct page_counts *so_far);
	void *arg;
};

/*
 * Allocate batches and packers, and start the threads of cfg->plan. cfg is copied; what it points
 * to is borrowed until dump_close(). -ENOMEM, or the error of opening a view of the source.
 */
int dump_open(const struct dump_cfg *cfg, struct dump_run **out);

/*
 * Every selected page to a format that has begun. On failure what was written stays readable
 * and marked incomplete. counts: its second part is set, from 0 on, and is valid on failure too.
 */
int dump_pump(struct dump_run *d, struct format *f, struct page_counts *counts);

/* begin, dump_pump(), end. */
int dump_pages(struct dump_run *d, struct format *f, const struct dump_info *info,
	       struct page_counts *counts);

/* Stop and join the threads, free everything. NULL is allowed. */
void dump_close(struct dump_run *d);

#endif
