/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_arm64.c - arm64's page sizes, address sizes and layouts, with made-up tables */
#include "kernel/kernel.h"

#include "base/err.h"
#include "base/log.h"
#include "base/util.h"
#include "check.h"
#include "fixture.h"
#include "vtop_case.h"

#include <string.h>

static struct fix *machine(const struct fix_arm64 *o)
{
	struct fix *f = fix_new();

	log_setup(0, false);
	fix_arm64(f, o);
	return f;
}

static const struct fix_arm64 kinds[] = {
	{ .era = "6.12", .page_shift = 12, .built = 39, .used = 39 },
	{ .era = "6.12", .page_shift = 12, .built = 48, .used = 48 },
	{ .era = "6.12", .page_shift = 12, .built = 52, .used = 52 },
	{ .era = "6.12", .page_shift = 12, .built = 52, .used = 48 },
	{ .era = "6.12", .page_shift = 14, .built = 36, .used = 36 },
	{ .era = "6.12", .page_shift = 14, .built = 47, .used = 47 },
	{ .era = "6.12", .page_shift = 14, .built = 48, .used = 48 },
	{ .era = "6.12", .page_shift = 14, .built = 52, .used = 52 },
	{ .era = "6.12", .page_shift = 14, .built = 52, .used = 47 },
	{ .era = "6.12", .page_shift = 16, .built = 42, .used = 42 },
	{ .era = "6.12", .page_shift = 16, .built = 48, .used = 48 },
	{ .era = "6.12", .page_shift = 16, .built = 52, .used = 52 },
	{ .era = "6.12", .page_shift = 16, .built = 52, .used = 48 },
	{ .era = "5.4", .page_shift = 16, .built = 52, .used = 48, .t1sz_untold = true },
	{ .era = "5.4", .page_shift = 16, .built = 52, .used = 52, .t1sz_untold = true },
	{ .era = "4.19",
	  .page_shift = 12,
	  .built = 48,
	  .used = 48,
	  .t1sz_untold = true,
	  .halves_old = true },
	{ .era = "4.19",
	  .page_shift = 12,
	  .built = 39,
	  .used = 39,
	  .t1sz_untold = true,
	  .halves_old = true },
	{ .era = "4.19",
	  .page_shift = 16,
	  .built = 42,
	  .used = 42,
	  .t1sz_untold = true,
	  .halves_old = true },
};

static void check_kind(const struct fix_arm64 *kind)
{
	struct vtop_case o = vtop_open(machine(kind));
	struct kernel_uts uts;

	CHECK(o.k->vtop_works);
	CHECK_EQ(o.k->page_shift, kind->page_shift);
	CHECK_EQ(o.k->pgtable_levels, o.f->levels);
	CHECK_EQ(o.k->direct_base, o.f->direct_base);
	CHECK_EQ(o.k->image.va, o.f->image_va);
	vtop_expect(&o, o.f->image_va + 0x123, o.f->image_pa + 0x123,
		    (1u << kind->page_shift) - 0x123);
	CHECK_EQ(vtop_code(&o, fix_va(o.f, (1ull << 30) + 0x1234567)), 0);
	CHECK_EQ(vtop_code(&o, 0x1000), -EFAULT);
	CHECK_EQ(vtop_code(&o, o.f->image_va - (1ull << 30)), -EFAULT);
	kernel_uts(o.k, o.v, &uts);
	CHECK_STR(uts.field[4], "aarch64");
	vtop_close(&o);
}

TEST(each_page_and_address_size)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		check_kind(&kinds[i]);
}

/* A process has tables of its own, from address 0 up; each knows nothing of the other half. */
static void check_process(const struct fix_arm64 *kind)
{
	struct fix *f = machine(kind);
	const uint64_t page = 1ull << kind->page_shift, kernel = f->root_pa;
	const uint64_t low = 16 * page, high = (1ull << (kind->used - 1)) - page;
	const uint64_t pa = (fix_alloc(f, 3 * 65536) + 65535) & ~65535ull;
	const uint64_t own = (fix_alloc(f, 2 * 65536) + 65535) & ~65535ull;
	struct kernel process, *k;
	struct vtop_case o;

	f->root_pa = own;
	fix_arm64_map(f, low, (struct span){ pa, pa + page }, 0, false);
	fix_arm64_map(f, high, (struct span){ pa + page, pa + 2 * page }, 0, false);
	f->root_pa = kernel;
	o = vtop_open(f);
	CHECK_EQ(vtop_code(&o, low), -EFAULT);
	k = o.k;
	process = *k;
	process.pgd_pa = own;
	process.of_process = true;
	o.k = &process;
	vtop_expect(&o, low + 0x123, pa + 0x123, page - 0x123);
	vtop_expect(&o, high + 0x123, pa + page + 0x123, page - 0x123);
	vtop_expect(&o, low | 0x5aull << 56, pa, page); /* with a tag */
	CHECK_EQ(vtop_code(&o, low + page), -EFAULT);
	CHECK_EQ(vtop_code(&o, o.f->image_va), -EFAULT);
	o.k = k;
	vtop_close(&o);
}

TEST(addresses_of_a_process)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		check_process(&kinds[i]);
}

/* PHYS_OFFSET of a kernel that uses less than it was built for. */
TEST(negative_phys_offset)
{
	struct vtop_case o = vtop_open(machine(&kinds[12]));

	CHECK_OP(o.k->phys_base, <, 0);
	CHECK_EQ((uint64_t)o.k->phys_base, (1ull << 30) - (1ull << 52) + (1ull << 48));
	vtop_close(&o);
}

/* Memory beyond 48 bits: three ways to write an address. */
static void check_high(const struct fix_arm64 *kind)
{
	const uint64_t va = 0 - (1ull << 46), high = 0xc000080000000ull;
	unsigned mid = kind->page_shift == 12 ? 21 : kind->page_shift == 14 ? 25 : 29;
	struct fix *f = machine(kind);
	struct vtop_case o;

	fix_arm64_map(f, va, (struct span){ high, high + (1u << kind->page_shift) }, 0, false);
	fix_arm64_map(f, va + (1ull << 40), (struct span){ high, high + (1ull << mid) }, 1, true);
	o = vtop_open(f);
	vtop_expect(&o, va + 8, high + 8, (1u << kind->page_shift) - 8);
	vtop_expect(&o, va + (1ull << 40) + 16, high + 16, (1ull << mid) - 16);
	vtop_close(&o);
}

TEST(physical_addresses_of_52_bits)
{
	check_high(&kinds[2]);
	check_high(&kinds[7]);
	check_high(&kinds[11]);
	check_high(&kinds[12]);
}

/* Without LPA2 bits 9 and 8 are shareability, and 49 and 48 must not be an address. */
TEST(shareability_is_no_address)
{
	struct vtop_case o = vtop_open(machine(&kinds[1]));
	uint64_t at = fix_arm64_entry(o.f, o.f->image_va, 0);

	fix_poke(o.f, at, fix_peek(o.f, at, 8) | 0x300 | 3ull << 48, 8);
	vtop_expect(&o, o.f->image_va, o.f->image_pa, 4096);
	vtop_close(&o);
}

TEST(entries_that_map_nothing)
{
	struct vtop_case o = vtop_open(machine(&kinds[1]));
	uint64_t page = fix_arm64_entry(o.f, o.f->image_va, 0);
	uint64_t leaf = fix_arm64_entry(o.f, fix_va(o.f, 1ull << 30), 2);
	uint64_t top = fix_arm64_entry(o.f, o.f->image_va, 3);

	fix_poke(o.f, page, fix_peek(o.f, page, 8) & ~2ull, 8); /* a block has no place here */
	CHECK_EQ(vtop_code(&o, o.f->image_va), -EFAULT);
	fix_poke(o.f, leaf, fix_peek(o.f, leaf, 8) & ~1ull, 8);
	CHECK_EQ(vtop_code(&o, fix_va(o.f, 1ull << 30)), -EFAULT);
	fix_poke(o.f, top, (fix_peek(o.f, top, 8) & ~3ull) | 1, 8); /* a block of 512 GiB */
	CHECK_EQ(vtop_code(&o, o.f->image_va + 4096), -EFAULT);
	vtop_close(&o);
}

TEST(tags_and_signatures)
{
	struct vtop_case o = vtop_open(machine(&kinds[1]));
	uint64_t va = o.f->image_va, tagged = (va & ~(0xffull << 56)) | 0xa5ull << 56;

	vtop_expect(&o, tagged, o.f->image_pa, 4096);
	CHECK_EQ(kernel_pointer(o.k, tagged), va);
	CHECK_EQ(kernel_pointer(o.k, va & ~0x7f000000000000ull), va);
	CHECK_EQ(kernel_pointer(o.k, 0x1234), 0x1234);
	vtop_close(&o);
}

/* The header of the image tells the page size, the tables the rest. */
TEST(facts_that_are_missing)
{
	const char *const drop[] = { "PAGESIZE", "NUMBER(VA_BITS)", "NUMBER(TCR_EL1_T1SZ)",
				     "NUMBER(kimage_voffset)", "NUMBER(PHYS_OFFSET)" };

	for (size_t kind = 0; kind < 13; kind++) {
		struct fix *f = machine(&kinds[kind]);
		struct vtop_case o;

		for (size_t i = 0; i < ARRAY_SIZE(drop); i++)
			fix_key_drop(f, drop[i]);
		o = vtop_open(f);
		CHECK(o.k->vtop_works);
		CHECK_EQ(o.k->page_shift, kinds[kind].page_shift);
		CHECK_EQ(o.k->direct_base, f->direct_base);
		vtop_close(&o);
	}
}

TEST(root_unknown)
{
	struct fix *f = machine(&kinds[1]);
	struct vtop_case o;

	fix_key_drop(f, "SYMBOL(swapper_pg_dir)");
	o = vtop_open(f);
	CHECK(!o.k->vtop_works);
	vtop_close(&o);
}

struct count {
	const struct fix *f;
	uint64_t image, tables, linear;
};

static int count(void *arg, const struct mapping *m)
{
	struct count *c = arg;

	if (m->table)
		c->tables++;
	else if (m->va - m->pa == c->f->image_va - c->f->image_pa)
		c->image += m->len;
	else if (m->va - m->pa == c->f->direct_base)
		c->linear += m->len;
	else
		CHECK(false);
	return 0;
}

TEST(walk)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct vtop_case o = vtop_open(machine(&kinds[i]));
		struct count c = { .f = o.f };
		unsigned shift = kinds[i].page_shift;
		uint64_t leaf = 1ull << (shift == 12 ? 30 : shift == 14 ? 25 : 29);

		CHECK_EQ(o.k->arch->walk(o.k, o.v, count, &c), 0);
		CHECK_EQ(c.image, o.f->image_size);
		CHECK_EQ(c.linear, leaf > 512u << 20 ? leaf : 512u << 20);
		CHECK_OP(c.tables, >=, 2);
		vtop_close(&o);
	}
}

RUN(each_page_and_address_size, addresses_of_a_process, negative_phys_offset,
    physical_addresses_of_52_bits, shareability_is_no_address, entries_that_map_nothing,
    tags_and_signatures, facts_that_are_missing, root_unknown, walk)
