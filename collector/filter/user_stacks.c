/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user_stacks.c - user stacks of the threads that matter after a crash or a hang
 *
 * Threads that were running, and those in state D. Of each: the stack from its pointer up, and of
 * its process the first page of each mapped file: the ELF header with the build ID, which names the
 * file and its debuginfo. Unwinding itself uses the files on disk. Page tables, mappings and
 * registers are the kernel's memory and kept in any case.
 */
#include "filter/forced_impl.h"

#include "base/err.h"
#include "base/log.h"
#include "kernel/tasks.h"
#include "kernel/user_memory.h"

#define STACK_BYTES ((uint64_t)128 << 10) /* of a thread, at most */
#define RED_ZONE    128u		  /* bytes below the stack pointer that functions use */
#define STACKS_MAX  4096u		  /* so that at most 512 MiB are added */

struct user_stacks {
	struct forced *f;
	struct kuser *user;
	uint64_t mm;
	uint64_t sp;	    /* of the thread whose stack is looked for */
	uint64_t stack_end; /* of the mapping that holds sp */
	bool headers;	    /* keep the first pages of files, too */
	unsigned nr;	    /* stacks kept */
};

static void keep_page(struct user_stacks *u, uint64_t va)
{
	uint64_t pa, left;

	if (kuser_vtop(u->user, u->mm, va, &pa, &left) == 0)
		u->f->s->counts.user_stacks += forced_keep_page(u->f, pa);
}

static int on_mapping(void *arg, const struct kuser_mapping *m)
{
	struct user_stacks *u = arg;

	if (u->headers && m->file && m->file_page == 0)
		keep_page(u, m->start);
	if (u->sp >= m->start && u->sp < m->end)
		u->stack_end = m->end;
	return 0;
}

static void keep_thread(struct user_stacks *u, const struct ktask *t)
{
	const uint64_t page = 1ull << u->f->cfg->pages.k->page_shift;
	uint64_t end;

	if (kuser_sp(u->user, t->stack, &u->sp) < 0)
		return;
	u->headers = u->mm != t->mm; /* threads of a process follow each other */
	u->mm = t->mm;
	u->stack_end = 0;
	kuser_mappings(u->user, u->mm, on_mapping, u);
	/* A stack that is in no mapping: the registers or the mappings are damaged. */
	end = u->sp + STACK_BYTES < u->stack_end ? u->sp + STACK_BYTES : u->stack_end;
	for (uint64_t va = (u->sp - RED_ZONE) & ~(page - 1); va < end; va += page)
		keep_page(u, va);
	u->nr += u->stack_end != 0;
}

static bool is_current(const struct kcpus *cpus, uint64_t task)
{
	for (unsigned i = 0; i < cpus->nr; i++)
		if (cpus->cpu[i].task == task)
			return true;
	return false;
}

static void keep_threads(struct user_stacks *u, const struct kcpus *cpus,
			 const struct ktasks *tasks)
{
	unsigned left_out = 0;

	for (unsigned i = 0; i < tasks->nr; i++) {
		const struct ktask *t = &tasks->task[i];

		if (t->kernel || !t->mm || (t->state != 'D' && !is_current(cpus, t->va)))
			continue;
		if (u->nr < STACKS_MAX)
			keep_thread(u, t);
		else
			left_out++;
	}
	if (left_out)
		log_msg(LOG_ERROR, "user stacks of %u threads are kept; %u more are left out",
			STACKS_MAX, left_out);
}

void user_stacks_keep(struct forced *f, struct kallsyms *syms, struct btf *btf,
		      const struct kcpus *cpus)
{
	struct user_stacks u = { .f = f };
	struct ktasks *tasks = NULL;
	int rc = ktasks_open(syms, btf, cpus, KTASKS_MAX, &tasks);

	if (rc == 0)
		rc = kuser_open(kallsyms_kmem(syms), f->cfg->pages.v, btf, cpus->stack_size,
				&u.user);
	if (rc == 0)
		keep_threads(&u, cpus, tasks);
	else
		log_msg(LOG_ERROR, "user stacks are not kept: %s", fail_text());
	fail_clear();
	kuser_close(u.user);
	ktasks_close(tasks);
}
