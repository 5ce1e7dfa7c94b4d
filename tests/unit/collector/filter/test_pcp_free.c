/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_pcp_free.c - what symbols and types tell of pages: free ones on lists of CPUs, swapped out
 * ones */
#include "filter/filter.h"

#include "base/err.h"
#include "base/log.h"
#include "base/util.h"
#include "check.h"
#include "fix_btf.h"
#include "fix_symbols.h"

#include <string.h>

enum {
	NR_CPUS = 2,
	NR_FUNCS = 600,
	NR_LISTS = 14, /* three for each of the orders 0 to 3, two of huge pages */
	NR_FRAMES = (256 << 20) / FIX_PAGE,
	AREA = 0x3000, /* bytes of a per-CPU area */
	RQ = 0x1000,   /* where the run queue is in it */
	PCP = 0x2000,  /* and the lists of the second zone */
	COUNT = 4,     /* in struct per_cpu_pages */
	LISTS = 64,
	INSIDE = 32, /* of the lists in what a zone of 5.10 points to */
	ZONE = 256,  /* bytes of one */
	PAGESET = 64,
};

/* Kernels: today's, 5.10's, and one whose lists are in groups that nobody knows. */
enum shape { TODAY, OLD, STRANGE };

struct machine {
	struct fix *f;
	enum shape shape;
	uint64_t pcp[NR_CPUS]; /* pa of the lists of each CPU, in the second zone */
	uint64_t stack;	       /* pa of what the first CPU runs on */
	uint64_t free;	       /* a frame from which on nothing else is, aligned to a huge page */
};

static void add_page_types(struct machine *m, struct fix_btf *b, uint32_t ptr)
{
	const bool old = m->shape == OLD;
	const uint32_t nr = old ? 3 : m->shape == STRANGE ? 7 : NR_LISTS;
	uint32_t num = fix_btf_int(b, "int", 4, true), zone, head, lists;
	const struct fix_btf_member lru = { "lru", ptr,
					    (uint32_t)fix_fact(m->f, "OFFSET(page.lru)") * 8, 0 };

	fix_btf_struct(b, "page", 64, &lru, 1);
	head = fix_btf_struct(
		b, "list_head", 16,
		(struct fix_btf_member[]){ { "next", ptr, 0, 0 }, { "prev", ptr, 64, 0 } }, 2);
	lists = fix_btf_array(b, head, nr);
	head = fix_btf_struct(b, "per_cpu_pages", LISTS + 16 * nr,
			      (struct fix_btf_member[]){ { "count", num, COUNT * 8, 0 },
							 { "lists", lists, LISTS * 8, 0 } },
			      2);
	if (old)
		fix_btf_struct(b, "per_cpu_pageset", 256,
			       (struct fix_btf_member[]){ { "pcp", head, INSIDE * 8, 0 } }, 1);
	zone = fix_btf_struct(b, "zone", ZONE,
			      (struct fix_btf_member[]){ { old ? "pageset" : "per_cpu_pageset", ptr,
							   PAGESET * 8, 0 } },
			      1);
	fix_btf_struct(b, "pglist_data", 4 * ZONE,
		       (struct fix_btf_member[]){ { "node_zones", fix_btf_array(b, zone, 3), 0, 0 },
						  { "nr_zones", num, 3 * ZONE * 8, 0 } },
		       2);
	fix_btf_enum(b, "pagetype",
		     (struct fix_btf_value[]){ { "PGTY_zsmalloc", 0xf6 }, { NULL, 0 } });
	fix_btf_enum(b, "migratetype",
		     (struct fix_btf_value[]){ { "MIGRATE_PCPTYPES", 3 }, { NULL, 0 } });
}

static struct span make_types(struct machine *m)
{
	struct fix_btf b;
	struct span at;
	uint32_t ptr;

	fix_btf_open(&b, NULL);
	ptr = fix_btf_ref(&b, BTF_PTR, "", 0);
	fix_btf_struct(&b, "rq", 128,
		       (struct fix_btf_member[]){ { "curr", ptr, 64, 0 }, { "idle", ptr, 128, 0 } },
		       2);
	fix_btf_struct(&b, "task_struct", 0x1800,
		       (struct fix_btf_member[]){ { "stack", ptr, 256, 0 } }, 1);
	fix_btf_struct(&b, "thread_union", 0x4000, NULL, 0);
	add_page_types(m, &b, ptr);
	fix_btf_done(&b);
	at.start = fix_alloc_image(m->f, b.len);
	fix_write(m->f, at.start, b.blob, b.len);
	at.start = fix_image_va(m->f, at.start);
	at.end = at.start + b.len;
	fix_btf_close(&b);
	return at;
}

/* Variables of the image, 64 bytes apart. */
enum { VAR_OFFSETS, VAR_POSSIBLE, VAR_NODES, NR_VARS };

static void make_symbols(struct machine *m, uint64_t vars, struct span btf)
{
	static const char *const var[] = { "D__per_cpu_offset", "R__cpu_possible_mask",
					   "Dnode_data" };
	static char text[NR_FUNCS][16];
	static struct fix_symbol sym[NR_FUNCS + 16];
	struct fix_ksyms t;
	uint32_t nr = 0;

	sym[nr++] = (struct fix_symbol){ 0, "A__per_cpu_start" };
	sym[nr++] = (struct fix_symbol){ RQ, "Arunqueues" };
	sym[nr++] = (struct fix_symbol){ AREA, "A__per_cpu_end" };
	sym[nr++] = (struct fix_symbol){ m->f->image_va, "T_stext" };
	for (uint32_t i = 0; i < NR_VARS; i++)
		sym[nr++] = (struct fix_symbol){ vars + 64 * i, var[i] };
	for (uint32_t i = 0; i < NR_FUNCS; i++) {
		snprintf(text[i], sizeof(text[i]), "Tfunc_%u", i);
		sym[nr++] = (struct fix_symbol){ vars + 256 + i, text[i] };
	}
	sym[nr++] = (struct fix_symbol){ btf.start, "R__start_BTF" };
	sym[nr++] = (struct fix_symbol){ btf.end, "R__stop_BTF" };
	fix_ksyms(m->f, FIX_KSYMS_6_12, sym, nr, &t);
	fix_ksyms_tell(m->f, FIX_KSYMS_6_12, &t);
}

/* All lists are empty. */
static void make_cpu(struct machine *m, unsigned cpu, uint64_t vars)
{
	struct fix *f = m->f;
	uint64_t area = fix_alloc(f, AREA), task = fix_alloc(f, 0x2000),
		 stack = fix_alloc(f, 0x4000);

	fix_poke(f, vars + 64 * VAR_OFFSETS + 8 * cpu, fix_va(f, area), 8);
	fix_poke(f, area + RQ + 8, fix_va(f, task), 8);
	fix_poke(f, task + 32, fix_va(f, stack), 8);
	m->pcp[cpu] = area + PCP + (m->shape == OLD ? INSIDE : 0);
	for (unsigned i = 0; i < NR_LISTS; i++)
		fix_poke(f, m->pcp[cpu] + LISTS + 16 * i, fix_va(f, m->pcp[cpu] + LISTS + 16 * i),
			 8);
	if (cpu == 0)
		m->stack = stack;
}

/* The second of two zones of the second of two nodes has lists. */
static void make_node(struct machine *m, uint64_t vars)
{
	uint64_t node = fix_alloc(m->f, 4 * ZONE);

	fix_poke(m->f, vars + 64 * VAR_NODES + 8, fix_va(m->f, node), 8);
	fix_poke(m->f, node + 3 * ZONE, 2, 4);
	fix_poke(m->f, node + ZONE + PAGESET, PCP, 8);
}

/* Every page is of the kernel. */
static struct machine make(enum shape shape)
{
	struct machine m = { .f = fix_new(), .shape = shape };
	uint64_t vars;

	log_setup(0, false);
	fix_machine(m.f, &(struct fix_opts){ .era = "6.12" });
	vars = fix_alloc_image(m.f, 8192);
	make_symbols(&m, fix_image_va(m.f, vars), make_types(&m));
	for (unsigned cpu = 0; cpu < NR_CPUS; cpu++)
		make_cpu(&m, cpu, vars);
	fix_poke(m.f, vars + 64 * VAR_POSSIBLE, (1u << NR_CPUS) - 1, 8);
	make_node(&m, vars);
	fix_memmap(m.f, &(struct fix_memmap){ .vmemmap = true });
	for (uint64_t pfn = 0; pfn < NR_FRAMES; pfn++) {
		fix_page_set(m.f, pfn, "OFFSET(page._mapcount)", UINT32_MAX, 4);
		fix_page_set(m.f, pfn, "OFFSET(page._refcount)", 1, 4);
	}
	m.free = NR_FRAMES / 2;
	return m;
}

static uint64_t struct_page(const struct machine *m, uint64_t pfn)
{
	return (uint64_t)fix_fact(m->f, "SYMBOL(vmemmap)") +
	       pfn * (uint64_t)fix_fact(m->f, "SIZE(page)");
}

static uint64_t node_of(const struct machine *m, uint64_t pfn)
{
	return struct_page(m, pfn) + (uint64_t)fix_fact(m->f, "OFFSET(page.lru)");
}

/* Blocks of 1 << order pages at each of nr frames become the list; count says so. */
static void fill(struct machine *m, unsigned cpu, unsigned list, unsigned order,
		 const uint64_t *pfn, unsigned nr)
{
	uint64_t head = m->pcp[cpu] + LISTS + 16 * list,
		 count = fix_peek(m->f, m->pcp[cpu] + COUNT, 4);

	fix_poke(m->f, head, node_of(m, pfn[0]), 8);
	for (unsigned i = 0; i < nr; i++) {
		fix_page_set(m->f, pfn[i], "OFFSET(page.lru)",
			     i + 1 < nr ? node_of(m, pfn[i + 1]) : fix_va(m->f, head), 8);
		for (uint64_t p = pfn[i]; p < pfn[i] + (1ull << order); p++)
			fix_page_set(m->f, p, "OFFSET(page._refcount)", 0, 4);
	}
	fix_poke(m->f, m->pcp[cpu] + COUNT, count + ((uint64_t)nr << order), 4);
}

struct outcome {
	uint64_t dropped; /* counts.dropped[PAGE_FREE] */
	uint64_t gone;	  /* frames of the machine that are not kept */
	bool kept[8];	  /* those that were asked about */
};

static struct outcome run(struct machine *m, unsigned level, const uint64_t *pfn, unsigned nr)
{
	struct source *src = fix_source(m->f);
	struct outcome o = { 0 };
	struct selection s;
	struct kernel *k;

	CHECK_EQ(kernel_open(src, &k), 0);
	CHECK(k->vtop_works);
	CHECK_EQ(filter_open(k, &(struct filter_cfg){ .level = level }, &s), 0);
	o.dropped = s.counts.dropped[PAGE_FREE];
	o.gone = s.counts.ram - s.counts.absent - s.nr_keep;
	for (unsigned i = 0; i < nr; i++)
		o.kept[i] = keepmap_test(s.keep, pfn[i]);
	filter_close(&s);
	kernel_close(k);
	source_close(src);
	fail_clear();
	return o;
}

TEST(single_pages)
{
	for (enum shape shape = TODAY; shape <= STRANGE; shape++) {
		struct machine m = make(shape);
		const uint64_t pfn[] = { m.free + 7, m.free + 3, m.free + 4, m.free + 5 };
		struct outcome o;

		fill(&m, 0, 1, 0, pfn, 2);
		fill(&m, 1, 2, 0, pfn + 2, 1);
		o = run(&m, LEVEL_FREE, pfn, 4);
		CHECK_EQ(o.dropped, 3);
		CHECK_EQ(o.gone, 3);
		CHECK(!o.kept[0] && !o.kept[1] && !o.kept[2] && o.kept[3]);
		o = run(&m, LEVEL_MAX & ~LEVEL_FREE, pfn, 4);
		CHECK_EQ(o.gone, 0);
		fix_free(m.f);
	}
}

/* Larger blocks are taken if all lists together have as many pages as the CPU counts. */
TEST(blocks)
{
	struct machine m = make(TODAY);
	const uint64_t pfn[] = { m.free + 512, m.free + 1024, m.free + 8, m.free + 12, m.free };
	struct outcome o;

	fill(&m, 0, 12, 9, pfn, 1);
	fill(&m, 0, 13, 9, pfn + 1, 1);
	fill(&m, 0, 8, 2, pfn + 2, 2);
	fill(&m, 0, 0, 0, pfn + 4, 1);
	o = run(&m, LEVEL_FREE, pfn, 5);
	CHECK_EQ(o.dropped, 2 * 512 + 2 * 4 + 1);
	CHECK_EQ(o.gone, o.dropped);
	fix_poke(m.f, m.pcp[0] + COUNT, 2 * 512 + 2 * 4 + 2, 4);
	o = run(&m, LEVEL_FREE, pfn, 5);
	CHECK_EQ(o.gone, 1);
	CHECK(!o.kept[4]);
	fix_free(m.f);
}

/* Blocks of a shape that is not known stay. */
TEST(strange_groups)
{
	struct machine m = make(STRANGE);
	const uint64_t pfn[] = { m.free + 2, m.free };
	struct outcome o;

	fill(&m, 0, 4, 1, pfn, 1);
	fill(&m, 0, 0, 0, pfn + 1, 1);
	o = run(&m, LEVEL_FREE, pfn, 2);
	CHECK_EQ(o.gone, 1);
	CHECK(o.kept[0] && !o.kept[1]);
	fix_free(m.f);
}

/* A struct page that says otherwise is believed, and ends the list. */
TEST(disagree)
{
	static const struct {
		const char *key;
		uint64_t value;
		unsigned width;
	} wrong[] = { { "OFFSET(page._refcount)", 1, 4 },
		      { "OFFSET(page._mapcount)", 0, 4 },
		      { "OFFSET(page._mapcount)", 0xf5000000, 4 }, /* slab */
		      { "OFFSET(page.flags)", 1 << 5, 8 },	   /* LRU */
		      { "OFFSET(page.compound_head)", 0xffffea0000000001, 8 },
		      { "OFFSET(page.lru)", 0x10, 8 },
		      { "OFFSET(page.lru)", 0xffffea0000000004, 8 } };

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct machine m = make(TODAY);
		const uint64_t pfn[] = { m.free, m.free + 1, m.free + 2 };
		bool of_next = strcmp(wrong[i].key, "OFFSET(page.lru)") == 0;
		struct outcome o;

		fill(&m, 0, 0, 0, pfn, 3);
		fix_page_set(m.f, pfn[of_next ? 0 : 1], wrong[i].key, wrong[i].value,
			     wrong[i].width);
		o = run(&m, LEVEL_FREE, pfn, 3);
		CHECK(!o.kept[0] && o.kept[1] && o.kept[2]);
		CHECK_EQ(o.gone, 1);
		fix_free(m.f);
	}
}

/* Not aligned to its size, or with a page in use behind its first. */
TEST(blocks_disagree)
{
	struct machine m = make(TODAY);
	const uint64_t pfn[] = { m.free + 2, m.free + 8 };
	struct outcome o;

	fill(&m, 0, 6, 2, pfn, 1);
	fill(&m, 0, 7, 2, pfn + 1, 1);
	fix_page_set(m.f, m.free + 11, "OFFSET(page._refcount)", 1, 4);
	o = run(&m, LEVEL_FREE, pfn, 2);
	CHECK_EQ(o.gone, 0);
	fix_free(m.f);
}

TEST(endless)
{
	struct machine m = make(TODAY);
	const uint64_t pfn[] = { m.free, m.free + 1, m.free + 2, m.free + 4 };
	struct outcome o;

	fill(&m, 0, 0, 0, pfn, 2);
	fix_page_set(m.f, pfn[1], "OFFSET(page.lru)", node_of(&m, pfn[0]), 8);
	fill(&m, 1, 3, 1, pfn + 2, 2);
	fix_page_set(m.f, pfn[3], "OFFSET(page.lru)", node_of(&m, pfn[2]), 8);
	o = run(&m, LEVEL_FREE, pfn, 4);
	CHECK_EQ(o.dropped, 2);
	CHECK_EQ(o.gone, 2);
	fix_free(m.f);
}

/* What a CPU runs on is no free page, whatever a list says; it is not counted. */
TEST(in_use)
{
	struct machine m = make(TODAY);
	const uint64_t pfn[] = { m.stack / FIX_PAGE, m.free };
	struct outcome o;

	fill(&m, 0, 0, 0, pfn, 2);
	o = run(&m, LEVEL_FREE, pfn, 2);
	CHECK(o.kept[0] && !o.kept[1]);
	CHECK_EQ(o.dropped, 1);
	CHECK_EQ(o.gone, 1);
	fix_free(m.f);
}

/* What users' memory became in zram and zswap. */
TEST(swapped_out)
{
	struct machine m = make(TODAY);
	const uint64_t pfn[] = { m.free, m.free + 1 };
	struct outcome o;

	fix_page_set(m.f, pfn[0], "OFFSET(page._mapcount)", 0xf6000010, 4);
	o = run(&m, LEVEL_USER, pfn, 2);
	CHECK(!o.kept[0] && o.kept[1]);
	o = run(&m, LEVEL_MAX & ~LEVEL_USER, pfn, 2);
	CHECK(o.kept[0] && o.kept[1]);
	fix_free(m.f);
}

RUN(single_pages, blocks, strange_groups, disagree, blocks_disagree, endless, in_use, swapped_out)
