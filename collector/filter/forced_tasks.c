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

/* Bytes that go before the rest: some 2000 tasks, or 700 where a stack has 64 KiB. */
#define FIRST_MAX ((uint64_t)48 << 20)

void forced_tasks(struct forced *f, struct kallsyms *syms, struct btf *btf,
		  const struct kcpus *cpus)
{
	struct keepmap *first = f->s->tier[TIER_TASK];
	unsigned max = (unsigned)(FIRST_MAX / (cpus->task_size + cpus->stack_size));
	struct ktasks *tasks = NULL;

	if (ktasks_open(syms, btf, cpus, max, &tasks) < 0) {
		fail_clear();
		return;
	}
	for (unsigned i = 0; i < tasks->nr; i++) {
		forced_keep_range(f, tasks->task[i].va, cpus->task_size, first);
		if (tasks->task[i].stack)
			forced_keep_range(f, tasks->task[i].stack, cpus->stack_size, first);
	}
	ktasks_close(tasks);
}
