/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forced.c - memory that is kept whatever its struct pages say, found by symbols and types
 *
 * Of each CPU: its per-CPU area, the task it ran, and that task's stack. A reader that lacks one
 * of them shows no backtrace, and a struct page that was overwritten is no reason to drop it.
 */
#include "filter/forced.h"

#include "base/err.h"
#include "base/log.h"
#include "filter/priority.h"
#include "kernel/btf_source.h"
#include "kernel/cpus.h"

struct forced {
	const struct kernel *k;
	struct view *v;
	const struct memmap *m;
	uint64_t hwpoison; /* mask of the flag; 0: not told */
	struct selection *s;
	uint64_t nr_back; /* frames that had been dropped */
};

/* Memory that the hardware gave up is never read, whoever asks for it. */
static bool is_poisoned(struct forced *f, uint64_t pfn)
{
	uint64_t page = memmap_va(f->m, f->k, pfn), flags = 0;

	return f->hwpoison && page &&
	       kernel_read(f->k, f->v, page + (uint64_t)f->k->layout.off_page_flags, &flags,
			   sizeof(flags)) == 0 &&
	       (flags & f->hwpoison);
}

/* Page by page: these ranges are short, and need not be contiguous. */
static void keep_range(struct forced *f, uint64_t va, uint64_t len)
{
	uint64_t page = 1ull << f->k->page_shift;
	uint64_t end = (va + len + page - 1) & ~(page - 1);

	for (va &= ~(page - 1); va < end; va += page) {
		uint64_t pa, left, pfn;

		if (kernel_vtop(f->k, f->v, va, &pa, &left) < 0)
			continue;
		pfn = pa >> f->k->page_shift;
		if (keepmap_test(f->s->keep, pfn) || is_poisoned(f, pfn))
			continue;
		priority_keep(f->k, f->s, pa, page);
		f->nr_back += keepmap_test(f->s->keep, pfn);
	}
	fail_clear();
}

static void keep_cpu(struct forced *f, const struct kcpus *cpus, const struct kcpu *cpu)
{
	keep_range(f, kcpus_va(cpu, cpus->area.start), cpus->area_size);
	if (cpu->task)
		keep_range(f, cpu->task, cpus->task_size);
	if (cpu->stack.start)
		keep_range(f, cpu->stack.start, cpu->stack.end - cpu->stack.start);
}

void forced_apply(const struct kernel *k, struct view *v, const struct memmap *m,
		  const struct page_rules *r, struct selection *s)
{
	struct forced f = { .k = k, .v = v, .m = m, .hwpoison = r->hwpoison, .s = s };
	struct kallsyms *syms = NULL;
	struct kcpus *cpus = NULL;
	struct btf *btf = NULL;
	int rc = kallsyms_open(k, v, &syms);

	if (rc == 0)
		rc = btf_open_kernel(k, v, syms, NULL, &btf);
	if (rc == 0)
		rc = kcpus_open(syms, btf, &cpus);
	for (unsigned i = 0; rc == 0 && i < cpus->nr; i++)
		keep_cpu(&f, cpus, &cpus->cpu[i]);
	if (rc < 0)
		log_msg(LOG_DEBUG,
			"per-CPU areas and running tasks are kept by their struct pages only: %s",
			fail_text());
	if (f.nr_back)
		log_msg(LOG_ERROR,
			"%ju pages of per-CPU areas and running tasks looked like pages to drop; "
			"they are kept",
			(uintmax_t)f.nr_back);
	fail_clear();
	kcpus_close(cpus);
	btf_close(btf);
	kallsyms_close(syms);
}
