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
	unsigned max;	    /* tasks that are kept */
	unsigned size;	    /* those that fit now */
	unsigned nr_seen;   /* kept or not */
	uint64_t *seen;	    /* set of addresses: open addressing, 0 is free */
	uint64_t seen_mask; /* at least twice as many as were seen, less 1 */
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

/* What decides if it is kept. */
static void read_task(struct reader *r, uint64_t va, struct ktask *t)
{
	uint64_t state;

	*t = (struct ktask){ .va = va, .state = '?' };
	t->pid = (int32_t)value(r, va, &r->pid);
	t->tgid = (int32_t)value(r, va, &r->tgid);
	if (btf_read(r->mem, va, &r->state, &state) == 0) {
		t->raw_state = (uint32_t)state | (uint32_t)value(r, va, &r->exit_state);
		t->state = state_letter(t->raw_state);
	}
	t->on_cpu = value(r, va, &r->on_cpu) != 0;
}

static void read_rest(struct reader *r, struct ktask *t)
{
	uint64_t va = t->va, a, b;

	kmem_read(r->mem, va + r->comm.off, t->comm, KTASK_COMM);
	t->kernel = value(r, va, &r->flags) & PF_KTHREAD;
	t->cpu = (unsigned)value(r, va, &r->cpu);
	t->mm = value(r, va, &r->mm);
	t->stack = value(r, va, &r->stack);
	a = value(r, va, &r->arrival);
	b = value(r, va, &r->exec_start);
	t->last_ran = a > b ? a : b;
}

/* --- the set and the list --- */

static uint64_t *slot_of(const struct reader *r, uint64_t va)
{
	uint64_t at = (va >> 6) * 0x9e3779b97f4a7c15ull >> 20;

	for (at &= r->seen_mask; r->seen[at] && r->seen[at] != va; at = (at + 1) & r->seen_mask)
		;
	return &r->seen[at];
}

static int grow_seen(struct reader *r)
{
	uint64_t *old = r->seen, nr = old ? r->seen_mask + 1 : 0;
	uint64_t more = nr ? nr * 2 : 1024;
	uint64_t *seen = calloc(more, sizeof(*seen));

	if (!seen)
		return -ENOMEM;
	r->seen = seen;
	r->seen_mask = more - 1;
	for (uint64_t i = 0; i < nr; i++)
		if (old[i])
			*slot_of(r, old[i]) = old[i];
	free(old);
	return 0;
}

/* 1: it is new; 0: it was there; negative: no memory. */
static int see(struct reader *r, uint64_t va)
{
	uint64_t *slot;

	if (2 * ((uint64_t)r->nr_seen + 1) > (r->seen ? r->seen_mask : 0) && grow_seen(r) < 0)
		return -ENOMEM;
	slot = slot_of(r, va);
	if (*slot)
		return 0;
	*slot = va;
	r->nr_seen++;
	return 1;
}

/* See ktasks_open(). Idle tasks have pid 0. */
static bool has_space(const struct reader *r, const struct ktask *t)
{
	if (t->state == 'D' || t->on_cpu || t->pid == 0)
		return r->out->nr < r->max;
	return r->out->nr < (t->pid == t->tgid ? r->max - r->max / 4 : r->max / 2);
}

static int keep(struct reader *r, const struct ktask *t)
{
	if (r->out->nr == r->size) {
		unsigned size = r->size ? r->size * 2 : 256;
		struct ktask *more;

		size = size < r->max ? size : r->max;
		more = realloc(r->out->task, size * sizeof(*more));
		if (!more)
			return -ENOMEM;
		r->out->task = more;
		r->size = size;
	}
	r->out->task[r->out->nr++] = *t;
	return 0;
}

/* 1: added, or left out; 0: not, the list it is on is damaged or endless; negative: no memory. */
static int add(struct reader *r, uint64_t va)
{
	struct ktask t;
	uint32_t pid;
	int rc = 0;

	if (va >> 63 && va % 8 == 0 && r->nr_seen / 16 < r->max &&
	    kmem_u32(r->mem, va + r->pid.off, &pid) == 0)
		rc = see(r, va);
	if (rc <= 0) {
		r->out->cut = true;
		return rc;
	}
	read_task(r, va, &t);
	r->out->by_state[strchr(KTASK_STATES, t.state) - KTASK_STATES]++;
	if (!has_space(r, &t)) {
		r->out->nr_left_out++;
		return 1;
	}
	read_rest(r, &t);
	rc = keep(r, &t);
	return rc < 0 ? rc : 1;
}

/* The threads of a process but for the one that leads it; nr counts them. */
static int add_threads(struct reader *r, uint64_t leader, unsigned *nr)
{
	uint64_t signal = value(r, leader, &r->signal), head = signal + r->thread_head.off;
	bool met = false; /* the leader, which is on the list once */
	uint64_t at = head;
	int rc = 1;

	while (rc > 0) {
		if (!signal || kmem_u64(r->mem, at, &at) < 0) {
			r->out->cut = true;
			break;
		}
		if (at == head)
			break;
		if (at - r->thread_node.off == leader && !met) {
			met = true;
			continue;
		}
		/* The leader is met again on a list that leads back into itself: not added. */
		rc = add(r, at - r->thread_node.off);
		*nr += rc > 0;
	}
	return rc < 0 ? rc : 0;
}

/* A process and its threads; as add(). */
static int add_process(struct reader *r, uint64_t leader)
{
	unsigned at = r->out->nr, threads = 1;
	int rc = add(r, leader), more;

	if (rc <= 0)
		return rc;
	more = add_threads(r, leader, &threads);
	if (at < r->out->nr && r->out->task[at].va == leader)
		r->out->task[at].threads = threads;
	return more < 0 ? more : 1;
}

#define NEXT 0 /* in a list_head */
#define PREV 8

/* The processes behind init, or before it. 1: all of them; else as add(). */
static int follow(struct reader *r, uint64_t init, unsigned way)
{
	uint64_t task = init;
	int rc = 1;

	while (rc > 0) {
		uint64_t other;

		if (kmem_u64(r->mem, task + r->tasks.off + way, &other) < 0) {
			r->out->cut = true;
			return 0;
		}
		task = other - r->tasks.off;
		if (task == init)
			return 1;
		rc = add_process(r, task);
	}
	return rc;
}

/* Where the list is damaged its other end is read backwards, up to what was met before. */
static int add_processes(struct reader *r, uint64_t init)
{
	int rc = add_process(r, init);

	if (rc > 0) {
		rc = follow(r, init, NEXT);
		if (rc == 0)
			rc = follow(r, init, PREV);
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

int ktasks_open(struct kallsyms *syms, struct btf *btf, const struct kcpus *cpus, unsigned max,
		struct ktasks **out)
{
	struct ktasks *t = calloc(1, sizeof(*t));
	struct reader r = { .mem = kallsyms_kmem(syms),
			    .out = t,
			    .max = max < KTASKS_MAX ? max : KTASKS_MAX };
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
