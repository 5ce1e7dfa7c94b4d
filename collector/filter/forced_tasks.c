/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forced_tasks.c - the list of tasks and their kernel stacks, early in the dump
 *
 * Who holds a lock, and who waits for it, is in task_struct and stacks. Slabs can be half of a
 * dump, so a dump that was cut short would have only some of the tasks, and the list would end
 * there.
 */
#include "filter/forced_impl.h"

#include "base/err.h"

/* Task and stack are some 24 KiB: at most 48 MiB go before the rest. */
#define TASKS_FIRST 2048u

static void put_first(struct forced *f, uint64_t va, uint64_t len)
{
	const struct page_lookup *pages = &f->cfg->pages;
	uint64_t page = 1ull << pages->k->page_shift;

	forced_keep_range(f, va, len);
	for (uint64_t at = va & ~(page - 1); at < va + len; at += page) {
		uint64_t pa, left;

		if (kernel_vtop(pages->k, pages->v, at, &pa, &left) == 0)
			keepmap_set(f->s->tier[TIER_TASK], pa >> pages->k->page_shift, 1);
	}
	fail_clear();
}

void forced_tasks(struct forced *f, struct kallsyms *syms, struct btf *btf,
		  const struct kcpus *cpus)
{
	struct ktasks *tasks = NULL;

	if (ktasks_open(syms, btf, cpus, TASKS_FIRST, &tasks) < 0) {
		fail_clear();
		return;
	}
	for (unsigned i = 0; i < tasks->nr; i++) {
		put_first(f, tasks->task[i].va, cpus->task_size);
		if (tasks->task[i].stack)
			put_first(f, tasks->task[i].stack, cpus->stack_size);
	}
	ktasks_close(tasks);
}
