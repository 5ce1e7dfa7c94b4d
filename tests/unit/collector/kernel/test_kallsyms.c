/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_kallsyms.c - symbol tables of every era, told of and searched for, whole and damaged */
#include "kernel/kallsyms.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fix_symbols.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NR_FUNCS 1500
#define FUNC	 0x1000 /* where the first is in the image; 16 bytes each */

struct machine {
	struct fix *f;
	struct fix_ksyms t;
	struct source *src;
	struct kernel *k;
	struct view *v;
	struct kallsyms *s;
	int rc;
};

static char long_name[200];

/* What every machine here has: odd symbols first and last, many plain ones between. */
static uint32_t make_symbols(const struct fix *f, enum fix_ksyms_era era, struct fix_symbol *sym)
{
	static char text[NR_FUNCS][16];
	uint32_t nr = 0;

	if (era != FIX_KSYMS_7)
		sym[nr++] = (struct fix_symbol){ 0x40, "Acurrent_task" };
	sym[nr++] = (struct fix_symbol){ f->image_va, "T_stext" };
	sym[nr++] = (struct fix_symbol){ f->image_va, "Tstartup" };
	sym[nr++] = (struct fix_symbol){ f->image_va, "T_text" };
	for (uint32_t i = 0; i < NR_FUNCS; i++) {
		snprintf(text[i], sizeof(text[i]), "Tfunc_%u", i);
		sym[nr++] = (struct fix_symbol){ f->image_va + FUNC + 16 * i, text[i] };
	}
	sym[nr++] = (struct fix_symbol){ f->image_va + 0x10000, "t__pi_memcpy" };
	sym[nr++] = (struct fix_symbol){ f->image_va + 0x10000, "Wmemcpy" };
	sym[nr++] = (struct fix_symbol){ f->image_va + 0x10100, "ttwice" };
	sym[nr++] = (struct fix_symbol){ f->image_va + 0x10200, "Ttwice" };
	sym[nr++] = (struct fix_symbol){ f->image_va + 0x20000, "T_etext" };
	memset(long_name, 'n', sizeof(long_name) - 1);
	long_name[0] = 'D';
	sym[nr++] = (struct fix_symbol){ f->image_va + 0x30000, long_name };
	sym[nr++] = (struct fix_symbol){ f->image_va + 0x3f000, "Dlinux_banner" };
	sym[nr++] = (struct fix_symbol){ f->image_va + 0x3f100, "d.llvm.1" };
	sym[nr++] = (struct fix_symbol){ f->image_va + 0x3f200, "dmodules.llvm.12345" };
	sym[nr++] = (struct fix_symbol){ f->image_va + 0x40000, "B_end" };
	return nr;
}

static struct machine make_empty(void)
{
	struct machine m = { .f = fix_new() };

	log_setup(0, false);
	fix_machine(m.f, &(struct fix_opts){ .era = "6.1" });
	return m;
}

static struct machine make(enum fix_ksyms_era era, bool told)
{
	struct machine m = make_empty();
	struct fix_symbol sym[NR_FUNCS + 32];
	uint32_t nr;

	nr = make_symbols(m.f, era, sym);
	fix_ksyms(m.f, era, sym, nr, &m.t);
	if (told)
		fix_ksyms_tell(m.f, era, &m.t);
	return m;
}

static void open_symbols(struct machine *m)
{
	m->src = fix_source(m->f);
	CHECK_EQ(kernel_open(m->src, &m->k), 0);
	CHECK_EQ(view_open(m->src, &m->v), 0);
	m->rc = kallsyms_open(m->k, m->v, &m->s);
	fail_clear();
}

static void close_symbols(struct machine *m)
{
	kallsyms_close(m->s);
	view_close(m->v);
	kernel_close(m->k);
	source_close(m->src);
	fix_free(m->f);
}

static uint64_t find(struct machine *m, const char *name)
{
	uint64_t va = 0;

	return kallsyms_find(m->s, name, &va) == 0 ? va - m->f->image_va : UINT64_MAX;
}

static void expect_at(struct machine *m, uint64_t off, const char *name, uint64_t in, uint64_t size)
{
	struct ksym sym;

	CHECK_EQ(kallsyms_at(m->s, m->f->image_va + off, &sym), 0);
	CHECK_STR(sym.name, name);
	CHECK_EQ(m->f->image_va + off - sym.va, in);
	CHECK_EQ(sym.size, size);
}

static void check_lookups(struct machine *m)
{
	struct ksym sym;

	CHECK_EQ(find(m, "func_0"), FUNC);
	CHECK_EQ(find(m, "func_1234"), FUNC + 16 * 1234);
	CHECK_EQ(find(m, long_name + 1), 0x30000);
	CHECK_EQ(find(m, "func_1500"), UINT64_MAX);
	CHECK_EQ(find(m, ""), UINT64_MAX);
	CHECK_EQ(find(m, "twice"), 0x10200); /* the global one */
	CHECK_EQ(kallsyms_lookup(m->s, "memcpy", &sym), 0);
	CHECK_EQ(sym.type, 'W');

	expect_at(m, 0, "startup", 0, FUNC);
	expect_at(m, FUNC + 16 * 77 + 5, "func_77", 5, 16);
	expect_at(m, 0x10000, "memcpy", 0, 0x100);
	expect_at(m, 0x2ffff, "_etext", 0xffff, 0x10000);
	expect_at(m, 0x40000, "_end", 0, 0);
	CHECK_EQ(kallsyms_at(m->s, m->f->image_va + 0x40001, &sym), -ENOENT);
	CHECK_EQ(kallsyms_at(m->s, m->f->image_va - 1, &sym), -ENOENT);
	CHECK(kallsyms_is_text(m->s, m->f->image_va + FUNC));
	CHECK(!kallsyms_is_text(m->s, m->f->image_va + 0x20000));
}

static uint32_t count_named(struct machine *m)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < kallsyms_count(m->s); i++) {
		struct ksym sym;

		nr += kallsyms_nth(m->s, i, &sym) == 0 && sym.name[0];
	}
	return nr;
}

TEST(every_era_told)
{
	for (unsigned era = FIX_KSYMS_6_1; era < NR_FIX_KSYMS; era++) {
		struct machine m = make(era, true);

		open_symbols(&m);
		CHECK_EQ(m.rc, 0);
		CHECK_EQ(count_named(&m), kallsyms_count(m.s));
		check_lookups(&m);
		close_symbols(&m);
	}
}

TEST(every_era_by_shape)
{
	for (unsigned era = 0; era < NR_FIX_KSYMS; era++) {
		struct machine m = make(era, false);

		open_symbols(&m);
		CHECK_EQ(m.rc, 0);
		check_lookups(&m);
		close_symbols(&m);
	}
}

/* A per-CPU symbol of an old kernel is a small number, not an address. */
TEST(per_cpu)
{
	struct machine m = make(FIX_KSYMS_6_12, true);
	struct ksym sym;
	uint64_t va;

	open_symbols(&m);
	CHECK_EQ(kallsyms_find(m.s, "current_task", &va), 0);
	CHECK_EQ(va, 0x40);
	CHECK_EQ(kallsyms_at(m.s, m.f->image_va - 4096, &sym), -ENOENT);
	close_symbols(&m);
}

/* Without vmcoreinfo the core's headers say where the image is, and that is enough. */
TEST(nothing_told)
{
	struct machine m = make(FIX_KSYMS_7, false);

	m.f->info_len = 0;
	open_symbols(&m);
	CHECK_EQ(m.rc, 0);
	check_lookups(&m);
	close_symbols(&m);
}

/* A core that left pages out has the image in many segments; the tables are in the last one. */
TEST(image_in_pieces)
{
	struct machine m = make(FIX_KSYMS_5_10, false);
	const struct va_hint *was;
	struct va_hint piece[3] = { { 0 } };

	m.src = fix_source(m.f);
	was = m.src->hint;
	for (size_t i = 0; i < m.src->nr_hint; i++)
		piece[0] = was[i].va == m.f->image_va ? was[i] : piece[0];
	CHECK_OP(piece[0].len, >, 0);
	piece[1] = piece[2] = piece[0];
	piece[0].len = 0x1000;
	piece[1].va += 0x3000;
	piece[1].pa += 0x3000;
	piece[1].len -= 0x3000;
	piece[2].va -= (uint64_t)8 << 30; /* in line, but far away */
	piece[2].pa -= (uint64_t)8 << 30;
	m.src->hint = piece;
	m.src->nr_hint = 3;
	CHECK_EQ(kernel_open(m.src, &m.k), 0);
	CHECK_EQ(view_open(m.src, &m.v), 0);
	CHECK_EQ(kallsyms_open(m.k, m.v, &m.s), 0);
	CHECK_EQ(m.k->image.va, m.f->image_va);
	check_lookups(&m);
	m.src->hint = was;
	fail_clear();
	close_symbols(&m);
}

/*
 * Wrong addresses in vmcoreinfo are not believed; the search finds the right ones. Three symbols
 * are at _stext: off by less, it would have its own address still.
 */
TEST(told_wrong)
{
	struct machine m = make(FIX_KSYMS_6_12, true);

	fix_key_drop(m.f, "SYMBOL(kallsyms_offsets)");
	fix_key(m.f, "SYMBOL(kallsyms_offsets)=%llx",
		(unsigned long long)fix_image_va(m.f, m.t.offsets + 12));
	open_symbols(&m);
	CHECK_EQ(m.rc, 0);
	check_lookups(&m);
	close_symbols(&m);
}

/* What lies between two markers has no name if a record makes no sense; all else keeps its name. */
TEST(damaged_names)
{
	struct machine m = make(FIX_KSYMS_6_12, true);

	fix_poke(m.f, m.t.names + 4000, 0, 8);
	fix_poke(m.f, m.t.names + 4008, 0, 8);
	open_symbols(&m);
	CHECK_EQ(m.rc, 0);
	CHECK_OP(count_named(&m), >=, kallsyms_count(m.s) - 256);
	CHECK_OP(count_named(&m), <, kallsyms_count(m.s));
	CHECK_EQ(find(&m, "func_3"), FUNC + 48);
	CHECK_EQ(find(&m, "func_1400"), FUNC + 16 * 1400);
	close_symbols(&m);
}

/* A record that swallows the next one would move all names behind it: none has a wrong address. */
TEST(damaged_length)
{
	for (unsigned era = 0; era < NR_FIX_KSYMS; era++) {
		struct machine m = make(era, era == FIX_KSYMS_7);
		uint64_t at = m.t.names, len;
		unsigned nr = 0;

		for (unsigned i = 0; i < 700; i++)
			at += 1 + fix_peek(m.f, at, 1);
		len = fix_peek(m.f, at, 1);
		fix_poke(m.f, at, len + 1 + fix_peek(m.f, at + 1 + len, 1), 1);
		open_symbols(&m);
		CHECK_EQ(m.rc, 0);
		for (unsigned i = 0; i < NR_FUNCS; i++) {
			char name[16];
			uint64_t found;

			snprintf(name, sizeof(name), "func_%u", i);
			found = find(&m, name);
			CHECK(found == UINT64_MAX || found == FUNC + 16 * i);
			nr += found != UINT64_MAX;
		}
		CHECK_OP(nr, >=, NR_FUNCS - 256);
		close_symbols(&m);
	}
}

TEST(damaged_tables)
{
	for (unsigned what = 0; what < 4; what++) {
		struct machine m = make(FIX_KSYMS_6_12, what & 1);

		for (unsigned i = 0; what < 2 && i < NR_FUNCS; i += 8) /* they do not rise */
			fix_poke(m.f, m.t.offsets + 4 * i, 0x7fffffff, 4);
		if (what >= 2)
			fix_poke(m.f, m.t.token_index + 20, 0xffff, 2);
		open_symbols(&m);
		CHECK_EQ(m.rc, -ENOENT);
		close_symbols(&m);
	}
}

/* A wrong address costs its own symbol. */
TEST(damaged_address)
{
	struct machine m = make(FIX_KSYMS_6_12, true);

	fix_poke(m.f, m.t.offsets + 4000, 0, 4);
	open_symbols(&m);
	CHECK_EQ(m.rc, 0);
	check_lookups(&m);
	close_symbols(&m);
}

/* Pages of the tables that are not in the dump. */
TEST(missing_pages)
{
	struct machine m = make(FIX_KSYMS_6_12, true);

	m.f->damaged = (struct span){ m.t.offsets & ~4095ull, (m.t.offsets & ~4095ull) + 4096 };
	open_symbols(&m);
	CHECK(m.rc == 0 || m.rc == -ENOENT);
	close_symbols(&m);
}

/* A static symbol that Clang's link-time optimization gave another name. */
TEST(promoted)
{
	static const char banner[2][64] = { "Linux version 6.1 (me) (gcc version 14.2.0, GNU ld)",
					    "Linux version 6.1 (me) (clang version 19, LLD 19)" };

	for (int by_clang = 0; by_clang < 2; by_clang++) {
		struct machine m = make(FIX_KSYMS_6_12, true);
		fix_write(m.f, m.f->image_pa + 0x3f000, banner[by_clang], 64);
		open_symbols(&m);
		CHECK_EQ(m.rc, 0);
		CHECK_EQ(find(&m, "modules"), by_clang ? 0x3f200 : UINT64_MAX);
		CHECK_EQ(find(&m, "modules.llvm.12345"), 0x3f200);
		CHECK_EQ(find(&m, "twice"), 0x10200);
		CHECK_EQ(find(&m, "module"), UINT64_MAX);
		CHECK_EQ(find(&m, ""), UINT64_MAX);
		close_symbols(&m);
	}
}

/* Symbols by one name: no time that grows with their square. */
TEST(same_names)
{
	const uint32_t nr = 150000;
	struct machine m = make_empty();
	struct fix_symbol *sym = calloc(nr, sizeof(*sym));
	clock_t start = clock();

	CHECK(sym != NULL);
	sym[0] = (struct fix_symbol){ m.f->image_va, "T_stext" };
	for (uint32_t i = 1; i < nr; i++)
		sym[i] = (struct fix_symbol){ m.f->image_va + FUNC + i, "tx" };
	sym[nr - 1].name = "T_etext";
	fix_ksyms(m.f, FIX_KSYMS_6_12, sym, nr, &m.t);
	fix_ksyms_tell(m.f, FIX_KSYMS_6_12, &m.t);
	open_symbols(&m);
	CHECK_EQ(m.rc, 0);
	for (unsigned i = 0; i < 20; i++)
		CHECK_OP(find(&m, "x"), <, FUNC + nr);
	CHECK_EQ(find(&m, "_etext"), FUNC + nr - 1);
	CHECK_OP((clock() - start) / CLOCKS_PER_SEC, <, 3);
	free(sym);
	close_symbols(&m);
}

RUN(every_era_told, every_era_by_shape, per_cpu, nothing_told, image_in_pieces, told_wrong,
    damaged_names, damaged_length, damaged_tables, damaged_address, missing_pages, promoted,
    same_names)
