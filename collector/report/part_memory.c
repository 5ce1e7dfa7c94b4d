/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part_memory.c - where the memory went, by the kernel's own counters, and whether it ran out */
#include "report/json_out.h"
#include "report/part.h"

#include "base/err.h"
#include "base/util.h"

#include <inttypes.h>
#include <string.h>

#define VICTIMS_MAX 8
#define UNKNOWN	    INT64_MIN
#define HSTATES_MAX 16 /* sizes of huge pages */

static const struct counter {
	const char *name, *label, *enumerator;
	uint32_t bytes; /* 0: a page */
} counters[] = {
#define COUNTER(name, label, enumerator, bytes) { #name, label, #enumerator, bytes },
#include "report/counters.def"
};

/* Indexes of counters that sums are made of. */
enum {
#define COUNTER(name, label, enumerator, bytes) COUNT_##name,
#include "report/counters.def"
};

struct memory {
	int64_t total; /* bytes, as all that follow; UNKNOWN */
	int64_t count[ARRAY_SIZE(counters)];
	int64_t huge, huge_free; /* the pools of hugetlb; UNKNOWN */
	int64_t other;		 /* what none of the classes counts; UNKNOWN */
	int64_t swap, swap_free;
	int64_t oom_kills;			 /* how often; UNKNOWN */
	bool oom;				 /* the kernel died of it */
	const struct ktask *victim[VICTIMS_MAX]; /* chosen to be killed, and still there */
	unsigned nr_victims;
};

/* What one CPU takes and another one gives back may leave less than nothing. */
static int64_t scale(const struct report *r, uint64_t count, uint32_t bytes)
{
	uint64_t size = bytes ? bytes : 1ull << r->k->page_shift;

	if ((int64_t)count < 0)
		return 0;
	return count > (uint64_t)INT64_MAX / size ? UNKNOWN : (int64_t)(count * size);
}

/* An element of an array of numbers of 8 bytes, whose indices are enumerators. */
static bool read_stat(struct report *r, const char *array, const char *type, const char *enumerator,
		      uint64_t *out)
{
	uint64_t va;
	int64_t i;

	return btf_enumerator(r->btf, type, enumerator, &i) == 0 && i >= 0 && i < 4096 &&
	       kallsyms_find(r->syms, array, &va) == 0 &&
	       kmem_u64(r->mem, va + (uint64_t)i * 8, out) == 0;
}

static int64_t read_counter(struct report *r, const struct counter *c)
{
	uint64_t n;

	if (!read_stat(r, "vm_node_stat", "node_stat_item", c->enumerator, &n) &&
	    !read_stat(r, "vm_zone_stat", "zone_stat_item", c->enumerator, &n))
		return UNKNOWN;
	return scale(r, n, c->bytes);
}

static int64_t read_pages(struct report *r, const char *symbol)
{
	uint64_t n;

	return kallsyms_read(r->syms, symbol, 8, &n) < 0 ? UNKNOWN : scale(r, n, 0);
}

/* Each page is of one of these classes, or it is not counted. */
static void count_other(struct memory *m)
{
	static const uint8_t classes[] = { COUNT_free,
					   COUNT_anonymous,
					   COUNT_file,
					   COUNT_slab_reclaimable,
					   COUNT_slab_unreclaimable,
					   COUNT_page_tables,
					   COUNT_kernel_stacks };

	m->other = m->total;
	for (size_t i = 0; i < ARRAY_SIZE(classes) && m->other != UNKNOWN; i++) {
		int64_t n = m->count[classes[i]];

		m->other = n == UNKNOWN ? UNKNOWN : n > m->other ? 0 : m->other - n;
	}
	if (m->other != UNKNOWN && m->huge != UNKNOWN)
		m->other = m->huge > m->other ? 0 : m->other - m->huge;
}

/* The pool of one size of huge pages. */
static bool add_pool(struct report *r, uint64_t va, const struct btf_field field[3],
		     struct memory *m)
{
	uint64_t v[3];

	for (unsigned i = 0; i < 3; i++)
		if (btf_read(r->mem, va, &field[i], &v[i]) < 0)
			return false;
	/* All pools together are a number of bytes. */
	if (v[0] > 30 || v[2] > v[1] ||
	    v[1] > (uint64_t)(INT64_MAX / HSTATES_MAX) >> (v[0] + r->k->page_shift))
		return false;
	m->huge += (int64_t)(v[1] << v[0] << r->k->page_shift);
	m->huge_free += (int64_t)(v[2] << v[0] << r->k->page_shift);
	return true;
}

/* Huge pages that an administrator set aside; no other counter has them. */
static void count_huge(struct report *r, struct memory *m)
{
	static const char *const names[] = { "order", "nr_huge_pages", "free_huge_pages" };
	int64_t size = btf_size_of(r->btf, "hstate");
	struct btf_field field[ARRAY_SIZE(names)];
	uint64_t va, nr = 0;
	bool ok = size > 0 && kallsyms_find(r->syms, "hstates", &va) == 0 &&
		  kallsyms_read(r->syms, "hugetlb_max_hstate", 4, &nr) == 0 && nr <= HSTATES_MAX;

	for (size_t i = 0; i < ARRAY_SIZE(names) && ok; i++)
		ok = btf_member(r->btf, "hstate", names[i], &field[i]) == 0;
	m->huge = m->huge_free = 0;
	for (uint64_t i = 0; i < nr && ok; i++)
		ok = add_pool(r, va + i * (uint64_t)size, field, m);
	if (!ok)
		m->huge = m->huge_free = UNKNOWN;
}

/* Events are counted by each CPU for itself. */
static int64_t count_oom_kills(struct report *r)
{
	uint64_t va, n, sum = 0;
	int64_t i;

	if (!r->cpus || kallsyms_find(r->syms, "vm_event_states", &va) < 0 ||
	    btf_enumerator(r->btf, "vm_event_item", "OOM_KILL", &i) < 0 || i < 0 || i > 4096)
		return UNKNOWN;
	for (unsigned c = 0; c < r->cpus->nr; c++)
		if (kmem_u64(r->mem, kcpus_va(&r->cpus->cpu[c], va) + (uint64_t)i * 8, &n) == 0)
			sum += n;
	return (int64_t)(sum & INT64_MAX);
}

static void find_victims(struct report *r, struct memory *m)
{
	struct btf_field signal, oom_mm;
	uint64_t at, mm;

	if (!r->tasks || btf_member(r->btf, "task_struct", "signal", &signal) < 0 ||
	    btf_member(r->btf, "signal_struct", "oom_mm", &oom_mm) < 0)
		return;
	for (unsigned i = 0; i < r->tasks->nr && m->nr_victims < VICTIMS_MAX; i++) {
		const struct ktask *t = &r->tasks->task[i];

		if (t->pid == t->tgid && btf_read(r->mem, t->va, &signal, &at) == 0 && at >> 63 &&
		    btf_read(r->mem, at, &oom_mm, &mm) == 0 && mm >> 63)
			m->victim[m->nr_victims++] = t;
	}
}

static int read_memory(struct report *r, struct memory *m)
{
	bool any = false;
	int rc = report_needs(r->btf, "types of the kernel's counters");

	if (rc < 0)
		return rc;
	*m = (struct memory){ .total = read_pages(r, "_totalram_pages") };
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++) {
		m->count[i] = read_counter(r, &counters[i]);
		any |= m->count[i] != UNKNOWN;
	}
	if (!any && m->total == UNKNOWN)
		return fail(-ENOENT, "the kernel's counters are not in this dump");
	count_huge(r, m);
	count_other(m);
	m->swap = read_pages(r, "total_swap_pages");
	m->swap_free = read_pages(r, "nr_swap_pages");
	m->oom_kills = count_oom_kills(r);
	m->oom = r->log && (strstr(r->log->panic, "ut of memory") ||
			    (r->log->fatal && strstr(r->log->reason, "ut of memory")));
	find_victims(r, m);
	return 0;
}

static void print_size(const struct memory *m, int64_t n, const char *label, FILE *f)
{
	if (n == UNKNOWN)
		return;
	fprintf(f, "  %10" PRIu64 " KiB", (uint64_t)n >> 10);
	if (m->total > 0)
		fprintf(f, " %3" PRIu64 " %%", (uint64_t)((double)n * 100 / (double)m->total));
	fprintf(f, "  %s\n", label);
}

static void print_oom(const struct memory *m, FILE *f)
{
	if (m->oom)
		fprintf(f, "  The kernel died because memory ran out.\n");
	if (m->oom_kills > 0)
		fprintf(f, "  %" PRId64 " times a process was killed for lack of memory.\n",
			m->oom_kills);
	for (unsigned i = 0; i < m->nr_victims; i++) {
		char comm[4 * KTASK_COMM + 8];

		report_escape(m->victim[i]->comm, comm, sizeof(comm));
		fprintf(f, "  Chosen to be killed, and still there: %s (pid %d)\n", comm,
			m->victim[i]->pid);
	}
}

int part_memory_text(struct report *r, FILE *f)
{
	struct memory m;
	int rc = read_memory(r, &m);

	if (rc < 0)
		return rc;
	print_oom(&m, f);
	print_size(&m, m.total, "all that the kernel manages", f);
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
		print_size(&m, m.count[i], counters[i].label, f);
	print_size(&m, m.huge, "huge pages set aside (hugetlb)", f);
	print_size(&m, m.huge_free, "of it not in use", f);
	print_size(&m, m.other, "not counted: drivers, vmalloc, per-CPU memory, lost pages", f);
	if (m.swap > 0 && m.swap_free != UNKNOWN)
		fprintf(f, "  swap: %" PRId64 " KiB, %" PRId64 " KiB of it free\n", m.swap >> 10,
			m.swap_free >> 10);
	return 0;
}

static void json_size(struct json *j, const char *key, int64_t n)
{
	if (n != UNKNOWN)
		json_number(j, key, n);
}

int part_memory_json(struct report *r, FILE *f)
{
	struct memory m;
	struct json j;
	int rc = read_memory(r, &m);

	if (rc < 0)
		return rc;
	json_begin(&j, f, '{');
	json_bool(&j, "oom", m.oom);
	json_size(&j, "oom_kills", m.oom_kills);
	json_list(&j, "oom_victims");
	for (unsigned i = 0; i < m.nr_victims; i++)
		json_number(&j, NULL, m.victim[i]->pid);
	json_end(&j);
	json_size(&j, "total", m.total);
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
		json_size(&j, counters[i].name, m.count[i]);
	json_size(&j, "huge", m.huge);
	json_size(&j, "huge_free", m.huge_free);
	json_size(&j, "other", m.other);
	json_size(&j, "swap", m.swap);
	json_size(&j, "swap_free", m.swap_free);
	json_end(&j);
	return 0;
}
