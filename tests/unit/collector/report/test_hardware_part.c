/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_hardware_part.c - hardware errors that the kernel counts */
#include "report/part.h"

#include "base/log.h"
#include "check.h"
#include "fix_btf.h"
#include "fix_symbols.h"
#include "kernel/kernel.h"

#include <string.h>

#define NR_FUNCS 600 /* fewer are no symbol table of a kernel */
#define TABLE	 0x21000
#define KINDS	 3

struct bench {
	struct fix *f;
	struct source *src;
	struct fix_btf types;
	struct report r;
	char *text;
};

static void make_types(struct fix_btf *b)
{
	static const struct fix_btf_value kinds[] = { { "HWERR_RECOV_CPU", 0 },
						      { "HWERR_RECOV_MEMORY", 1 },
						      { "HWERR_RECOV_MAX", 99 },
						      { NULL, 0 } };
	uint32_t num, time, counter;

	fix_btf_open(b, NULL);
	num = fix_btf_int(b, "int", 4, true);
	time = fix_btf_int(b, "long long", 8, true);
	counter =
		fix_btf_struct(b, "atomic", 4, &(struct fix_btf_member){ "counter", num, 0, 0 }, 1);
	fix_btf_struct(b, "hwerr_info", 16,
		       (struct fix_btf_member[]){ { "count", counter, 0, 0 },
						  { "timestamp", time, 64, 0 } },
		       2);
	fix_btf_enum(b, "hwerr_error_type", kinds);
	fix_btf_done(b);
}

static void make_symbols(struct fix *f)
{
	static char text[NR_FUNCS][16];
	struct fix_symbol sym[NR_FUNCS + 4];
	struct fix_ksyms t;
	uint32_t n = 0;

	sym[n++] = (struct fix_symbol){ f->image_va, "T_stext" };
	for (uint32_t i = 0; i < NR_FUNCS; i++) {
		snprintf(text[i], sizeof(text[i]), "Tfunc_%u", i);
		sym[n++] = (struct fix_symbol){ f->image_va + 16 * i, text[i] };
	}
	sym[n++] = (struct fix_symbol){ f->image_va + 0x20000, "T_etext" };
	sym[n++] = (struct fix_symbol){ f->image_va + TABLE, "bhwerr_data" };
	sym[n++] = (struct fix_symbol){ f->image_va + TABLE + KINDS * 16, "Dnext_one" };
	fix_ksyms(f, FIX_KSYMS_6_12, sym, n, &t);
	fix_ksyms_tell(f, FIX_KSYMS_6_12, &t);
}

static void begin(struct bench *b)
{
	log_setup(0, false);
	*b = (struct bench){ .f = fix_new() };
	fix_machine(b->f, &(struct fix_opts){ .era = "6.12" });
	make_symbols(b->f);
	make_types(&b->types);
}

static void count(struct bench *b, unsigned kind, uint32_t nr, int64_t last)
{
	uint64_t at = b->f->image_pa + TABLE + kind * 16;

	fix_poke(b->f, at, nr, 4);
	fix_poke(b->f, at + 8, (uint64_t)last, 8);
}

static const char *print(struct bench *b, int (*part)(struct report *r, FILE *f))
{
	struct report *r = &b->r;
	size_t len;
	FILE *f = open_memstream(&b->text, &len);

	b->src = fix_source(b->f);
	CHECK_EQ(kernel_open(b->src, &r->k), 0);
	CHECK_EQ(view_open(b->src, &r->v), 0);
	CHECK_EQ(kallsyms_open(r->k, r->v, &r->syms), 0);
	r->mem = kallsyms_kmem(r->syms);
	CHECK_EQ(btf_open_blob((struct blob){ b->types.blob, b->types.len }, &r->btf), 0);
	CHECK_EQ(part(r, f), 0);
	CHECK_EQ(fclose(f), 0);
	return b->text;
}

static void end(struct bench *b)
{
	free(b->text);
	btf_close(b->r.btf);
	kallsyms_close(b->r.syms);
	view_close(b->r.v);
	kernel_close(b->r.k);
	source_close(b->src);
	fix_btf_close(&b->types);
	fix_free(b->f);
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
