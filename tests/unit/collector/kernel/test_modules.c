/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_modules.c - the symbol of a module at an address, also of modules that are made up */
#include "kernel/modules.h"

#include "base/err.h"
#include "base/util.h"
#include "report_case.h"

#include <elf.h>
#include <string.h>
#include <time.h>

#define MODULE	UINT64_C(0xffffffffc0000000)
#define NR_SYMS 20000
#define NR_MODS 4096
#define NAMES	"\0start\0.Ltmp\0$x\0end\0" /* as a string table has them */

enum { NAME_START = 1, NAME_LABEL = 7, NAME_MAPPING = 13, NAME_END = 16 };

static void make_types(struct fix_btf *b)
{
	fix_btf_int(b, "int", 4, true);
}

/* Symbols of a module in the image: at address, by name. */
static void write_symbols(struct fix *f, const uint64_t (*sym)[2], uint32_t nr, struct kmodule *mod)
{
	uint64_t names = fix_alloc_image(f, 4096);
	uint64_t at = fix_alloc_image(f, (nr + 1) * sizeof(Elf64_Sym));

	fix_write(f, names, NAMES, sizeof(NAMES));
	for (uint32_t i = 0; i < nr; i++) {
		Elf64_Sym s = { .st_name = (Elf64_Word)sym[i][1],
				.st_shndx = 1,
				.st_value = MODULE + sym[i][0] };

		fix_write(f, at + (i + 1) * sizeof(s), &s, sizeof(s));
	}
	mod->symtab = fix_image_va(f, at);
	mod->strtab = fix_image_va(f, names);
	mod->nr_syms = nr + 1;
}

/* Labels of the compiler and the marks of arm64 between code and data are no symbols. */
TEST(next_symbol)
{
	static const uint64_t syms[][2] = { { 0x100, NAME_START },
					    { 0x100, NAME_MAPPING },
					    { 0x140, NAME_MAPPING },
					    { 0x160, NAME_LABEL },
					    { 0x200, NAME_END } };
	struct kmodule mod = { .range = { { MODULE, MODULE + 0x1000 } }, .nr_range = 1 };
	struct kmodules m = { .mod = &mod, .nr = 1 };
	struct report_case c;
	struct ksym sym;

	report_case_new(&c, make_types, NULL, 0);
	write_symbols(c.f, syms, ARRAY_SIZE(syms), &mod);
	report_case_open(&c);
	m.syms = c.r.syms;
	CHECK_EQ(kmodules_at(&m, MODULE + 0x110, &sym), 0);
	CHECK_STR(sym.name, "start");
	CHECK_EQ(sym.size, 0x100);
	CHECK_EQ(kmodules_at(&m, MODULE + 0x200, &sym), 0);
	CHECK_STR(sym.name, "end");
	CHECK_EQ(sym.size, 0xe00);
	CHECK_EQ(kmodules_at(&m, MODULE + 0x80, &sym), -ENOENT);
	CHECK_EQ(kmodules_at(&m, MODULE + 0x1000, &sym), -ENOENT);
	report_case_end(&c);
}

/* Each symbol of a module is looked at, but not all other modules for each of them. */
TEST(many_modules)
{
	static struct kmodule mod[NR_MODS];
	static uint64_t syms[NR_SYMS][2];
	struct kmodules m = { .mod = mod, .nr = NR_MODS };
	struct report_case c;
	struct ksym sym;
	clock_t start;

	for (unsigned i = 0; i < NR_MODS; i++) {
		mod[i].nr_range = KMODULE_RANGES;
		for (unsigned r = 0; r < KMODULE_RANGES; r++)
			mod[i].range[r] = (struct span){ MODULE - 2, MODULE - 1 };
	}
	mod[NR_MODS - 1].range[0] = (struct span){ MODULE, MODULE + NR_SYMS };
	for (unsigned i = 0; i < NR_SYMS; i++) {
		syms[i][0] = i;
		syms[i][1] = NAME_START;
	}
	report_case_new(&c, make_types, NULL, 0);
	write_symbols(c.f, syms, NR_SYMS, &mod[NR_MODS - 1]);
	report_case_open(&c);
	m.syms = c.r.syms;
	start = clock();
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(kmodules_at(&m, MODULE + NR_SYMS - 1, &sym), 0);
	CHECK_OP((clock() - start) / CLOCKS_PER_SEC, <, 2);
	report_case_end(&c);
}

/* The list of modules, each with a name and nothing else; pa of what is at NEXT. */
enum { STATE = 0, LIST = 8, NAME = 24, TAINTS = 80, SIZE = 88, PIECE = 128, HEAD = 0x30000 };

static void make_module_types(struct fix_btf *b)
{
	uint32_t num = fix_btf_int(b, "unsigned int", 4, false),
		 ptr = fix_btf_ref(b, BTF_PTR, "", 0);
	uint32_t name = fix_btf_array(b, fix_btf_int(b, "char", 1, true), 56);
	uint32_t list = fix_btf_struct(
		b, "list_head", 16,
		(struct fix_btf_member[]){ { "next", ptr, 0, 0 }, { "prev", ptr, 64, 0 } }, 2);
	uint32_t memory = fix_btf_struct(
		b, "module_memory", 16,
		(struct fix_btf_member[]){ { "base", ptr, 0, 0 }, { "size", num, 64, 0 } }, 2);

	fix_btf_struct(
		b, "module", PIECE,
		(struct fix_btf_member[]){ { "state", num, STATE * 8, 0 },
					   { "list", list, LIST * 8, 0 },
					   { "name", name, NAME * 8, 0 },
					   { "taints", ptr, TAINTS * 8, 0 },
					   { "mem", fix_btf_array(b, memory, 1), SIZE * 8, 0 } },
		5);
}

/* How many of 9 are found where the next pointer of the third is this. */
static unsigned count_modules(bool damage, uint64_t next)
{
	static const struct fix_symbol sym[] = { { HEAD, "Dmodules" } };
	struct report_case c;
	struct kmodules *m = NULL;
	uint64_t pa, before;
	unsigned nr;

	report_case_new(&c, make_module_types, sym, 1);
	pa = fix_alloc(c.f, 9 * PIECE);
	before = c.f->image_pa + HEAD;
	for (unsigned i = 0; i < 9; i++) {
		uint64_t at = pa + i * PIECE + LIST;

		fix_write(c.f, pa + i * PIECE + NAME, "mod", 3);
		fix_poke(c.f, before, fix_va(c.f, at), 8);
		fix_poke(c.f, at + 8, i ? fix_va(c.f, before) : c.f->image_va + HEAD, 8);
		before = at;
	}
	fix_poke(c.f, before, c.f->image_va + HEAD, 8);
	fix_poke(c.f, c.f->image_pa + HEAD + 8, fix_va(c.f, before), 8);
	if (damage)
		fix_poke(c.f, pa + 2 * PIECE + LIST, next, 8);
	report_case_open(&c);
	CHECK_EQ(kmodules_open(c.r.syms, c.r.btf, &m), 0);
	nr = m->nr;
	CHECK_EQ(m->cut, damage);
	kmodules_close(m);
	report_case_end(&c);
	fail_clear();
	return nr;
}

TEST(damaged_list)
{
	CHECK_EQ(count_modules(false, 0), 9);
	CHECK_EQ(count_modules(true, 0), 9);
	CHECK_EQ(count_modules(true, 0xdead000000000100), 9);
}

RUN(next_symbol, many_modules, damaged_list)
