/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forced.c - memory that is kept regardless of its struct pages
 *
 * The kernel image, and for each CPU: its per-CPU area, the task it ran, and the stack in use.
 * Then the other tasks and their stacks.
 * Without one of them a reader shows nothing, or no backtrace, so they are kept even if their
 * struct pages were overwritten. Their addresses come from symbols, or without symbols from the
 * headers of the core: its segment of the image, and the stack pointers.
 */
#include "filter/forced_impl.h"

#include "base/err.h"
#include "base/log.h"
#include "base/util.h"
#include "kernel/cpus.h"
#include "source/notes.h"

#include <string.h>

#define STACK_SIZE \
	16384u /* and their alignment; what lies around a stack that is smaller stays, too */

static void keep_cpu(struct forced *f, const struct kcpus *cpus, const struct kcpu *cpu)
{
	forced_keep_range(f, kcpus_va(cpu, cpus->area.start), cpus->area_size, NULL);
	if (cpu->task)
		forced_keep_range(f, cpu->task, cpus->task_size, NULL);
	if (cpu->stack.start)
		forced_keep_range(f, cpu->stack.start, cpu->stack.end - cpu->stack.start, NULL);
}

/* In the image, and not backwards. */
static bool section(const struct forced *f, struct kallsyms *syms, const char *const ends[2],
		    struct span *out)
{
	const struct kernel_image *image = &f->cfg->pages.k->image;

	return kallsyms_find(syms, ends[0], &out->start) == 0 &&
	       kallsyms_find(syms, ends[1], &out->end) == 0 && out->start >= image->va &&
	       out->start < out->end && out->end - image->va <= image->len;
}

/* Without memory encryption the rest of the last 2 MiB of .bss is given back, too. */
static void cut_bss(struct kallsyms *syms, struct span *bss)
{
	uint64_t unused;

	if (kallsyms_find(syms, "__start_bss_decrypted_unused", &unused) == 0 &&
	    unused > bss->start && unused < bss->end)
		bss->end = unused;
}

/*
 * The kernel's code of an image that shows no symbols of data: from _stext to the last function
 * before the code of the boot, which was given back.
 */
static bool code_alone(const struct forced *f, struct kallsyms *syms, struct span *out)
{
	const struct kernel_image *image = &f->cfg->pages.k->image;
	struct ksym last;
	uint64_t init;

	if (kallsyms_find(syms, "_stext", &out->start) < 0 ||
	    kallsyms_find(syms, "_sinittext", &init) < 0 || init <= out->start ||
	    kallsyms_at(syms, init - 1, &last) < 0)
		return false;
	out->end = last.va + 1;
	return out->start >= image->va && out->start < out->end &&
	       out->end - image->va <= image->len;
}

/*
 * Memory between the sections was given back at boot (arm64's part before _stext, init code, the
 * first page tables, padding) and may be in use as anything. Without their symbols all of the image
 * is kept, since nobody can tell which pages that is.
 */
static void keep_image(struct forced *f, struct kallsyms *syms)
{
	static const char *const ends[][2] = { { "_stext", "_etext" },
					       { "__start_rodata", "__end_rodata" },
					       { "_sdata", "_edata" },
					       { "__bss_start", "__bss_stop" } };
	const struct kernel_image *image = &f->cfg->pages.k->image;
	struct span at[ARRAY_SIZE(ends)];
	size_t nr = 0;
	bool whole;

	if (image->len == 0)
		return;
	while (syms && nr < ARRAY_SIZE(ends) && section(f, syms, ends[nr], &at[nr]))
		nr++;
	whole = nr < ARRAY_SIZE(ends);
	if (whole)
		nr = syms && code_alone(f, syms, &at[0]);
	else
		cut_bss(syms, &at[nr - 1]);
	for (size_t i = 0; i < nr; i++)
		forced_keep_range(f, at[i].start, at[i].end - at[i].start, NULL);
	if (whole)
		forced_keep_around(f, image->va, image->len);
	fail_clear();
}

/*
 * A CPU in user mode has no kernel stack in use. The page of the stack pointer is a stack's; its
 * neighbours are the rest of it, or lie beside a stack that is smaller.
 */
static void keep_stacks(struct forced *f)
{
	size_t at = f->cfg->pages.k->arch->prstatus_sp;
	uint64_t sp;

	for (unsigned cpu = 0; cpu < f->cfg->pages.k->src->nr_cpus; cpu++) {
		struct blob status = notes_prstatus(f->cfg->pages.k->src->notes, cpu);

		if (status.len < at + sizeof(sp))
			continue;
		memcpy(&sp, (const char *)status.data + at, sizeof(sp));
		if (sp < 1ull << 63)
			continue;
		forced_keep_range(f, sp, 1, NULL);
		forced_keep_around(f, sp & ~(uint64_t)(STACK_SIZE - 1), STACK_SIZE);
	}
}

static void report(const struct forced *f)
{
	if (f->nr_back)
		log_msg(LOG_ERROR,
			"%ju pages of the kernel image, per-CPU areas, running tasks and stacks "
			"looked like pages to drop; they are kept",
			(uintmax_t)f->nr_back);
	if (f->nr_around)
		log_msg(LOG_DEBUG,
			"%ju pages in the kernel image or beside stacks are kept as well: the dump "
			"does not show whether they belong to them",
			(uintmax_t)f->nr_around);
}

void forced_apply(const struct forced_cfg *cfg, struct filter_symbols *symbols, struct selection *s)
{
	struct forced f = { .cfg = cfg, .s = s };
	const struct kcpus *cpus = symbols->cpus;

	keep_image(&f, symbols->syms);
	keep_stacks(&f);
	for (unsigned i = 0; cpus && i < cpus->nr; i++)
		keep_cpu(&f, cpus, &cpus->cpu[i]);
	if (cpus)
		forced_tasks(&f, symbols->syms, symbols->btf, cpus);
	if (cpus && cfg->user_stacks)
		user_stacks_keep(&f, symbols->syms, symbols->btf, cpus);
	report(&f);
	fail_clear();
}
