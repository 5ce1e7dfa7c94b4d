/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_user_memory.c - registers, mappings and page tables of a process, whole and damaged */
#include "kernel/user_memory.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fix_btf.h"
#include "fixture.h"

#include <string.h>

#define STACK	  0x4000
#define REGS	  168 /* struct pt_regs */
#define REGS_CS	  136
#define REGS_SP	  152
#define MM_MAP	  64 /* mmap or mm_mt.ma_root */
#define MM_PGD	  72
#define NODE_SLOT 128
#define LEAF	  (1u << 3 | 6) /* in the low byte of a pointer to a node: type, and a mark */
#define ARANGE	  (3u << 3 | 6)
#define PROT	  7u /* present, writable, user */

struct process {
	struct fix *f;
	struct fix_btf types;
	struct source *src;
	struct kernel *k;
	struct view *v;
	struct kmem *mem;
	struct btf *btf;
	struct kuser *user;
	uint64_t stack, mm, vma[8], node[3]; /* pa */
	/* What kuser_mappings() showed. */
	uint64_t start[16];
	unsigned nr;
};

static uint64_t va(const struct process *p, uint64_t pa)
{
	return fix_va(p->f, pa);
}

static void make_types(struct fix_btf *b, bool tree)
{
	uint32_t num, ptr, pivots, slots, root;

	fix_btf_open(b, NULL);
	num = fix_btf_int(b, "unsigned long", 8, false);
	ptr = fix_btf_ref(b, BTF_PTR, "", 0);
	pivots = fix_btf_array(b, num, 3);
	slots = fix_btf_array(b, ptr, 4);
	for (int i = 0; i < 2; i++)
		fix_btf_struct(b, i ? "maple_arange_64" : "maple_range_64", 256,
			       (struct fix_btf_member[]){ { "pivot", pivots, 64, 0 },
							  { "slot", slots, NODE_SLOT * 8, 0 } },
			       2);
	root = fix_btf_struct(b, "maple_tree", 8,
			      (struct fix_btf_member[]){ { "ma_root", ptr, 0, 0 } }, 1);
	fix_btf_struct(b, "mm_struct", 128,
		       (struct fix_btf_member[]){
			       { tree ? "mm_mt" : "mmap", tree ? root : ptr, MM_MAP * 8, 0 },
			       { "pgd", ptr, MM_PGD * 8, 0 } },
		       2);
	fix_btf_struct(b, "vm_area_struct", 64,
		       (struct fix_btf_member[]){ { "vm_start", num, 0, 0 },
						  { "vm_end", num, 64, 0 },
						  { "vm_next", ptr, 128, 0 },
						  { "vm_file", ptr, 192, 0 },
						  { "vm_pgoff", num, 256, 0 } },
		       5);
	fix_btf_struct(b, "pt_regs", REGS,
		       (struct fix_btf_member[]){ { "cs", num, REGS_CS * 8, 0 },
						  { "sp", num, REGS_SP * 8, 0 } },
		       2);
	fix_btf_done(b);
}

/* Eight mappings of a page each, 0x10000 apart. */
static void setup(struct process *p, bool tree)
{
	log_setup(0, false);
	*p = (struct process){ .f = fix_new() };
	fix_machine(p->f, &(struct fix_opts){ .era = "6.12" });
	p->stack = fix_alloc(p->f, STACK);
	p->mm = fix_alloc(p->f, 4096);
	for (unsigned i = 0; i < 3; i++)
		p->node[i] = fix_alloc(p->f, 4096);
	for (unsigned i = 0; i < 8; i++) {
		p->vma[i] = fix_alloc(p->f, 4096);
		fix_poke(p->f, p->vma[i], (i + 1) << 16, 8);
		fix_poke(p->f, p->vma[i] + 8, ((i + 1) << 16) + 4096, 8);
		if (i > 0)
			fix_poke(p->f, p->vma[i - 1] + 16, va(p, p->vma[i]), 8);
	}
	make_types(&p->types, tree);
}

static void slot(struct process *p, unsigned node, unsigned i, uint64_t pivot, uint64_t entry)
{
	if (i < 3)
		fix_poke(p->f, p->node[node] + 8 + i * 8, pivot, 8);
	fix_poke(p->f, p->node[node] + NODE_SLOT + i * 8, entry, 8);
}

/* A root over two leaves: mappings 0 and 1 with the gap before in the first, 2 in the second. */
static void make_tree(struct process *p)
{
	slot(p, 1, 0, 0xffff, 0);
	slot(p, 1, 1, 0x10fff, va(p, p->vma[0]));
	slot(p, 1, 2, 0x1ffff, 0);
	slot(p, 1, 3, 0, va(p, p->vma[1])); /* ends with its node */
	slot(p, 2, 0, 0x2ffff, 0);
	slot(p, 2, 1, 0x30fff, va(p, p->vma[2]));
	slot(p, 2, 2, 0, 0);
	slot(p, 0, 0, 0x20fff, va(p, p->node[1]) | LEAF);
	slot(p, 0, 1, 0, va(p, p->node[2]) | LEAF);
	fix_poke(p->f, p->mm + MM_MAP, va(p, p->node[0]) | ARANGE, 8);
}

static void start(struct process *p)
{
	p->src = fix_source(p->f);
	CHECK_EQ(kernel_open(p->src, &p->k), 0);
	CHECK_EQ(view_open(p->src, &p->v), 0);
	CHECK_EQ(kmem_open(p->k, p->v, 16, &p->mem), 0);
	CHECK_EQ(btf_open_blob((struct blob){ p->types.blob, p->types.len }, &p->btf), 0);
	CHECK_EQ(kuser_open(p->mem, p->v, p->btf, STACK, &p->user), 0);
}

static void process_free(struct process *p)
{
	kuser_close(p->user);
	btf_close(p->btf);
	kmem_close(p->mem);
	view_close(p->v);
	kernel_close(p->k);
	source_close(p->src);
	fix_btf_close(&p->types);
	fix_free(p->f);
}

static int on_mapping(void *arg, const struct kuser_mapping *m)
{
	struct process *p = arg;

	if (p->nr == 16)
		return -E2BIG;
	p->start[p->nr++] = m->start;
	return 0;
}

/* The mappings, which must be the first nr. */
static void check_mappings(struct process *p, unsigned nr)
{
	start(p);
	p->nr = 0;
	CHECK_EQ(kuser_mappings(p->user, va(p, p->mm), on_mapping, p), 0);
	CHECK_EQ(p->nr, nr);
	for (unsigned i = 0; i < nr; i++)
		CHECK_EQ(p->start[i], (i + 1) << 16);
	process_free(p);
}

TEST(mappings)
{
	struct process p;

	setup(&p, true);
	make_tree(&p);
	check_mappings(&p, 3);
	setup(&p, false);
	fix_poke(p.f, p.mm + MM_MAP, va(&p, p.vma[0]), 8);
	check_mappings(&p, 8);
}

/* A tree or a list that is damaged is cut there, and always ends. */
TEST(damaged_mappings)
{
	struct process p;

	setup(&p, true);
	make_tree(&p);
	slot(&p, 0, 1, 0, va(&p, p.node[0]) | ARANGE); /* itself below it */
	check_mappings(&p, 2);
	setup(&p, true);
	make_tree(&p);
	slot(&p, 1, 3, 0, va(&p, p.vma[0])); /* again */
	check_mappings(&p, 1);
	setup(&p, true);
	make_tree(&p);
	slot(&p, 0, 1, 0, 0x8000000000000000ull | LEAF);
	check_mappings(&p, 2);
	setup(&p, true);
	fix_poke(p.f, p.mm + MM_MAP, va(&p, p.node[0]) | 9u << 3 | 2, 8); /* no such type */
	check_mappings(&p, 0);
	setup(&p, false);
	fix_poke(p.f, p.mm + MM_MAP, va(&p, p.vma[0]), 8);
	fix_poke(p.f, p.vma[3] + 16, va(&p, p.vma[1]), 8); /* a loop */
	check_mappings(&p, 4);
	setup(&p, false);
	fix_poke(p.f, p.mm + MM_MAP, va(&p, p.vma[0]) + 4, 8);
	check_mappings(&p, 0);
}

static void regs_at(struct process *p, uint64_t below, uint64_t cs, uint64_t sp)
{
	uint64_t at = p->stack + STACK - below - REGS;

	fix_poke(p->f, at + REGS_CS, cs, 8);
	fix_poke(p->f, at + REGS_SP, sp, 8);
}

static int read_sp(struct process *p, uint64_t *sp)
{
	int rc;

	start(p);
	rc = kuser_sp(p->user, va(p, p->stack), sp);
	process_free(p);
	return rc;
}

TEST(stack_pointer)
{
	struct process p;
	uint64_t sp = 0;

	setup(&p, true);
	regs_at(&p, 0, 0x33, 0x7ffe12345678);
	CHECK_EQ(read_sp(&p, &sp), 0);
	CHECK_EQ(sp, 0x7ffe12345678);
	setup(&p, true);
	regs_at(&p, 16, 0x33, 0x7ffe00000010); /* with FRED */
	CHECK_EQ(read_sp(&p, &sp), 0);
	CHECK_EQ(sp, 0x7ffe00000010);
	setup(&p, true);
	regs_at(&p, 0, 0x10, 0x7ffe12345678); /* the kernel was interrupted */
	CHECK_EQ(read_sp(&p, &sp), -ENOENT);
	setup(&p, true);
	regs_at(&p, 0, 0x33, 0xffffc90000001000);
	CHECK_EQ(read_sp(&p, &sp), -ENOENT);
}

/* The tables of the process, not the kernel's. */
TEST(translation)
{
	struct process p;
	uint64_t table[4], page, pa = 0, left = 0;

	setup(&p, true);
	for (unsigned i = 0; i < 4; i++)
		table[i] = fix_alloc(p.f, 4096);
	page = fix_alloc(p.f, 4096);
	for (unsigned i = 0; i < 4; i++)
		fix_poke(p.f, table[i] + (i == 3 ? 16 : 0), (i == 3 ? page : table[i + 1]) | PROT,
			 8);
	fix_poke(p.f, p.mm + MM_PGD, va(&p, table[0]), 8);
	start(&p);
	CHECK_EQ(kuser_vtop(p.user, va(&p, p.mm), 0x2010, &pa, &left), 0);
	CHECK_EQ(pa, page + 0x10);
	CHECK_EQ(left, 4096 - 0x10);
	CHECK_EQ(kuser_vtop(p.user, va(&p, p.mm), 0x3000, &pa, &left), -EFAULT);
	CHECK_EQ(kuser_vtop(p.user, va(&p, p.mm), va(&p, page), &pa, &left), -EFAULT);
	CHECK_EQ(kuser_vtop(p.user, 0x1000, 0x2010, &pa, &left), -EFAULT);
	process_free(&p);
}

RUN(mappings, damaged_mappings, stack_pointer, translation)
