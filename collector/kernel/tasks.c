/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tasks.c - all tasks: processes, threads, and the idle task of each CPU */
#include "kernel/tasks.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define PF_KTHREAD 0x00200000u /* in every kernel since 2.6.27 */

struct reader {
	struct kmem *mem;
	struct ktasks *out;
	unsigned size;	    /* tasks that fit */
	uint64_t *seen;	    /* set of addresses: open addressing, 0 is free */
	uint64_t seen_mask; /* twice as many as tasks that fit, less 1 */
	struct btf_field tasks, thread_node, thread_head, signal;
	struct btf_field pid, tgid, comm, state, exit_state, flags, on_cpu, cpu, mm, stack;
	struct btf_field arrival, exec_start, clock;
};

static bool either(struct btf *b, const char *one, const char *other, struct btf_field *out)
{
	return btf_member(b, "task_struct", one, out) == 0 ||
	       btf_member(b, "task_struct", other, out) == 0;
}

/* Members that may be missing have size 0: reading them gives 0. */
static int find_facts(struct reader *r, struct btf *b)
{
	const struct {
		const char *name;
		struct btf_field *out;
	} need[] = {
		{ "tasks", &r->tasks },	  { "thread_node", &r->thread_node },
		{ "signal", &r->signal }, { "pid", &r->pid },
		{ "tgid", &r->tgid },	  { "comm", &r->comm },
		{ "flags", &r->flags },	  { "exit_state", &r->exit_state },
		{ "mm", &r->mm },	  { "stack", &r->stack },
	};

	for (size_t i = 0; i < sizeof(need) / sizeof(need[0]); i++)
		if (btf_member(b, "task_struct", need[i].name, need[i].out) < 0)
			return -ENOENT;
	if (btf_member(b, "signal_struct", "thread_head", &r->thread_head) < 0 ||
	    !either(b, "__state", "state", &r->state)) /* 5.14: 2f064a59a11f */
		return -ENOENT;
	either(b, "thread_info.cpu", "cpu", &r->cpu); /* 5.16: bcf9033e5449 */
	either(b, "on_cpu", "on_cpu", &r->on_cpu);
	either(b, "sched_info.last_arrival", "sched_info.last_arrival", &r->arrival);
	either(b, "se.exec_start", "se.exec_start", &r->exec_start);
	btf_member(b, "rq", "clock", &r->clock);
	return 0;
}

static uint64_t value(struct reader *r, uint64_t va, const struct btf_field *f)
{
	uint64_t v = 0;

	return btf_read(r->mem, va, f, &v) < 0 ? 0 : v;
}

/* --- one task --- */

/* The kernel's own letters, task_state_to_char(): the highest bit of what is reported. */
static char state_letter(uint32_t state)
{
	unsigned v = state & 0x7f, bit = 0;

	if ((state & 0x402) == 0x402) /* TASK_IDLE */
		return 'I';
	if (state & 0x9000) /* waits for an rtmutex, or is frozen */
		return 'D';
	for (; v; v >>= 1)
		bit++;
	return "RSDTtXZPI"[bit];
}

static void read_task(struct reader *r, uint64_t va, struct ktask *t)
{
	uint64_t state, a, b;

	*t = (struct ktask){ .va = va, .state = '?' };
	t->pid = (int32_t)value(r, va, &r->pid);
	t->tgid = (int32_t)value(r, va, &r->tgid);
	kmem_read(r->mem, va + r->comm.off, t->comm, KTASK_COMM);
	if (btf_read(r->mem, va, &r->state, &state) == 0) {
		t->raw_state = (uint32_t)state | (uint32_t)value(r, va, &r->exit_state);
		t->state = state_letter(t->raw_state);
	}
	t->on_cpu = value(r, va, &r->on_cpu) != 0;
	t->kernel = value(r, va, &r->flags) & PF_KTHREAD;
	t->cpu = (unsigned)value(r, va, &r->cpu);
	t->mm = value(r, va, &r->mm);
	t->stack = value(r, va, &r->stack);
	a = value(r, va, &r->arrival);
	b = value(r, va, &r->exec_start);
	t->last_ran = a > b ? a : b;
}

/* --- the set and the list --- */

/* False: it was there. There is always a free slot: see grow. */
static bool see(struct reader *r, uint64_t va)
{
	uint64_t at = (va >> 6) * 0x9e3779b97f4a7c15ull >> 20;

	for (at &= r->seen_mask; r->seen[at]; at = (at + 1) & r->seen_mask)
		if (r->seen[at] == va)
			return false;
	r->seen[at] = va;
	return true;
}

static int grow(struct reader *r)
{
	unsigned size = r->size ? r->size * 2 : 256;
	struct ktask *more = realloc(r->out->task, size * sizeof(*more));
	uint64_t *seen = calloc((size_t)size * 2, sizeof(*seen));

	if (more)
		r->out->task = more;
	if (!more || !seen) {
		free(seen);
		return -ENOMEM;
	}
	free(r->seen);
	r->seen = seen;
	r->seen_mask = (uint64_t)size * 2 - 1;
	r->size = size;
	for (unsigned i = 0; i < r->out->nr; i++)
		see(r, more[i].va);
	return 0;
}

/* 1: added; 0: not, the list it is on is damaged; negative: no memory. */
static int add(struct reader *r, uint64_t va)
{
	int rc = r->out->nr == r->size ? grow(r) : 0;
	uint32_t pid;

	if (rc < 0)
		return rc;
	if (!(va >> 63) || va % 8 || r->out->nr == KTASKS_MAX ||
	    kmem_u32(r->mem, va + r->pid.off, &pid) < 0 || !see(r, va)) {
		r->out->cut = true;
		return 0;
	}
	read_task(r, va, &r->out->task[r->out->nr++]);
	return 1;
}

/* The threads of a process but for the one that leads it. */
static int add_threads(struct reader *r, uint64_t leader)
{
	uint64_t signal = value(r, leader, &r->signal), head = signal + r->thread_head.off;
	uint64_t at = head;
	int rc = 1;

	while (rc > 0) {
		if (!signal || kmem_u64(r->mem, at, &at) < 0) {
			r->out->cut = true;
			break;
		}
		if (at == head)
			break;
		if (at - r->thread_node.off != leader)
			rc = add(r, at - r->thread_node.off);
	}
	return rc < 0 ? rc : 0;
}

static int add_processes(struct reader *r, uint64_t init)
{
	uint64_t task = init;
	int rc = add(r, init);

	while (rc > 0) {
		uint64_t next;

		rc = add_threads(r, task);
		if (rc < 0)
			break;
		if (kmem_u64(r->mem, task + r->tasks.off, &next) < 0) {
			r->out->cut = true;
			break;
		}
		task = next - r->tasks.off;
		if (task == init)
			break;
		rc = add(r, task);
	}
	return rc < 0 ? rc : 0;
}

static int add_idle(struct reader *r, const struct kcpus *cpus)
{
	bool cut = r->out->cut;
	int rc = 0;

	for (unsigned i = 0; rc >= 0 && cpus && i < cpus->nr; i++) {
		uint64_t clock = cpus->cpu[i].rq ? value(r, cpus->cpu[i].rq, &r->clock) : 0;

		r->out->clock = clock > r->out->clock ? clock : r->out->clock;
		if (cpus->cpu[i].idle)
			rc = add(r, cpus->cpu[i].idle);
	}
	r->out->cut = cut; /* that of CPU 0 was listed before */
	return rc < 0 ? rc : 0;
}

int ktasks_open(struct kallsyms *syms, struct btf *btf, const struct kcpus *cpus,
		struct ktasks **out)
{
	struct ktasks *t = calloc(1, sizeof(*t));
	struct reader r = { .mem = kallsyms_kmem(syms), .out = t };
	uint64_t init;
	int rc = t ? find_facts(&r, btf) : -ENOMEM;

	if (rc == 0)
		rc = kallsyms_find(syms, "init_task", &init);
	if (rc == 0)
		rc = add_processes(&r, init);
	if (rc == 0)
		rc = add_idle(&r, cpus);
	free(r.seen);
	if (rc < 0) {
		ktasks_close(t);
		return fail(rc, "tasks of the crashed kernel");
	}
	*out = t;
	return 0;
}

void ktasks_close(struct ktasks *t)
{
	if (!t)
		return;
	free(t->task);
	free(t);
}

const struct ktask *ktasks_at(const struct ktasks *t, uint64_t va)
{
	for (unsigned i = 0; i < t->nr; i++)
		if (t->task[i].va == va)
			return &t->task[i];
	return NULL;
}
