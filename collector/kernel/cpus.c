/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpus.c - possible CPUs, their offsets, run queues and current tasks */
#include "kernel/cpus.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define STACK_MIN ((uint64_t)4 << 10)
#define STACK_MAX ((uint64_t)64 << 10)
#define TASK_MIN  1024u /* bytes of a task, as it is allocated */
#define TASK_MAX  65536u
#define AREA_MAX  ((uint64_t)64 << 20) /* bytes of one CPU's copy */

struct reader {
	struct kallsyms *syms;
	struct kmem *mem;
	uint64_t offsets, runqueues; /* va; offsets 0: no SMP */
	uint64_t possible, online;   /* masks, va; 0: unknown */
	struct btf_field curr, idle, stack;
	unsigned nr_ids; /* CPUs have numbers below */
};

static uint64_t symbol_or_0(struct kallsyms *syms, const char *name)
{
	uint64_t va = 0;

	kallsyms_find(syms, name, &va);
	return va;
}

uint64_t kernel_stack_size(const struct kernel *k, struct kallsyms *syms)
{
	static const char *const around[][2] = {
		{ "__start_init_stack", "__end_init_stack" }, /* as renamed before 6.12 */
		{ "__start_init_task", "__end_init_task" },
	};

	for (size_t i = 0; syms && i < sizeof(around) / sizeof(around[0]); i++) {
		uint64_t start = symbol_or_0(syms, around[i][0]);
		uint64_t size = symbol_or_0(syms, around[i][1]) - start;

		if (start && size >= STACK_MIN && size <= STACK_MAX && (size & (size - 1)) == 0)
			return size;
	}
	return k->page_shift == 16 ? STACK_MAX : 4 * STACK_MIN;
}

/*
 * Behind the static area is the rest of the first chunk: what modules and the kernel allocate. It
 * ends before the CPU's unit does; pages behind it were given back.
 */
static void find_dynamic(struct reader *r, struct btf *btf, struct kcpus *c)
{
	struct btf_field base, pages, end;
	unsigned shift = kmem_kernel(r->mem)->page_shift;
	uint64_t chunk, first, at, nr, tail, size;

	if (btf_member(btf, "pcpu_chunk", "base_addr", &base) < 0 ||
	    btf_member(btf, "pcpu_chunk", "nr_pages", &pages) < 0 ||
	    btf_member(btf, "pcpu_chunk", "end_offset", &end) < 0 ||
	    kallsyms_read(r->syms, "pcpu_first_chunk", 8, &chunk) < 0 ||
	    kallsyms_read(r->syms, "pcpu_base_addr", 8, &first) < 0 ||
	    btf_read(r->mem, chunk, &base, &at) < 0 || btf_read(r->mem, chunk, &pages, &nr) < 0 ||
	    btf_read(r->mem, chunk, &end, &tail) < 0 || nr > AREA_MAX >> shift)
		return;
	size = at - first + (nr << shift) - tail;
	if (size > c->area_size && size <= AREA_MAX)
		c->area_size = size;
}

/*
 * What is allocated for a task is not what its type says: x86 cuts the FPU's registers, its last
 * member, to what the processor has, or puts them behind it. What follows is another's.
 */
static uint64_t task_bytes(struct reader *r, struct btf *btf, uint64_t type_size)
{
	struct btf_field field;
	uint64_t cache, size;

	if (btf_member(btf, "kmem_cache", "object_size", &field) < 0 ||
	    kallsyms_read(r->syms, "task_struct_cachep", 8, &cache) < 0 ||
	    btf_read(r->mem, cache, &field, &size) < 0 || size < TASK_MIN || size > TASK_MAX)
		return type_size;
	return size;
}

/*
 * A kernel whose number of CPUs was fixed when it was built has no nr_cpu_ids. What lies behind a
 * mask is another variable, and its bits are no CPUs.
 */
static unsigned number_limit(struct reader *r, struct btf *btf)
{
	int64_t mask = btf_size_of(btf, "cpumask");
	uint64_t nr = 0, most = KCPU_MAX;

	if (mask > 0 && mask < KCPU_MAX / 8)
		most = (uint64_t)mask * 8;
	kallsyms_read(r->syms, "nr_cpu_ids", 4, &nr);
	return (unsigned)(nr > 0 && nr <= most ? nr : most);
}

static int find_facts(struct reader *r, struct btf *btf, struct kcpus *c)
{
	int64_t task = btf_size_of(btf, "task_struct");

	r->offsets = symbol_or_0(r->syms, "__per_cpu_offset");
	r->runqueues = symbol_or_0(r->syms, "runqueues");
	r->possible = symbol_or_0(r->syms, "__cpu_possible_mask");
	r->online = symbol_or_0(r->syms, "__cpu_online_mask");
	/* Without SMP there are no copies: the run queue itself is that of the only CPU. */
	if (!r->runqueues || !r->possible || (!r->offsets && !(r->runqueues >> 63)) ||
	    btf_member(btf, "rq", "curr", &r->curr) < 0 ||
	    btf_member(btf, "rq", "idle", &r->idle) < 0 ||
	    btf_member(btf, "task_struct", "stack", &r->stack) < 0 || task <= 0)
		return -ENOENT;
	r->nr_ids = number_limit(r, btf);
	c->task_size = task_bytes(r, btf, (uint64_t)task);
	c->stack_size = kernel_stack_size(kmem_kernel(r->mem), r->syms);
	kallsyms_find(r->syms, "__per_cpu_start", &c->area.start); /* 0 up to 6.x */
	c->area.end = symbol_or_0(r->syms, "__per_cpu_end");
	if (c->area.end < c->area.start || c->area.end - c->area.start > AREA_MAX)
		c->area.end = c->area.start;
	c->area_size = c->area.end - c->area.start;
	find_dynamic(r, btf, c);
	return 0;
}

static bool in_mask(struct reader *r, uint64_t mask, unsigned nr)
{
	uint64_t word = 0;

	return mask && kmem_u64(r->mem, mask + nr / 64 * 8, &word) == 0 && (word >> nr % 64 & 1);
}

static void read_cpu(struct reader *r, const struct kcpus *c, struct kcpu *cpu)
{
	uint64_t stack = 0;

	cpu->online = in_mask(r, r->online, cpu->nr);
	if (r->offsets && kmem_u64(r->mem, r->offsets + cpu->nr * 8ull, &cpu->offset) < 0)
		return;
	cpu->rq = kcpus_va(cpu, r->runqueues);
	if (btf_read(r->mem, cpu->rq, &r->curr, &cpu->task) < 0)
		cpu->task = 0;
	if (btf_read(r->mem, cpu->rq, &r->idle, &cpu->idle) < 0)
		cpu->idle = 0;
	if (cpu->task && btf_read(r->mem, cpu->task, &r->stack, &stack) == 0 && stack >> 63 &&
	    stack % STACK_MIN == 0)
		cpu->stack = (struct span){ stack, stack + c->stack_size };
}

static int read_cpus(struct reader *r, struct kcpus *c)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < r->nr_ids; i++)
		nr += in_mask(r, r->possible, i);
	c->cpu = calloc(nr ? nr : 1, sizeof(c->cpu[0]));
	if (!c->cpu)
		return -ENOMEM;
	for (unsigned i = 0; i < r->nr_ids && c->nr < nr; i++) {
		if (!in_mask(r, r->possible, i))
			continue;
		c->cpu[c->nr].nr = i;
		read_cpu(r, c, &c->cpu[c->nr++]);
	}
	return c->nr ? 0 : -ENOENT;
}

int kcpus_open(struct kallsyms *syms, struct btf *btf, struct kcpus **out)
{
	struct reader r = { .syms = syms, .mem = kallsyms_kmem(syms) };
	struct kcpus *c = calloc(1, sizeof(*c));
	int rc = c ? find_facts(&r, btf, c) : -ENOMEM;

	if (rc == 0)
		rc = read_cpus(&r, c);
	if (rc < 0) {
		kcpus_close(c);
		return fail(rc, "CPUs of the crashed kernel");
	}
	*out = c;
	return 0;
}

void kcpus_close(struct kcpus *c)
{
	if (!c)
		return;
	free(c->cpu);
	free(c);
}
