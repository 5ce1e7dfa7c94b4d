/* SPDX-License-Identifier: GPL-2.0-or-later */
/* forced_impl.h - shared by forced*.c and user_stacks.c */
#ifndef FILTER_FORCED_IMPL_H
#define FILTER_FORCED_IMPL_H

#include "filter/forced.h"
#include "kernel/cpus.h"
#include "kernel/tasks.h"

struct forced {
	const struct forced_cfg *cfg;
	struct selection *s;
	uint64_t nr_back;   /* frames that had been dropped, and are in use for certain */
	uint64_t nr_around; /* frames that had been dropped, maybe rightly */
};

/* Keep the page at pa again. True if it had been dropped, and is kept now. */
bool forced_keep_page(struct forced *f, uint64_t pa);

/*
 * The same for the pages of [va, va + len), kernel addresses; adds to f->nr_back. They are set in
 * tier, too; NULL: in none.
 */
void forced_keep_range(struct forced *f, uint64_t va, uint64_t len, struct keepmap *tier);

/*
 * The same for a range of which only a part is known to be in use: what had been dropped in it is
 * no sign of damage. Adds to f->nr_around. Call it after forced_keep_range() of the known part.
 */
void forced_keep_around(struct forced *f, uint64_t va, uint64_t len);

/*
 * Keep the tasks and their kernel stacks, and put them into TIER_TASK: up to 48 MiB, those that ran
 * or are blocked before others. What cannot be read is left as it is.
 */
void forced_tasks(struct forced *f, struct kallsyms *syms, struct btf *btf,
		  const struct kcpus *cpus);

/*
 * Keep what shows the user stacks of threads that were running or waited uninterruptibly. Adds to
 * f->s->counts.user_stacks. What cannot be read is left out, and logged.
 */
void user_stacks_keep(struct forced *f, struct kallsyms *syms, struct btf *btf,
		      const struct kcpus *cpus);

#endif
