/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_forced.c - per-CPU areas, running tasks and their stacks stay, whatever mem_map says */
#include "filter/filter.h"

#include "base/err.h"
#include "base/log.h"
#include "base/util.h"
#include "check.h"
#include "fix_btf.h"
#include "fix_symbols.h"

#include <stdlib.h>
#include <string.h>

#define NR_FUNCS 600
#define NR_CPUS	 2
#define AREA	 0x3000 /* bytes of a per-CPU area */
#define RQ	 0x1000 /* where the run queue is in it */
#define STACK	 0x4000
#define VMALLOC	 0xffffc90000000000ull
#define CODE_END 0xc00000 /* in the image, behind all that the tests lay there */

struct machine {
	struct fix *f;
	uint64_t area[NR_CPUS], task[NR_CPUS], stack[NR_CPUS]; /* pa */
	uint64_t other;					       /* pa of a page nobody needs */
	uint64_t vars;					       /* pa of the variables */
};

static uint64_t make_types(struct fix *f, uint64_t *len)
{
	struct fix_btf b;
	uint32_t ptr;
	uint64_t pa;

	fix_btf_open(&b, NULL);
	ptr = fix_btf_ref(&b, BTF_PTR, "", 0);
	fix_btf_struct(&b, "rq", 128,
		       (struct fix_btf_member[]){ { "curr", ptr, 64, 0 }, { "idle", ptr, 128, 0 } },
		       2);
	fix_btf_struct(&b, "task_struct", 0x1800,
		       (struct fix_btf_member[]){ { "stack", ptr, 256, 0 } }, 1);
	fix_btf_struct(&b, "kmem_cache", 64,
		       (struct fix_btf_member[]){ { "object_size",
						    fix_btf_int(&b, "unsigned int", 4, false), 192,
						    0 } },
		       1);
	fix_btf_done(&b);
	pa = fix_alloc_image(f, b.len);
	fix_write(f, pa, b.blob, b.len);
	*len = b.len;
	fix_btf_close(&b);
	return fix_image_va(f, pa);
}

/* Variables of the image, 64 bytes apart. */
enum { VAR_OFFSETS, VAR_POSSIBLE, VAR_ONLINE, VAR_IDS, VAR_CACHE, NR_VARS };

enum sections { NO_SECTIONS, CODE_ALONE, ALL_SECTIONS };

/* The last symbols of an image whose code ends with CODE_END; maybe of its other sections, too. */
static uint32_t add_sections(const struct fix *f, bool data, struct fix_symbol *sym)
{
	static const char *const other[] = { "R__start_rodata", "R__end_rodata", "D_sdata",
					     "D_edata",		"B__bss_start",	 "B__bss_stop" };
	uint64_t end = f->image_va + CODE_END;
	uint32_t nr = 0;

	sym[nr++] = (struct fix_symbol){ end - 8, "Tlast_function" };
	if (data)
		sym[nr++] = (struct fix_symbol){ end, "T_etext" };
	sym[nr++] = (struct fix_symbol){ end + 2 * FIX_PAGE, "T_sinittext" };
	for (uint32_t i = 0; data && i < ARRAY_SIZE(other); i++)
		sym[nr++] = (struct fix_symbol){ end + (4 + i) * FIX_PAGE, other[i] };
	return nr;
}

static void make_symbols(struct fix *f, uint64_t vars, struct span btf, enum sections sections)
{
	static const char *const var[] = { "D__per_cpu_offset", "R__cpu_possible_mask",
					   "R__cpu_online_mask", "Dnr_cpu_ids",
					   "dtask_struct_cachep" };
	static char text[NR_FUNCS][16];
	static struct fix_symbol sym[NR_FUNCS + 32];
	struct fix_ksyms t;
	uint32_t nr = 0;

	sym[nr++] = (struct fix_symbol){ 0, "A__per_cpu_start" };
	sym[nr++] = (struct fix_symbol){ RQ, "Arunqueues" };
	sym[nr++] = (struct fix_symbol){ AREA, "A__per_cpu_end" };
	sym[nr++] = (struct fix_symbol){ f->image_va, "T_stext" };
	for (uint32_t i = 0; i < NR_VARS; i++)
		sym[nr++] = (struct fix_symbol){ vars + 64 * i, var[i] };
	for (uint32_t i = 0; i < NR_FUNCS; i++) {
		snprintf(text[i], sizeof(text[i]), "Tfunc_%u", i);
		sym[nr++] = (struct fix_symbol){ vars + 1024 + i, text[i] };
	}
	sym[nr++] = (struct fix_symbol){ btf.start, "R__start_BTF" };
	sym[nr++] = (struct fix_symbol){ btf.end, "R__stop_BTF" };
	if (sections != NO_SECTIONS)
		nr += add_sections(f, sections == ALL_SECTIONS, &sym[nr]);
	fix_ksyms(f, FIX_KSYMS_6_12, sym, nr, &t);
	fix_ksyms_tell(f, FIX_KSYMS_6_12, &t);
}

static void make_cpu(struct machine *m, unsigned cpu, uint64_t vars)
{
	struct fix *f = m->f;
	uint64_t stack_va = VMALLOC + cpu * 0x10000;

	m->area[cpu] = fix_alloc(f, AREA);
	m->task[cpu] = fix_alloc(f, 0x2000);
	m->stack[cpu] = fix_alloc(f, STACK);
	fix_map(f, stack_va, (struct span){ m->stack[cpu], m->stack[cpu] + STACK }, FIX_4K);
	fix_poke(f, vars + 64 * VAR_OFFSETS + 8 * cpu, fix_va(f, m->area[cpu]), 8);
	fix_poke(f, m->area[cpu] + RQ + 8, fix_va(f, m->task[cpu]), 8);
	fix_poke(f, m->task[cpu] + 32, stack_va, 8);
}

/* Every frame of RAM a page of anonymous memory, which level 8 drops. */
static void make_pages(struct fix *f)
{
	for (uint64_t pfn = 0; pfn < (256ull << 20) / FIX_PAGE; pfn++) {
		fix_page_set(f, pfn, "OFFSET(page.flags)", 1 << 5, 8);
		fix_page_set(f, pfn, "OFFSET(page.mapping)", 0xffff888000001001, 8);
	}
}

static struct machine make_with(bool types, enum sections sections)
{
	struct machine m = { .f = fix_new() };
	uint64_t vars, btf, len;

	log_setup(0, false);
	fix_machine(m.f, &(struct fix_opts){ .era = "6.12" });
	m.vars = vars = fix_alloc_image(m.f, 8192);
	btf = make_types(m.f, &len);
	if (types)
		make_symbols(m.f, fix_image_va(m.f, vars), (struct span){ btf, btf + len },
			     sections);
	for (unsigned cpu = 0; cpu < NR_CPUS; cpu++)
		make_cpu(&m, cpu, vars);
	fix_poke(m.f, vars + 64 * VAR_POSSIBLE, (1u << NR_CPUS) - 1, 8);
	fix_poke(m.f, vars + 64 * VAR_IDS, NR_CPUS, 4);
	m.other = fix_alloc(m.f, FIX_PAGE);
	fix_memmap(m.f, &(struct fix_memmap){ .vmemmap = true });
	make_pages(m.f);
	return m;
}

static struct machine make(bool types)
{
	return make_with(types, NO_SECTIONS);
}

static unsigned nr_kept(const struct selection *s, uint64_t pa, uint64_t len)
{
	unsigned nr = 0;

	for (uint64_t at = pa; at < pa + len; at += FIX_PAGE)
		nr += keepmap_test(s->keep, at / FIX_PAGE);
	return nr;
}

/* All areas together, of every CPU. */
static unsigned kept_of_cpus(const struct machine *m, const struct selection *s)
{
	unsigned nr = 0;

	for (unsigned cpu = 0; cpu < NR_CPUS; cpu++)
		nr += nr_kept(s, m->area[cpu], AREA) + nr_kept(s, m->task[cpu], 0x2000) +
		      nr_kept(s, m->stack[cpu], STACK);
	return nr;
}

static void run(struct machine *m, unsigned level, struct selection *s, unsigned *nr)
{
	struct source *src = fix_source(m->f);
	struct kernel *k;

	CHECK_EQ(kernel_open(src, &k), 0);
	CHECK(k->vtop_works);
	CHECK_EQ(filter_open(k, &(struct filter_cfg){ .level = level }, s), 0);
	*nr = kept_of_cpus(m, s);
	CHECK_EQ(keepmap_test(s->keep, m->other / FIX_PAGE), level < LEVEL_USER);
	filter_close(s);
	kernel_close(k);
	source_close(src);
	fail_clear();
}

TEST(kept)
{
	struct machine m = make(true);
	struct selection s;
	unsigned nr;

	run(&m, LEVEL_USER, &s, &nr);
	CHECK_EQ(nr, NR_CPUS * (3 + 2 + 4));
	fix_free(m.f);
}

/* A task is as large as what is allocated for it, not as its type: the page behind it is another's.
 */
TEST(task_as_allocated)
{
	static const struct {
		uint32_t size;
		unsigned pages;
	} want[] = { { 0x1000, 1 }, { 0x1001, 2 }, { 0, 2 }, { 1u << 20, 2 } };

	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		struct machine m = make(true);
		uint64_t cache = fix_alloc(m.f, FIX_PAGE);
		struct selection s;
		unsigned nr;

		fix_poke(m.f, m.vars + 64 * VAR_CACHE, fix_va(m.f, cache), 8);
		fix_poke(m.f, cache + 24, want[i].size, 4);
		run(&m, LEVEL_USER, &s, &nr);
		CHECK_EQ(nr, NR_CPUS * (3 + want[i].pages + 4));
		fix_free(m.f);
	}
}

/* Without symbols they go as their struct pages say: the machine is a fair one. */
TEST(not_found)
{
	struct machine m = make(false);
	struct selection s;
	unsigned nr;

	run(&m, LEVEL_USER, &s, &nr);
	CHECK_EQ(nr, 0);
	fix_free(m.f);
}

TEST(poisoned)
{
	struct machine m = make(true);
	struct selection s;
	unsigned nr;

	fix_page_set(m.f, m.stack[1] / FIX_PAGE, "OFFSET(page.flags)",
		     1ull << fix_fact(m.f, "NUMBER(PG_hwpoison)"), 8);
	run(&m, LEVEL_USER, &s, &nr);
	CHECK_EQ(nr, NR_CPUS * (3 + 2 + 4) - 1);
	fix_free(m.f);
}

/* How many pages were said to look wrongly dropped. */
static void alarm_seen(void *arg, enum log_kind kind, const char *line)
{
	if (kind == LOG_ERROR && strstr(line, "looked like pages to drop"))
		*(unsigned long *)arg += strtoul(line, NULL, 10);
}

/* Pages of a kernel, but for pages of users at each pa of anon. How many are reported, and kept. */
static unsigned long reported(struct machine *m, const uint64_t *anon, size_t nr, unsigned *kept)
{
	struct source *src = fix_source(m->f);
	unsigned long said = 0;
	struct selection s;
	struct kernel *k;

	for (uint64_t pfn = 0; pfn < (256ull << 20) / FIX_PAGE; pfn++)
		fix_page_set(m->f, pfn, "OFFSET(page.mapping)", 0, 8);
	for (size_t i = 0; i < nr; i++)
		fix_page_set(m->f, anon[i] / FIX_PAGE, "OFFSET(page.mapping)", 0xffff888000001001,
			     8);
	log_watch(alarm_seen, &said);
	CHECK_EQ(kernel_open(src, &k), 0);
	CHECK_EQ(filter_open(k, &(struct filter_cfg){ .level = LEVEL_USER }, &s), 0);
	log_watch(NULL, NULL);
	*kept = 0;
	for (size_t i = 0; i < nr; i++)
		*kept += nr_kept(&s, anon[i], FIX_PAGE);
	filter_close(&s);
	kernel_close(k);
	source_close(src);
	fail_clear();
	return said;
}

/*
 * What was given back of the image at boot is in use as other memory, and is no damage. Where only
 * code has symbols, the rest is kept, since it cannot be told from what was given back.
 */
TEST(image_given_back)
{
	static const struct {
		enum sections sections;
		unsigned kept, said;
	} want[] = { { NO_SECTIONS, 4, 1 }, { CODE_ALONE, 4, 2 }, { ALL_SECTIONS, 3, 3 } };

	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		struct machine m = make_with(true, want[i].sections);
		uint64_t end = m.f->image_pa + CODE_END;
		/* A task; code; init code; data. */
		uint64_t anon[] = { m.task[0], end - FIX_PAGE, end + 2 * FIX_PAGE,
				    end + 6 * FIX_PAGE };
		unsigned kept;

		CHECK_EQ(reported(&m, anon, ARRAY_SIZE(anon), &kept), want[i].said);
		CHECK_EQ(kept, want[i].kept);
		fix_free(m.f);
	}
}

/* Its header alone says where the image is; the stacks in use are found by the notes. */
TEST(image_without_symbols)
{
	struct machine m = make(false);
	struct source *src = fix_source(m.f);
	struct selection s;
	struct kernel *k;

	CHECK_EQ(kernel_open(src, &k), 0);
	CHECK_OP(k->image.len, >, 0);
	CHECK_EQ(filter_open(k, &(struct filter_cfg){ .level = LEVEL_USER }, &s), 0);
	CHECK_EQ(nr_kept(&s, k->image.pa, k->image.len), (k->image.len + FIX_PAGE - 1) / FIX_PAGE);
	CHECK(!keepmap_test(s.keep, m.other / FIX_PAGE));
	filter_close(&s);
	kernel_close(k);
	source_close(src);
	fix_free(m.f);
	fail_clear();
}

RUN(kept, task_as_allocated, not_found, poisoned, image_without_symbols, image_given_back)
