/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_vtop.c - x86_64 page tables, and what kernel_open makes of a machine */
#include "kernel/kernel.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fixture.h"
#include "kernel/walk_budget.h"
#include "vtop_case.h"

#include <elf.h>
#include <string.h>

static struct fix *machine(unsigned levels, uint64_t sme_mask)
{
	struct fix *f = fix_new();

	log_setup(0, false);
	fix_machine(f, &(struct fix_opts){ .era = "6.1", .levels = levels, .sme_mask = sme_mask });
	return f;
}

/* Each leaf size, at its start, inside and at its last byte. */
static void check_leaves(unsigned levels, uint64_t sme_mask)
{
	struct fix *f = machine(levels, sme_mask);
	uint64_t base = levels == 5 ? 0xffa0000000000000 : 0xffffc90000000000;
	struct vtop_case o;

	fix_map(f, base + 0x5000, (struct span){ 0x7000, 0x9000 }, FIX_4K);
	fix_map(f, base + 0x200000, (struct span){ 0x600000, 0x800000 }, FIX_2M);
	fix_map(f, base + (1ull << 30), (struct span){ 0, 1ull << 30 }, FIX_1G);
	o = vtop_open(f);
	CHECK(o.k->vtop_works);
	CHECK_EQ(o.k->pgtable_levels, levels);
	vtop_expect(&o, base + 0x5000, 0x7000, 0x1000);
	vtop_expect(&o, base + 0x5fff, 0x7fff, 1);
	vtop_expect(&o, base + 0x6010, 0x8010, 0xff0);
	vtop_expect(&o, base + 0x200000, 0x600000, 0x200000);
	vtop_expect(&o, base + 0x3fffff, 0x7fffff, 1);
	vtop_expect(&o, base + (1ull << 30), 0, 1ull << 30);
	vtop_expect(&o, base + (1ull << 30) + 0x12345678, 0x12345678, (1ull << 30) - 0x12345678);
	CHECK_EQ(vtop_code(&o, base + 0x4fff), -EFAULT);
	CHECK_EQ(vtop_code(&o, base + 0x7000), -EFAULT);
	CHECK_EQ(vtop_code(&o, base + 0x400000), -EFAULT);
	CHECK_EQ(vtop_code(&o, base + (2ull << 30)), -EFAULT);
	CHECK_EQ(vtop_code(&o, 0), -EFAULT);
	vtop_close(&o);
}

TEST(four_levels)
{
	check_leaves(4, 0);
}

TEST(five_levels)
{
	check_leaves(5, 0);
}

TEST(sme)
{
	check_leaves(4, 1ull << 47);
	check_leaves(5, 1ull << 51);
}

/* Entries of one bit less than the mask says are other addresses. */
TEST(sme_not_told)
{
	struct fix *f = machine(4, 1ull << 47);
	struct vtop_case o;

	fix_key_drop(f, "NUMBER(sme_mask)");
	o = vtop_open(f);
	CHECK(!o.k->vtop_works);
	vtop_close(&o);
}

TEST(non_present_at_each_level)
{
	for (unsigned level = 0; level < 5; level++) {
		struct fix *f = machine(5, 0);
		uint64_t va = 0xffa0000000000000;
		struct vtop_case o;

		fix_map(f, va, (struct span){ 0x7000, 0x8000 }, FIX_4K);
		o = vtop_open(f);
		vtop_expect(&o, va, 0x7000, 0x1000);
		fix_poke(f, fix_entry(f, va, level), 0xffffffffffffff1e, 8);
		CHECK_EQ(vtop_code(&o, va), -EFAULT);
		CHECK_EQ(vtop_code(&o, fix_va(f, 0)), 0);
		vtop_close(&o);
	}
}

/* Garbage in the tables: an address where there is no memory. */
TEST(table_outside_memory)
{
	struct fix *f = machine(4, 0);
	uint64_t va = 0xffffc90000000000;
	struct vtop_case o;

	fix_map(f, va, (struct span){ 0x7000, 0x8000 }, FIX_4K);
	o = vtop_open(f);
	fix_poke(f, fix_entry(f, va, 2), 0x000ffffffffff003, 8);
	CHECK_OP(vtop_code(&o, va), <, 0);
	vtop_close(&o);
}

TEST(kaslr)
{
	struct fix *f = machine(4, 0);
	struct vtop_case o = vtop_open(f);

	CHECK(o.k->vtop_works);
	CHECK_EQ(o.k->phys_base, -0x1a000000);
	CHECK_EQ(o.k->pgd_pa, f->root_pa);
	CHECK_EQ(o.k->direct_base, f->direct_base);
	CHECK_STR(o.k->release, "6.1.0-30-amd64");
	CHECK_EQ(o.k->crash_time, 1700000000);
	vtop_close(&o);

	/* Not told: the segment of the image says it. */
	f = machine(4, 0);
	fix_key_drop(f, "NUMBER(phys_base)");
	o = vtop_open(f);
	CHECK(o.k->vtop_works);
	CHECK_EQ(o.k->phys_base, -0x1a000000);
	vtop_close(&o);
}

/* What the dump lacks costs translation, never the dump. */
TEST(self_test)
{
	const char *const drop[] = { "SYMBOL(init_uts_ns)", "OSRELEASE", NULL };
	struct fix *f = machine(4, 0);
	struct kernel_uts uts;
	struct vtop_case o;

	fix_key_drop(f, "NUMBER(phys_base)");
	fix_key(f, "NUMBER(phys_base)=4096");
	o = vtop_open(f);
	CHECK(!o.k->vtop_works);
	kernel_uts(o.k, o.v, &uts);
	CHECK_STR(uts.field[2], "6.1.0-30-amd64");
	CHECK_STR(uts.field[4], "x86_64");
	vtop_close(&o);

	for (size_t i = 0; drop[i]; i++) {
		f = machine(4, 0);
		fix_key_drop(f, drop[i]);
		o = vtop_open(f);
		CHECK(!o.k->vtop_works);
		vtop_close(&o);
	}

	f = machine(4, 0);
	f->info_len = 0;
	o = vtop_open(f);
	CHECK(!o.k->vtop_works);
	vtop_close(&o);
}

TEST(uts_of_every_era)
{
	for (const struct fix_era *e = fix_eras; e->name; e++) {
		struct fix *f = fix_new();
		struct kernel_uts uts;
		struct vtop_case o;

		fix_machine(f, &(struct fix_opts){ .era = e->name });
		o = vtop_open(f);
		CHECK(o.k->vtop_works);
		kernel_uts(o.k, o.v, &uts);
		CHECK_STR(uts.field[1], "fixture");
		CHECK_STR(uts.field[2], e->release);
		vtop_close(&o);
	}
}

/* Pages that lie apart in memory, side by side in virtual memory. */
TEST(read_across_leaves)
{
	struct fix *f = machine(4, 0);
	uint64_t va = 0xffffc90000000000;
	char buf[16];
	struct vtop_case o;

	fix_map(f, va, (struct span){ 0x9000, 0xa000 }, FIX_4K);
	fix_map(f, va + 0x1000, (struct span){ 0x7000, 0x8000 }, FIX_4K);
	fix_write(f, 0x9ff8, "leaf one", 8);
	fix_write(f, 0x7000, "leaf two", 8);
	o = vtop_open(f);
	CHECK_EQ(kernel_read(o.k, o.v, va + 0xff8, buf, 16), 0);
	CHECK(!memcmp(buf, "leaf oneleaf two", 16));
	CHECK_EQ(kernel_read(o.k, o.v, va + 0x1ff8, buf, 16), -EFAULT);
	vtop_close(&o);
}

struct seen {
	uint64_t tables, leaf[3], bytes;
	unsigned calls, stop_at;
};

static int note(void *arg, const struct mapping *m)
{
	struct seen *s = arg;

	if (m->table)
		s->tables++;
	else
		s->leaf[m->len == 4096 ? 0 : m->len == 2 << 20 ? 1 : 2]++;
	s->bytes += m->table ? 0 : m->len;
	return ++s->calls == s->stop_at ? -ECANCELED : 0;
}

TEST(walk)
{
	for (unsigned levels = 4; levels <= 5; levels++) {
		struct fix *f = machine(levels, 0);
		uint64_t va = levels == 5 ? 0xffa0000000000000 : 0xffffc90000000000;
		struct seen all = { 0 }, some = { .stop_at = 3 };
		struct vtop_case o;

		fix_map(f, va, (struct span){ 0x7000, 0xa000 }, FIX_4K);
		o = vtop_open(f);
		CHECK_EQ(o.k->arch->walk(o.k, o.v, note, &all), 0);
		CHECK_EQ(all.leaf[0], 3);
		CHECK_EQ(all.leaf[1], 8); /* the image: 16 MiB */
		CHECK_EQ(all.leaf[2], 1); /* the direct map */
		CHECK_EQ(o.k->arch->walk(o.k, o.v, note, &some), -ECANCELED);
		CHECK_EQ(some.calls, 3);
		vtop_close(&o);
	}
}

/* Tables that lead to each other show no end of others: a small machine cannot have so many. */
TEST(walk_through_garbage)
{
	struct fix *f = machine(4, 0);
	struct seen all = { 0 };
	struct vtop_case o;

	for (unsigned i = 256; i < 512; i++)
		if (fix_peek(f, f->root_pa + i * 8, 8) == 0)
			fix_poke(f, f->root_pa + i * 8, f->root_pa | 3 | (i & 1) << 9, 8);
	o = vtop_open(f);
	CHECK(o.k->vtop_works);
	CHECK_EQ(o.k->arch->walk(o.k, o.v, note, &all), 0);
	CHECK_OP(all.tables, <, 100000);
	CHECK_OP(all.leaf[0], >, 0);
	vtop_close(&o);
}

/* All of it mapped in pages of 4 KiB takes a table for each 2 MiB. */
TEST(walk_of_16_tib)
{
	struct vtop_case o = vtop_open(machine(4, 0));
	const struct span ram[] = { { 0, 1ull << 31 }, { 1ull << 32, 16ull << 40 } };
	const struct span *old = o.src->ram;
	size_t nr_old = o.src->nr_ram;

	o.src->ram = ram;
	o.src->nr_ram = 2;
	CHECK_OP(walk_budget(o.k), >, (16ull << 40) / (2 << 20));
	o.src->ram = old;
	o.src->nr_ram = nr_old;
	vtop_close(&o);
}

TEST(unknown_machine)
{
	struct fix *f = machine(4, 0);
	struct source *src;
	struct kernel *k;

	f->machine = EM_S390;
	src = fix_source(f);
	CHECK_EQ(kernel_open(src, &k), -ENOTSUP);
	CHECK(strstr(fail_text(), "s390x"));
	fail_clear();
	source_close(src);
	fix_free(f);
}

/* A dump has no program headers to say where the direct map is; its page tables do. */
TEST(direct_map_without_headers)
{
	for (unsigned levels = 4; levels <= 5; levels++) {
		struct vtop_case o = { .f = machine(levels, 0), .src = fix_source(o.f) };

		o.src->nr_hint = 0;
		CHECK_EQ(kernel_open(o.src, &o.k), 0);
		CHECK(o.k->vtop_works);
		CHECK_EQ(o.k->direct_base, o.f->direct_base);
		CHECK_EQ(view_open(o.src, &o.v), 0);
		vtop_close(&o);
	}
}

RUN(four_levels, five_levels, sme, sme_not_told, non_present_at_each_level, table_outside_memory,
    kaslr, self_test, uts_of_every_era, read_across_leaves, walk, walk_through_garbage,
    walk_of_16_tib, unknown_machine, direct_map_without_headers)
