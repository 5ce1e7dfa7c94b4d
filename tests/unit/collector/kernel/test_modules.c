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

RUN(next_symbol, many_modules)
