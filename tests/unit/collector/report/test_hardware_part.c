/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_hardware_part.c - hardware errors that the kernel counts */
#include "report/part.h"

#include "report_case.h"

#include <string.h>

#define TABLE 0x21000
#define KINDS 3

struct bench {
	struct report_case c;
	char *text;
};

static void make_types(struct fix_btf *b)
{
	static const struct fix_btf_value kinds[] = { { "HWERR_RECOV_CPU", 0 },
						      { "HWERR_RECOV_MEMORY", 1 },
						      { "HWERR_RECOV_MAX", 99 },
						      { NULL, 0 } };
	uint32_t num, time, counter;

	num = fix_btf_int(b, "int", 4, true);
	time = fix_btf_int(b, "long long", 8, true);
	counter =
		fix_btf_struct(b, "atomic", 4, &(struct fix_btf_member){ "counter", num, 0, 0 }, 1);
	fix_btf_struct(b, "hwerr_info", 16,
		       (struct fix_btf_member[]){ { "count", counter, 0, 0 },
						  { "timestamp", time, 64, 0 } },
		       2);
	fix_btf_enum(b, "hwerr_error_type", kinds);
}

static void begin(struct bench *b)
{
	static const struct fix_symbol more[] = { { TABLE, "bhwerr_data" },
						  { TABLE + KINDS * 16, "Dnext_one" } };

	*b = (struct bench){ 0 };
	report_case_new(&b->c, make_types, more, 2);
}

static void count(struct bench *b, unsigned kind, uint32_t nr, int64_t last)
{
	uint64_t at = b->c.f->image_pa + TABLE + kind * 16;

	fix_poke(b->c.f, at, nr, 4);
	fix_poke(b->c.f, at + 8, (uint64_t)last, 8);
}

static const char *print(struct bench *b, int (*part)(struct report *r, FILE *f))
{
	size_t len;
	FILE *f = open_memstream(&b->text, &len);

	report_case_open(&b->c);
	CHECK_EQ(part(&b->c.r, f), 0);
	CHECK_EQ(fclose(f), 0);
	return b->text;
}

static void end(struct bench *b)
{
	free(b->text);
	report_case_end(&b->c);
}

TEST(errors_are_listed)
{
	struct bench b;

	begin(&b);
	count(&b, 1, 3, 1700000000);
	count(&b, 2, 1, 0);
	CHECK_STR(print(&b, part_hardware_text),
		  "  memory     3, the last one 2023-11-14 22:13:20 UTC\n"
		  "  kind 2     1, the last one at an unknown time\n");
	end(&b);
}

TEST(none_is_no_part_of_the_text)
{
	struct bench b;

	begin(&b);
	CHECK_STR(print(&b, part_hardware_text), "");
	end(&b);
}

TEST(programs_get_all_kinds)
{
	struct bench b;

	begin(&b);
	count(&b, 1, 3, 1700000000);
	CHECK_STR(print(&b, part_hardware_json),
		  "[{\"kind\":\"cpu\",\"count\":0,\"last\":0},"
		  "{\"kind\":\"memory\",\"count\":3,\"last\":1700000000}]");
	end(&b);
}

/* A time that no calendar has. */
TEST(hostile_time)
{
	struct bench b;

	begin(&b);
	count(&b, 0, UINT32_MAX, INT64_MAX);
	CHECK_STR(print(&b, part_hardware_text),
		  "  cpu        4294967295, the last one at an unknown time\n");
	end(&b);
}

RUN(errors_are_listed, none_is_no_part_of_the_text, programs_get_all_kinds, hostile_time)
