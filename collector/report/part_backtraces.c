/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part_backtraces.c - what each CPU did, the one that died first; then tasks that are blocked */
#include "report/backtrace.h"
#include "report/cpu_regs.h"
#include "report/part.h"

#include "base/err.h"

#include <inttypes.h>
#include <stdlib.h>

#define BLOCKED_MAX 32 /* blocked tasks that are shown with their stacks */

struct stacks {
	struct report *r;
	struct cpu_regs *regs;
	struct unwind *walk; /* 3 KiB: one for all */
	int32_t died;	     /* number of the CPU that panicked; -1: none did */
};

/* The CPU that panicked: -1 in a dump that was taken from outside. */
static int32_t dead_cpu(struct report *r)
{
	uint64_t cpu;

	if (kallsyms_read(r->syms, "panic_cpu", 4, &cpu) == 0 && (int32_t)cpu >= 0)
		return (int32_t)cpu;
	if (kallsyms_read(r->syms, "crashing_cpu", 4, &cpu) == 0)
		return (int32_t)cpu;
	return -1;
}

static int stacks_open(struct report *r, struct stacks *s)
{
	int rc = report_needs(r->cpus, "the CPUs");

	*s = (struct stacks){ .r = r };
	if (rc == 0)
		rc = report_needs(r->unwinder, "stacks");
	if (rc < 0)
		return rc;
	s->regs = cpu_regs_read(r);
	s->walk = calloc(1, sizeof(*s->walk));
	s->died = dead_cpu(r);
	return s->regs && s->walk ? 0 : fail(-ENOMEM, "stacks");
}

static void stacks_close(struct stacks *s)
{
	free(s->regs);
	free(s->walk);
}

/* False: it ran in user space, or saved no registers. */
static bool walk_cpu(struct stacks *s, unsigned i)
{
	const struct cpu_regs *c = &s->regs[i];

	if (!c->found || c->user)
		return false;
	return unwind_from_regs(
		       s->r->unwinder,
		       &(struct unwind_regs){ .ip = c->ip, .sp = c->sp, .bp = c->bp, .lr = c->lr },
		       s->walk) == 0;
}

/* Calls fn for each CPU, first for the one that died. */
static void each_cpu(struct stacks *s, void (*fn)(struct stacks *s, unsigned i, void *arg),
		     void *arg)
{
	for (unsigned pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < s->r->cpus->nr; i++)
			if (((int64_t)s->r->cpus->cpu[i].nr == s->died) == (pass == 0))
				fn(s, i, arg);
}

/* Tasks in D state, the longest blocked first: pointers, to be freed. */
static int by_age(const void *a, const void *b)
{
	const struct ktask *x = *(const struct ktask *const *)a,
			   *y = *(const struct ktask *const *)b;

	return x->last_ran < y->last_ran ? -1 : x->last_ran > y->last_ran;
}

static unsigned find_blocked(const struct report *r, const struct ktask ***out)
{
	unsigned nr = 0;

	*out = r->tasks ? calloc(r->tasks->nr + 1, sizeof(**out)) : NULL;
	for (unsigned i = 0; *out && i < r->tasks->nr; i++)
		if (r->tasks->task[i].state == 'D' && !r->tasks->task[i].on_cpu)
			(*out)[nr++] = &r->tasks->task[i];
	if (nr)
		qsort(*out, nr, sizeof(**out), by_age);
	return nr;
}

/* --- text --- */

static void print_who(struct report *r, uint64_t task, FILE *f)
{
	const struct ktask *t = r->tasks ? ktasks_at(r->tasks, task) : NULL;
	char comm[4 * KTASK_COMM + 8];

	if (!t) {
		fprintf(f, "task %#" PRIx64, task);
		return;
	}
	report_escape(t->comm, comm, sizeof(comm));
	fprintf(f, "pid %d %s", t->pid, comm);
}

static void print_cpu(struct stacks *s, unsigned i, void *arg)
{
	const struct kcpu *cpu = &s->r->cpus->cpu[i];
	FILE *f = arg;

	fprintf(f, "  CPU %u, ", cpu->nr);
	print_who(s->r, cpu->task, f);
	fprintf(f, "%s:\n", (int64_t)cpu->nr == s->died ? ", where the kernel died" : "");
	if (walk_cpu(s, i))
		backtrace_text(s->r, s->walk, f);
	else
		fprintf(f, "    (%s)\n",
			s->regs[i].found ? "in user space" : "it saved no registers");
}

static uint64_t seconds_since(const struct report *r, const struct ktask *t)
{
	return r->tasks->clock > t->last_ran ? (r->tasks->clock - t->last_ran) / 1000000000u : 0;
}

static void print_blocked(struct stacks *s, FILE *f)
{
	const struct ktask **blocked;
	unsigned nr = find_blocked(s->r, &blocked);

	for (unsigned i = 0; i < nr && i < BLOCKED_MAX; i++) {
		fprintf(f, "  blocked for %" PRIu64 " s: ", seconds_since(s->r, blocked[i]));
		print_who(s->r, blocked[i]->va, f);
		fprintf(f, "\n");
		if (unwind_sleeping(s->r->unwinder, blocked[i]->va, s->walk) == 0)
			backtrace_text(s->r, s->walk, f);
	}
	if (nr > BLOCKED_MAX)
		fprintf(f, "  and %u more blocked tasks\n", nr - BLOCKED_MAX);
	free(blocked);
}

int part_backtraces_text(struct report *r, FILE *f)
{
	struct stacks s;
	int rc = stacks_open(r, &s);

	if (rc == 0) {
		each_cpu(&s, print_cpu, f);
		print_blocked(&s, f);
	}
	stacks_close(&s);
	return rc;
}

/* --- JSON --- */

static void json_who(struct report *r, uint64_t task, struct json *j)
{
	const struct ktask *t = r->tasks ? ktasks_at(r->tasks, task) : NULL;

	json_address(j, "task", task);
	if (t) {
		json_number(j, "pid", t->pid);
		json_text(j, "comm", t->comm);
	}
}

static void json_cpu(struct stacks *s, unsigned i, void *arg)
{
	const struct kcpu *cpu = &s->r->cpus->cpu[i];
	struct json *j = arg;

	json_object(j, NULL);
	json_number(j, "cpu", cpu->nr);
	json_bool(j, "died", (int64_t)cpu->nr == s->died);
	json_who(s->r, cpu->task, j);
	json_bool(j, "registers", s->regs[i].found);
	json_bool(j, "in_user_space", s->regs[i].user);
	if (walk_cpu(s, i))
		backtrace_json(s->r, s->walk, j);
	json_end(j);
}

static void json_blocked(struct stacks *s, struct json *j)
{
	const struct ktask **blocked;
	unsigned nr = find_blocked(s->r, &blocked);

	for (unsigned i = 0; i < nr && i < BLOCKED_MAX; i++) {
		json_object(j, NULL);
		json_who(s->r, blocked[i]->va, j);
		json_unsigned(j, "seconds", seconds_since(s->r, blocked[i]));
		if (unwind_sleeping(s->r->unwinder, blocked[i]->va, s->walk) == 0)
			backtrace_json(s->r, s->walk, j);
		json_end(j);
	}
	free(blocked);
}

int part_backtraces_json(struct report *r, FILE *f)
{
	struct stacks s;
	struct json j;
	int rc = stacks_open(r, &s);

	if (rc == 0) {
		json_begin(&j, f, '{');
		json_list(&j, "cpus");
		each_cpu(&s, json_cpu, &j);
		json_end(&j);
		json_list(&j, "blocked");
		json_blocked(&s, &j);
		json_end(&j);
		json_end(&j);
	}
	stacks_close(&s);
	return rc;
}
