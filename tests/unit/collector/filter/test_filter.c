/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_filter.c - the walk over mem_map on kernels Debian does not have */
#include "filter/filter.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fixture.h"

#include <string.h>

/* Frames of the made-up machine, away from its image and tables. */
enum {
	FILE_PFN = 0x8000,
	PRIVATE_PFN = 0x8010,
	ANON_PFN = 0x8020,
	FREE_PFN = 0x8100, /* order 8 */
	OFFLINE_PFN = 0x8300,
	POISON_PFN = 0x8310,
	SLAB_PFN = 0x8320,
	HUGE_PFN = 0x8400, /* order 9 */
	LOCK_PFN = 0x8700, /* anonymous, with the flag that once was PG_slab */
	UNACC_PFN = 0x8800,
	ROW_PFN = 0x9000, /* a whole block of the keep-map */
};

static uint64_t flag(const struct fix *f, const char *name)
{
	char key[64];

	snprintf(key, sizeof(key), "NUMBER(%s)", name);
	return 1ull << fix_fact(f, key);
}

static bool told(const struct fix *f, const char *key)
{
	return f->info && memmem(f->info, f->info_len, key, strlen(key));
}

static void set_flags(struct fix *f, uint64_t pfn, uint64_t flags)
{
	fix_page_set(f, pfn, "OFFSET(page.flags)", flags, 8);
}

static void set_type(struct fix *f, uint64_t pfn, const char *key)
{
	fix_page_set(f, pfn, "OFFSET(page._mapcount)", (uint32_t)fix_fact(f, key), 4);
}

/* A compound page of order 9, its order where this era keeps it. */
static void make_compound(struct fix *f, uint64_t pfn, uint64_t flags)
{
	uint64_t head = (uint64_t)fix_fact(f, "NUMBER(PG_head_mask)");
	const char *tail = told(f, "page.compound_info") ? "OFFSET(page.compound_info)"
							 : "OFFSET(page.compound_head)";

	set_flags(f, pfn, head | flags);
	for (uint64_t i = 1; i < 512; i++)
		fix_page_set(f, pfn + i, tail, 0xffffea0000000001, 8);
	if (told(f, "page.compound_order"))
		fix_page_set(f, pfn + 1, "OFFSET(page.compound_order)", 9, 1);
	else if (told(f, "folio._folio_order"))
		fix_page_set(f, pfn, "OFFSET(folio._folio_order)", 9, 1);
	else
		set_flags(f, pfn + 1, 9);
}

/* An anonymous huge page. */
static void make_huge(struct fix *f, uint64_t pfn)
{
	make_compound(f, pfn, flag(f, "PG_lru"));
	fix_page_set(f, pfn, "OFFSET(page.mapping)", 0xffff888000001001, 8);
}

static void make_pages(struct fix *f)
{
	uint64_t lru = flag(f, "PG_lru");

	set_flags(f, FILE_PFN, lru);
	set_flags(f, PRIVATE_PFN, lru | flag(f, "PG_private"));
	set_flags(f, ANON_PFN, lru);
	fix_page_set(f, ANON_PFN, "OFFSET(page.mapping)", 0xffff888000001001, 8);
	set_type(f, FREE_PFN, "NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)");
	fix_page_set(f, FREE_PFN, "OFFSET(page.private)", 8, 8);
	if (told(f, "PAGE_OFFLINE_MAPCOUNT_VALUE"))
		set_type(f, OFFLINE_PFN, "NUMBER(PAGE_OFFLINE_MAPCOUNT_VALUE)");
	set_flags(f, POISON_PFN, flag(f, "PG_hwpoison"));
	if (told(f, "PAGE_SLAB_MAPCOUNT_VALUE"))
		set_type(f, SLAB_PFN, "NUMBER(PAGE_SLAB_MAPCOUNT_VALUE)");
	else
		set_flags(f, SLAB_PFN, flag(f, "PG_slab"));
	fix_page_set(f, SLAB_PFN, "OFFSET(page.mapping)", 0xffff888000001001, 8);
	make_huge(f, HUGE_PFN);
	set_flags(f, LOCK_PFN, lru | 1u << 7);
	fix_page_set(f, LOCK_PFN, "OFFSET(page.mapping)", 0xffff888000001001, 8);
	if (told(f, "PAGE_UNACCEPTED_MAPCOUNT_VALUE"))
		set_type(f, UNACC_PFN, "NUMBER(PAGE_UNACCEPTED_MAPCOUNT_VALUE)");
}

static struct fix *machine(const char *era, bool vmemmap, uint64_t sme_mask)
{
	struct fix *f = fix_new();

	log_setup(0, false);
	fix_machine(f, &(struct fix_opts){ .era = era, .sme_mask = sme_mask });
	fix_memmap(f, &(struct fix_memmap){ .vmemmap = vmemmap });
	make_pages(f);
	return f;
}

static struct selection filter(struct fix *f, unsigned level, unsigned nr_threads)
{
	struct filter_cfg cfg = { .level = level, .nr_threads = nr_threads };
	struct source *src = fix_source(f);
	struct selection s;
	struct kernel *k;

	CHECK_EQ(kernel_open(src, &k), 0);
	CHECK(k->vtop_works);
	CHECK_EQ(filter_open(k, &cfg, &s), 0);
	kernel_close(k);
	source_close(src);
	fail_clear();
	return s;
}

static void check_level_31(struct fix *f, const char *era)
{
	struct selection s = filter(f, 31, 1);
	bool unacc = told(f, "PAGE_UNACCEPTED_MAPCOUNT_VALUE");
	bool offline = told(f, "PAGE_OFFLINE_MAPCOUNT_VALUE");

	if (s.counts.dropped[PAGE_USER] != 1 + 512 + 1 ||
	    s.counts.dropped[PAGE_FREE] != 256 + (unacc ? 1024u : 0u))
		fail_msg("%s: %ju user, %ju free", era, (uintmax_t)s.counts.dropped[PAGE_USER],
			 (uintmax_t)s.counts.dropped[PAGE_FREE]);
	CHECK_EQ(s.counts.dropped[PAGE_CACHE], 1);
	CHECK_EQ(s.counts.dropped[PAGE_CACHE_PRIVATE], 1);
	CHECK_EQ(s.counts.dropped[PAGE_POISON], 1);
	CHECK_EQ(s.counts.dropped[PAGE_OFFLINE], offline);
	CHECK(!keepmap_test(s.keep, FILE_PFN) && !keepmap_test(s.keep, HUGE_PFN + 511));
	CHECK(keepmap_test(s.keep, SLAB_PFN) && keepmap_test(s.keep, HUGE_PFN + 512));
	CHECK(keepmap_test(s.tier[TIER_SLAB], SLAB_PFN));
	CHECK(keepmap_test(s.keep, f->image_pa / FIX_PAGE));
	CHECK_EQ(s.counts.damaged, 0);
	CHECK_EQ(s.level, 31);
	filter_close(&s);
}

TEST(every_era_with_and_without_vmemmap)
{
	for (const struct fix_era *e = fix_eras; e->name; e++) {
		for (int vmemmap = 0; vmemmap < 2; vmemmap++) {
			struct fix *f = machine(e->name, vmemmap, 0);

			check_level_31(f, e->name);
			fix_free(f);
		}
	}
}

TEST(sme_mask_in_every_entry)
{
	struct fix *f = machine("6.1", true, 1ull << 47);

	check_level_31(f, "6.1 with SME");
	fix_free(f);
}

/* Wrong numbers about mem_section cost nothing that the others and the architecture tell. */
TEST(a_damaged_size_of_sections)
{
	static const char *const damage[] = {
		"NUMBER(SECTION_SIZE_BITS)=26", "NUMBER(SECTION_SIZE_BITS)=28",
		"NUMBER(SECTION_SIZE_BITS)=31", "NUMBER(SECTION_SIZE_BITS)=12",
		"NUMBER(SECTION_SIZE_BITS)=99", "NUMBER(MAX_PHYSMEM_BITS)=52",
		"NUMBER(MAX_PHYSMEM_BITS)=20",	"LENGTH(mem_section)=7",
	};

	for (size_t i = 0; i < 2 * sizeof(damage) / sizeof(damage[0]); i++) {
		const char *key = damage[i / 2];
		struct fix *f = machine("6.12", i % 2, 0);
		char name[32];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(key, "="), key);
		fix_key_drop(f, name);
		fix_key(f, "%s", key);
		check_level_31(f, key);
		fix_free(f);
	}
}

TEST(level_0_drops_only_what_cannot_be_read)
{
	struct fix *f = machine("6.12", true, 0);
	struct selection s = filter(f, 0, 0);

	CHECK_EQ(s.nr_keep, s.counts.ram - 2);
	CHECK(!keepmap_test(s.keep, POISON_PFN) && !keepmap_test(s.keep, OFFLINE_PFN));
	filter_close(&s);
	fix_free(f);
}

/* The page that failed in the middle of a compound page is left out, whether the others are or not.
 */
static void check_bad_tail(struct fix *f, const char *era, unsigned level, bool user)
{
	struct selection s = filter(f, level, 1);
	bool out = user && (level & 8);

	if (keepmap_test(s.keep, ROW_PFN + 100) || keepmap_test(s.keep, ROW_PFN + 99) == out ||
	    keepmap_test(s.keep, ROW_PFN + 101) == out || keepmap_test(s.keep, ROW_PFN) == out ||
	    s.counts.dropped[PAGE_POISON] != (out ? 1u : 2u) ||
	    s.nr_keep + s.counts.dropped[PAGE_POISON] + s.counts.dropped[PAGE_OFFLINE] +
			    s.counts.dropped[PAGE_USER] !=
		    s.counts.ram)
		fail_msg("%s: %s page at level %u: %ju are poisoned", era, user ? "user" : "kernel",
			 level, (uintmax_t)s.counts.dropped[PAGE_POISON]);
	filter_close(&s);
}

TEST(poisoned_tail)
{
	for (const struct fix_era *e = fix_eras; e->name; e++)
		for (int user = 0; user < 2; user++) {
			struct fix *f = machine(e->name, true, 0);

			if (user)
				make_huge(f, ROW_PFN);
			else
				make_compound(f, ROW_PFN, 0);
			set_flags(f, ROW_PFN + 100, flag(f, "PG_hwpoison"));
			check_bad_tail(f, e->name, 0, user);
			check_bad_tail(f, e->name, 8, user);
			fix_free(f);
		}
}

TEST(threads_find_the_same)
{
	struct fix *f = machine("6.12", true, 0);
	struct selection one = filter(f, 31, 1), many = filter(f, 31, 4);

	CHECK_EQ(one.nr_keep, many.nr_keep);
	for (uint64_t pfn = 0; pfn < one.counts.max_pfn; pfn++)
		CHECK_EQ(keepmap_test(one.keep, pfn), keepmap_test(many.keep, pfn));
	filter_close(&one);
	filter_close(&many);
	fix_free(f);
}

/* Full of single pages, memory costs the map no more than where it is free. */
TEST(a_block_of_single_pages_leaves_no_bits)
{
	struct fix *f = machine("6.1", true, 0);
	struct selection s;

	for (uint64_t pfn = ROW_PFN; pfn < ROW_PFN + KEEPMAP_BLOCK; pfn++)
		set_flags(f, pfn, flag(f, "PG_lru"));
	s = filter(f, LEVEL_CACHE, 1);
	CHECK(keepmap_block_empty(s.keep, ROW_PFN / KEEPMAP_BLOCK));
	CHECK_EQ(s.counts.dropped[PAGE_CACHE], KEEPMAP_BLOCK + 1);
	filter_close(&s);
	fix_free(f);
}

/* Four by turns: cache, user, slab, and one that belongs to nobody. */
TEST(a_row_ends_where_the_next_page_is_of_another_kind)
{
	struct fix *f = machine("6.1", true, 0);
	struct selection s;
	uint64_t pfn;

	for (pfn = ROW_PFN; pfn < ROW_PFN + KEEPMAP_BLOCK; pfn += 4) {
		set_flags(f, pfn, flag(f, "PG_lru"));
		set_flags(f, pfn + 1, flag(f, "PG_lru"));
		fix_page_set(f, pfn + 1, "OFFSET(page.mapping)", 0xffff888000001001, 8);
		set_flags(f, pfn + 2, flag(f, "PG_slab"));
	}
	s = filter(f, LEVEL_CACHE | LEVEL_USER, 1);
	CHECK_EQ(s.counts.dropped[PAGE_CACHE], KEEPMAP_BLOCK / 4 + 1);
	CHECK_EQ(s.counts.dropped[PAGE_USER], KEEPMAP_BLOCK / 4 + 1 + 512 + 1);
	for (pfn = ROW_PFN; pfn < ROW_PFN + KEEPMAP_BLOCK; pfn++) {
		CHECK_EQ(keepmap_test(s.keep, pfn), pfn % 4 >= 2);
		CHECK_EQ(keepmap_test(s.tier[TIER_SLAB], pfn), pfn % 4 == 2);
	}
	filter_close(&s);
	fix_free(f);
}

TEST(a_section_without_a_map_is_kept_whole)
{
	struct fix *f = machine("6.1", true, 0);
	struct selection s;

	/* The second section of 128 MiB: present, but no mem_map. */
	fix_poke(f, fix_section_pa(f, FILE_PFN), 1, 8);
	s = filter(f, 31, 1);
	CHECK(keepmap_test(s.keep, FILE_PFN) && keepmap_test(s.keep, FREE_PFN));
	CHECK_EQ(s.counts.dropped[PAGE_FREE], 0);
	filter_close(&s);
	fix_free(f);
}

TEST(no_memory_model_keeps_everything)
{
	struct fix *f = machine("6.1", true, 0);
	struct selection s;

	fix_key_drop(f, "SYMBOL(mem_section)");
	s = filter(f, 31, 1);
	CHECK_EQ(s.nr_keep, s.counts.ram);
	CHECK_EQ(s.level, LEVEL_ZERO);
	filter_close(&s);
	fix_free(f);
}

TEST(a_level_the_kernel_does_not_tell_about_is_not_honoured)
{
	struct fix *f = machine("6.1", true, 0);
	struct selection s;

	fix_key_drop(f, "NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)");
	s = filter(f, 31, 1);
	CHECK_EQ(s.level, 15);
	CHECK(keepmap_test(s.keep, FREE_PFN) && !keepmap_test(s.keep, FILE_PFN));
	filter_close(&s);
	fix_free(f);
}

/* Struct pages lie: they call the root of the page tables, and themselves, user memory. */
TEST(page_tables_and_struct_pages_are_kept_against_their_own_word)
{
	struct fix *f = machine("6.1", true, 0);
	uint64_t root = f->root_pa / FIX_PAGE, map = fix_page_pa(f, FILE_PFN) / FIX_PAGE;
	const uint64_t liar[] = { root, map };
	struct selection s;

	for (size_t i = 0; i < 2; i++) {
		set_flags(f, liar[i], flag(f, "PG_lru"));
		fix_page_set(f, liar[i], "OFFSET(page.mapping)", 0xffff888000001001, 8);
	}
	s = filter(f, 31, 1);
	CHECK(keepmap_test(s.keep, root) && keepmap_test(s.tier[TIER_CORE], root));
	CHECK(keepmap_test(s.keep, map));
	filter_close(&s);
	fix_free(f);
}

RUN(every_era_with_and_without_vmemmap, sme_mask_in_every_entry, a_damaged_size_of_sections,
    level_0_drops_only_what_cannot_be_read, poisoned_tail, threads_find_the_same,
    a_block_of_single_pages_leaves_no_bits, a_row_ends_where_the_next_page_is_of_another_kind,
    a_section_without_a_map_is_kept_whole, no_memory_model_keeps_everything,
    a_level_the_kernel_does_not_tell_about_is_not_honoured,
    page_tables_and_struct_pages_are_kept_against_their_own_word)
