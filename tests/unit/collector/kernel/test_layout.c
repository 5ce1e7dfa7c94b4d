/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_layout.c - vmcoreinfo text, well-formed and hostile */
#include "kernel/layout.h"

#include "check.h"
#include "fixture.h"

#include <string.h>

/* Parse text from a copy of just its size, so that a read past it is seen. */
static unsigned parse(struct layout *l, const char *text, size_t len)
{
	char *copy = malloc(len ? len : 1);
	unsigned bad;

	memcpy(copy, text, len);
	layout_init(l);
	bad = layout_from_vmcoreinfo(l, (struct blob){ copy, len });
	free(copy);
	return bad;
}

static unsigned parse_str(struct layout *l, const char *text)
{
	return parse(l, text, strlen(text));
}

TEST(each_kind_of_value)
{
	struct layout l;

	CHECK_EQ(parse_str(&l, "OSRELEASE=6.1.0-30-amd64\n"
			       "PAGESIZE=4096\n"
			       "CRASHTIME=1700000000\n"
			       "KERNELOFFSET=1a000000\n"
			       "SYMBOL(init_uts_ns)=ffffffff9c6157c0\n"
			       "SIZE(page)=64\n"
			       "OFFSET(page._mapcount)=48\n"
			       "OFFSET(page.flags)=0\n"
			       "LENGTH(zone.free_area)=11\n"
			       "LENGTH(mem_section)=2048\n"
			       "NUMBER(phys_base)=-436207616\n"
			       "NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)=-129\n"
			       "NUMBER(sme_mask)=0x800000000000\n"
			       "CONFIG_SOMETHING=y\n"),
		 0);
	CHECK_EQ(l.page_size, 4096);
	CHECK_EQ(l.crash_time, 1700000000);
	CHECK_EQ(l.kernel_offset, 0x1a000000);
	CHECK_EQ((uint64_t)l.sym_init_uts_ns, 0xffffffff9c6157c0);
	CHECK_EQ(l.size_page, 64);
	CHECK_EQ(l.off_page__mapcount, 48);
	CHECK_EQ(l.off_page_flags, 0);
	CHECK_EQ(l.len_zone_free_area, 11);
	CHECK_EQ(l.len_mem_section, 2048);
	CHECK_EQ(l.num_phys_base, -436207616);
	CHECK_EQ(l.num_PAGE_BUDDY_MAPCOUNT_VALUE, -129);
	CHECK_EQ(l.num_sme_mask, 1ll << 47);
	CHECK(!known(l.off_page_mapping) && !known(l.sym_prb));
	CHECK_EQ(known_or(l.off_page_mapping, 24), 24);
}

/* A line that makes no sense costs itself, and is counted if we know its key. */
TEST(garbage)
{
	struct layout l;

	CHECK_EQ(parse_str(&l, "\n"
			       "no equals sign\n"
			       "=\n"
			       "=5\n"
			       "SIZE(page\n"
			       "SIZE(unheard.of)=x\n"
			       "size(page)=1\n"
			       "SIZE(page) =1\n"
			       "XSIZE(page)=1\n"
			       "OFFSET(page.mapping)=24\n"),
		 0);
	CHECK(!known(l.size_page));
	CHECK_EQ(l.off_page_mapping, 24);

	CHECK_EQ(parse_str(&l,
			   "SIZE(page)=\n"
			   "OFFSET(page.flags)=abc\n"
			   "OFFSET(page.private)=8 \n"
			   "OFFSET(page._refcount)=99999999999999999999999\n"
			   "OFFSET(page._mapcount)=0000000000000000000000000000000000000000048\n"
			   "SYMBOL(prb)=xyz\n"
			   "OFFSET(page.mapping)=24\n"),
		 6);
	CHECK(!known(l.size_page) && !known(l.off_page_flags) && !known(l.off_page_private));
	CHECK(!known(l.off_page__refcount) && !known(l.off_page__mapcount) && !known(l.sym_prb));
	CHECK_EQ(l.off_page_mapping, 24);
}

/* Each line alone; true if its fact is believed. */
static bool believed(const char *line)
{
	char text[200];
	struct layout l, none;

	snprintf(text, sizeof(text), "%s\n", line);
	layout_init(&none);
	CHECK_OP(parse_str(&l, text), <=, 1);
	return memcmp(&l, &none, sizeof(l)) != 0;
}

TEST(facts_that_cannot_be_true)
{
	static const char *const lies[] = {
		"OFFSET(page.mapping)=1000000",
		"OFFSET(page.mapping)=-8",
		"OFFSET(page.flags)=9223372036854775807",
		"OFFSET(folio._folio_order)=4096",
		"OFFSET(uts_namespace.name)=-1",
		"OFFSET(printk_info.text_len)=4095",
		"OFFSET(prb_desc_ring.count_bits)=4093",
		"SIZE(page)=0",
		"SIZE(page)=513",
		"SIZE(page)=60",
		"SIZE(page)=-64",
		"SIZE(prb_desc)=1048576",
		"SIZE(printk_info)=0",
		"SIZE(mem_section)=12",
		"NUMBER(PG_lru)=64",
		"NUMBER(PG_lru)=-1",
		"NUMBER(PG_head_mask)=0",
		"NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)=4294967296",
		"NUMBER(SECTION_SIZE_BITS)=200",
		"NUMBER(MAX_PHYSMEM_BITS)=-5",
		"NUMBER(pgtable_l5_enabled)=2",
		"NUMBER(sme_mask)=3",
		"NUMBER(phys_base)=77",
		"LENGTH(zone.free_area)=0",
		"LENGTH(mem_section)=-1",
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		if (believed(lies[i]))
			fail_msg("believed: %s", lies[i]);
	}
	CHECK(believed("OFFSET(page.mapping)=24"));
	CHECK(believed("NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)=4026531840"));
	CHECK(believed("NUMBER(sme_mask)=0"));
	CHECK(believed("OFFSET(printk_info.text_len)=4094"));
}

/* In its structure, whichever of the two is told first. */
TEST(members_lie_in_their_structure)
{
	struct layout l;

	CHECK_EQ(parse_str(&l, "OFFSET(page.mapping)=57\nOFFSET(page._mapcount)=60\n"
			       "OFFSET(page.compound_order)=63\nSIZE(page)=64\n"),
		 1);
	CHECK(!known(l.off_page_mapping));
	CHECK_EQ(l.off_page__mapcount, 60);
	CHECK_EQ(l.off_page_compound_order, 63);
	/* A size that is dropped does not measure. */
	CHECK_EQ(parse_str(&l, "SIZE(page)=8\nOFFSET(page.mapping)=24\n"), 1);
	CHECK_EQ(l.off_page_mapping, 24);
	/* text_blk_lpos is two words. */
	CHECK_EQ(parse_str(&l, "SIZE(prb_desc)=24\nOFFSET(prb_desc.text_blk_lpos)=16\n"), 1);
	CHECK(!known(l.off_prb_desc_text_blk_lpos));
}

TEST(bytes_that_are_no_text)
{
	const char nul[] = "\0SIZE(page)=64\nOFFSET(page.mapping)=24\n\0\0\0\n\xff\xfe=\n";
	struct layout l;

	CHECK_EQ(parse(&l, nul, sizeof(nul) - 1), 0);
	CHECK(!known(l.size_page));
	CHECK_EQ(l.off_page_mapping, 24);
	CHECK_EQ(parse(&l, "", 0), 0);
}

TEST(first_one_wins)
{
	struct layout l;

	parse_str(&l, "SIZE(page)=bad\nSIZE(page)=64\nSIZE(page)=56\n");
	CHECK_EQ(l.size_page, 64);
	layout_from_vmcoreinfo(&l, (struct blob){ "SIZE(page)=1\nOFFSET(page.mapping)=2\n", 36 });
	CHECK_EQ(l.size_page, 64);
	CHECK_EQ(l.off_page_mapping, 2);
}

/* The kernel cuts the text where its area ends: half a number is no number. */
TEST(cut_short)
{
	const char text[] = "SIZE(page)=64\nOFFSET(page.mapping)=24\nOFFSET(page._mapcount)=48\n";
	struct layout l;

	for (size_t len = 0; len < sizeof(text); len++) {
		CHECK_EQ(parse(&l, text, len), 0);
		CHECK_EQ(known_or(l.size_page, 64), 64);
		CHECK_EQ(known_or(l.off_page_mapping, 24), 24);
		CHECK_EQ(known_or(l.off_page__mapcount, 48), 48);
	}
	CHECK(known(l.off_page__mapcount));
	parse(&l, text, sizeof(text) - 2);
	CHECK(known(l.off_page_mapping) && !known(l.off_page__mapcount));
}

TEST(longer_than_a_page)
{
	size_t len = 0, room = 200000;
	char *text = malloc(room);
	struct layout l;

	while (len < room - 100)
		len += (size_t)sprintf(text + len, "SYMBOL(filler_%zu)=ffffffff81000000\n", len);
	len += (size_t)sprintf(text + len, "SIZE(page)=64\n");
	CHECK_EQ(parse(&l, text, len), 0);
	CHECK_EQ(l.size_page, 64);
	/* One line that never ends. */
	memset(text, 'A', room);
	CHECK_EQ(parse(&l, text, room), 0);
	free(text);
}

static bool value(const char *text, const char *key, char *out, size_t room)
{
	return vmcoreinfo_text((struct blob){ text, strlen(text) }, key, out, room);
}

TEST(text_value)
{
	const char *text =
		"OSRELEASE_X=no\nOSRELEASE\nXOSRELEASE=no\nOSRELEASE=6.1\nEMPTY=\nA=b=c\n";
	char out[4];

	CHECK(value(text, "OSRELEASE", out, sizeof(out)));
	CHECK_STR(out, "6.1");
	CHECK(!value(text, "OSRELEASE", out, 3));
	CHECK(value(text, "EMPTY", out, sizeof(out)));
	CHECK_STR(out, "");
	CHECK(value(text, "A", out, sizeof(out)));
	CHECK_STR(out, "b=c");
	CHECK(!value(text, "MISSING", out, sizeof(out)));
	CHECK(!value("", "OSRELEASE", out, sizeof(out)));
}

/* A number ends where its line ends, not at a NUL inside. */
TEST(nul_in_a_number)
{
	static const char text[] = "SIZE(page)=6\0004\nSIZE(prb_desc)=16\n";
	struct layout l;

	CHECK_EQ(parse(&l, text, sizeof(text) - 1), 1);
	CHECK(!known(l.size_page));
	CHECK_EQ(l.size_prb_desc, 16);
}

/* Text and numbers agree: what the kernel had no room to finish is not there. */
TEST(text_cut_short)
{
	char out[8];

	CHECK(!value("OSRELEASE=6.1", "OSRELEASE", out, sizeof(out)));
	CHECK(value("OSRELEASE=6.1\n", "OSRELEASE", out, sizeof(out)));
}

/* Every key of every era is one that makes sense to us or is not ours. */
TEST(eras)
{
	for (const struct fix_era *e = fix_eras; e->name; e++) {
		struct layout l;

		CHECK_EQ(parse_str(&l, e->keys), 0);
		CHECK_EQ(l.size_page, 64);
		CHECK_EQ(known(l.off_latched_seq_val), e->log == FIX_LOG_LATCHED);
		CHECK_EQ(known(l.size_prb_desc), e->log != FIX_LOG_RECORDS);
		CHECK_OP(known(l.off_page_compound_head), !=, known(l.off_page_compound_info));
	}
}

RUN(each_kind_of_value, garbage, facts_that_cannot_be_true, members_lie_in_their_structure,
    bytes_that_are_no_text, first_one_wins, cut_short, longer_than_a_page, nul_in_a_number,
    text_value, text_cut_short, eras)
