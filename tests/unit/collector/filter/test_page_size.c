/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_page_size.c - arm64's mem_map with pages of 4, 16 and 64 KiB, whatever the host's are */
#include "filter/filter.h"

#include "base/err.h"
#include "base/log.h"
#include "base/util.h"
#include "check.h"
#include "fixture.h"

#include <string.h>

static const struct {
	struct fix_arm64 machine;
	unsigned section_bits;
} kinds[] = {
	{ { .era = "6.12", .page_shift = 12, .built = 52, .used = 48 }, 27 },
	{ { .era = "6.12", .page_shift = 14, .built = 47, .used = 47 }, 27 },
	{ { .era = "6.12", .page_shift = 16, .built = 52, .used = 48 }, 29 },
	{ { .era = "6.12", .page_shift = 16, .built = 42, .used = 42 }, 29 },
};

static uint64_t flag(const struct fix *f, const char *name)
{
	char key[64];

	snprintf(key, sizeof(key), "NUMBER(%s)", name);
	return 1ull << fix_fact(f, key);
}

/* Frames from 1 GiB + 256 MiB on: cache, user data, and 2^4 free ones. */
static uint64_t make_pages(struct fix *f)
{
	uint64_t pfn = (0x50000000ull >> f->page_shift) & ~15ull;

	fix_page_set(f, pfn, "OFFSET(page.flags)", flag(f, "PG_lru"), 8);
	fix_page_set(f, pfn + 1, "OFFSET(page.flags)", flag(f, "PG_lru"), 8);
	fix_page_set(f, pfn + 1, "OFFSET(page.mapping)", 0xffff000000001001, 8);
	fix_page_set(f, pfn + 16, "OFFSET(page._mapcount)",
		     (uint32_t)fix_fact(f, "NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)"), 4);
	fix_page_set(f, pfn + 16, "OFFSET(page.private)", 4, 8);
	return pfn;
}

static void check(struct fix *f, uint64_t pfn)
{
	struct source *src = fix_source(f);
	struct selection s;
	struct kernel *k;

	CHECK_EQ(kernel_open(src, &k), 0);
	CHECK(k->vtop_works);
	CHECK_EQ(filter_open(k, &(struct filter_cfg){ .level = 31, .nr_threads = 1 }, &s), 0);
	CHECK_EQ(s.counts.ram, 512ull << 20 >> f->page_shift);
	CHECK_EQ(s.counts.dropped[PAGE_CACHE], 1);
	CHECK_EQ(s.counts.dropped[PAGE_USER], 1);
	CHECK_EQ(s.counts.dropped[PAGE_FREE], 16);
	CHECK_EQ(s.counts.damaged, 0);
	CHECK_EQ(s.level, 31);
	CHECK(!keepmap_test(s.keep, pfn) && !keepmap_test(s.keep, pfn + 31));
	CHECK(keepmap_test(s.keep, pfn + 2) && keepmap_test(s.keep, pfn + 32));
	CHECK(keepmap_test(s.tier[TIER_CORE], f->root_pa >> f->page_shift));
	filter_close(&s);
	kernel_close(k);
	source_close(src);
	fail_clear();
}

TEST(each_page_size)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct fix *f = fix_new();

		log_setup(0, false);
		fix_arm64(f, &kinds[i].machine);
		fix_memmap(f, &(struct fix_memmap){ .section_bits = kinds[i].section_bits });
		check(f, make_pages(f));
		fix_free(f);
	}
}

/* Kernels that do not say how large a section is. */
TEST(sections_of_older_kernels)
{
	struct fix *f = fix_new();
	uint64_t pfn;

	log_setup(0, false);
	fix_arm64(f, &(struct fix_arm64){ .era = "5.4",
					  .page_shift = 12,
					  .built = 48,
					  .used = 48,
					  .t1sz_untold = true });
	fix_memmap(f, &(struct fix_memmap){ .section_bits = 30 });
	pfn = make_pages(f);
	fix_key_drop(f, "NUMBER(SECTION_SIZE_BITS)");
	check(f, pfn);
	fix_free(f);
}

/* A machine of a kind, with another number behind this key of its vmcoreinfo. */
static void check_damaged(size_t kind, const char *key, uint64_t value)
{
	struct fix *f = fix_new();
	uint64_t pfn;

	fix_arm64(f, &kinds[kind].machine);
	fix_memmap(f, &(struct fix_memmap){ .section_bits = kinds[kind].section_bits });
	pfn = make_pages(f);
	fix_key_drop(f, key);
	fix_key(f, "%s=%ju", key, (uintmax_t)value);
	check(f, pfn);
	fix_free(f);
}

/* One of the numbers that lead to mem_section is wrong: the others and the architecture say so. */
TEST(a_damaged_size_of_sections)
{
	log_setup(0, false);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (unsigned bits = 11; bits <= 41; bits++)
			check_damaged(i, "NUMBER(SECTION_SIZE_BITS)", bits);
		for (unsigned bits = 18; bits <= 61; bits++)
			check_damaged(i, "NUMBER(MAX_PHYSMEM_BITS)", bits);
		for (unsigned bit = 0; bit < 28; bit += 3)
			check_damaged(i, "LENGTH(mem_section)", 1ull << bit | 1);
	}
}

RUN(each_page_size, sections_of_older_kernels, a_damaged_size_of_sections)
