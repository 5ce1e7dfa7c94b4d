/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part_processes.c - the processes that had most memory of their own */
#include "report/json_out.h"
#include "report/part.h"

#include "base/err.h"

#include <inttypes.h>
#include <string.h>

#define TOP 10

/* The order of the counters of a struct mm_struct, in every kernel since 4.5. */
enum { FILE_PAGES, ANON_PAGES, SWAP_PAGES, SHMEM_PAGES, NR_COUNTS };

struct process {
	const struct ktask *task; /* the first one that uses it */
	uint64_t resident;	  /* pages: FILE, ANON and SHMEM */
	uint64_t count[NR_COUNTS];
};

struct processes {
	struct report *r;
	struct btf_field stat;	       /* array of counters */
	uint32_t step;		       /* bytes of one */
	struct btf_field sum, per_cpu; /* of struct percpu_counter */
	bool is_per_cpu;	       /* since 6.2 */
	struct process top[TOP];
	unsigned nr, users; /* in top; with memory at all */
};

static int find_facts(struct processes *p)
{
	struct btf *b = p->r->btf;

	if (btf_member(b, "mm_struct", "rss_stat.count", &p->stat) < 0 &&
	    btf_member(b, "mm_struct", "rss_stat", &p->stat) < 0)
		return fail(-ENOENT, "types of processes' memory");
	if (p->stat.nelems < NR_COUNTS)
		return fail(-ENOENT, "processes' memory is counted in an unknown way");
	p->step = p->stat.size / p->stat.nelems;
	p->is_per_cpu = p->step > 8;
	if (p->is_per_cpu && (btf_member(b, "percpu_counter", "count", &p->sum) < 0 ||
			      btf_member(b, "percpu_counter", "counters", &p->per_cpu) < 0))
		return fail(-ENOENT, "types of counters of each CPU");
	return 0;
}

/* Add the counts that are still in per-CPU variables. */
static uint64_t read_count(struct processes *p, uint64_t mm, unsigned which)
{
	uint64_t at = mm + p->stat.off + (uint64_t)which * p->step, n, per_cpu;
	const struct kcpus *cpus = p->r->cpus;
	uint32_t delta;

	if (!p->is_per_cpu)
		return kmem_u64(p->r->mem, at, &n) < 0 || (int64_t)n < 0 ? 0 : n;
	if (btf_read(p->r->mem, at, &p->sum, &n) < 0)
		return 0;
	if (btf_read(p->r->mem, at, &p->per_cpu, &per_cpu) == 0)
		for (unsigned i = 0; cpus && i < cpus->nr; i++)
			if (kmem_u32(p->r->mem, kcpus_va(&cpus->cpu[i], per_cpu), &delta) == 0)
				n += (uint64_t)(int64_t)(int32_t)delta;
	return (int64_t)n < 0 ? 0 : n;
}

static void insert(struct processes *p, const struct process *new)
{
	unsigned at;

	for (unsigned i = 0; i < p->nr; i++)
		if (p->top[i].task->mm == new->task->mm)
			return;
	if (p->nr == TOP && p->top[TOP - 1].resident >= new->resident)
		return;
	p->nr += p->nr < TOP;
	for (at = p->nr - 1; at > 0 && p->top[at - 1].resident < new->resident; at--)
		p->top[at] = p->top[at - 1];
	p->top[at] = *new;
}

static int read_processes(struct report *r, struct processes *p)
{
	uint64_t last = 0;
	int rc = report_needs(r->tasks, "tasks");

	*p = (struct processes){ .r = r };
	if (rc == 0)
		rc = find_facts(p);
	for (unsigned i = 0; rc == 0 && i < r->tasks->nr; i++) {
		struct process new = { .task = &r->tasks->task[i] };

		/* Threads follow their process, and share its memory. */
		if (new.task->kernel || !(new.task->mm >> 63) || new.task->mm == last)
			continue;
		last = new.task->mm;
		p->users++;
		for (unsigned n = 0; n < NR_COUNTS; n++) {
			new.count[n] = read_count(p, last, n);
			new.resident += n == SWAP_PAGES ? 0 : new.count[n];
		}
		insert(p, &new);
	}
	return rc;
}

static uint64_t kib(const struct report *r, uint64_t pages)
{
	return pages << (r->k->page_shift - 10);
}

int part_processes_text(struct report *r, FILE *f)
{
	struct processes p;
	int rc = read_processes(r, &p);

	if (rc < 0 || !p.nr)
		return rc;
	fprintf(f,
		"  KiB: RESIDENT  ANONYMOUS       FILE     SHARED    SWAPPED      PID COMMAND\n");
	for (unsigned i = 0; i < p.nr; i++) {
		const struct process *one = &p.top[i];
		char comm[4 * KTASK_COMM + 8];

		report_escape(one->task->comm, comm, sizeof(comm));
		fprintf(f,
			"  %13" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64
			" %8d %s\n",
			kib(r, one->resident), kib(r, one->count[ANON_PAGES]),
			kib(r, one->count[FILE_PAGES]), kib(r, one->count[SHMEM_PAGES]),
			kib(r, one->count[SWAP_PAGES]), one->task->tgid, comm);
	}
	return 0;
}

int part_processes_json(struct report *r, FILE *f)
{
	struct processes p;
	struct json j;
	int rc = read_processes(r, &p);

	if (rc < 0)
		return rc;
	json_begin(&j, f, '{');
	json_unsigned(&j, "users", p.users);
	json_unsigned(&j, "page_size", (uint64_t)1 << r->k->page_shift);
	json_list(&j, "largest");
	for (unsigned i = 0; i < p.nr; i++) {
		const struct process *one = &p.top[i];

		json_object(&j, NULL);
		json_number(&j, "pid", one->task->tgid);
		json_text(&j, "comm", one->task->comm);
		json_unsigned(&j, "resident_pages", one->resident);
		json_unsigned(&j, "anonymous_pages", one->count[ANON_PAGES]);
		json_unsigned(&j, "file_pages", one->count[FILE_PAGES]);
		json_unsigned(&j, "shared_pages", one->count[SHMEM_PAGES]);
		json_unsigned(&j, "swapped_pages", one->count[SWAP_PAGES]);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	return 0;
}
