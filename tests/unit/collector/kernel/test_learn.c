/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_learn.c - facts from the dump's own symbols and types, beside vmcoreinfo */
#include "kernel/learn.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fix_btf.h"
#include "fix_symbols.h"

#include <string.h>

#define NR_FUNCS 600

/* Lines that were logged. */
static char logged[8192];

static void seen(void *arg, enum log_kind kind, const char *line)
{
	(void)arg;
	if (kind == LOG_ERROR)
		strncat(logged, line, sizeof(logged) - strlen(logged) - 1);
}

static void make_types(struct fix_btf *b)
{
	const struct fix_btf_value flags[] = { { "PG_lru", 4 }, { "PG_head", 16 }, { NULL, 0 } };
	const struct fix_btf_value types[] = { { "PGTY_slab", 0xf5 }, { NULL, 0 } };
	uint32_t num;

	fix_btf_open(b, NULL);
	num = fix_btf_int(b, "unsigned long", 8, false);
	fix_btf_struct(b, "page", 64,
		       (struct fix_btf_member[]){ { "flags", num, 0, 0 },
						  { "mapping", num, 192, 0 },
						  { "private", num, 320, 0 } },
		       3);
	fix_btf_struct(
		b, "zone", 1536,
		(struct fix_btf_member[]){ { "free_area", fix_btf_array(b, num, 11), 64, 0 } }, 1);
	fix_btf_enum(b, "pageflags", flags);
	fix_btf_enum(b, "pagetype", types);
	fix_btf_done(b);
}

/* A machine of 6.1 with tables of its own in the image. */
static void make(struct fix *f, struct fix_ksyms *t)
{
	static char text[NR_FUNCS][16];
	static struct fix_symbol sym[NR_FUNCS + 16];
	uint64_t vars, btf, va = f->image_va;
	struct fix_btf b;
	uint32_t nr = 0;

	make_types(&b);
	vars = fix_image_va(f, fix_alloc_image(f, 8192));
	btf = fix_alloc_image(f, b.len);
	fix_write(f, btf, b.blob, b.len);
	btf = fix_image_va(f, btf);
	fix_poke(f, f->image_pa + (vars - va), (uint64_t)(f->image_pa - (va - FIX_KERNEL_MAP)), 8);
	fix_poke(f, f->image_pa + (vars + 64 - va), 0xffff888012340000, 8);
	fix_write(f, f->image_pa + (vars + 512 - va), "Linux version 6.1.0-30-amd64 (gcc)", 35);
	sym[nr++] = (struct fix_symbol){ va, "T_stext" };
	sym[nr++] = (struct fix_symbol){ va, "T_text" };
	/* Symbols rise: init_uts_ns and init_top_pgt are where fix_machine put them. */
	sym[nr++] = (struct fix_symbol){ fix_image_va(f, f->root_pa), "Dinit_top_pgt" };
	sym[nr++] =
		(struct fix_symbol){ (uint64_t)fix_fact(f, "SYMBOL(init_uts_ns)"), "Dinit_uts_ns" };
	sym[nr++] = (struct fix_symbol){ vars, "Dphys_base" };
	sym[nr++] = (struct fix_symbol){ vars + 64, "Dmem_section" };
	sym[nr++] = (struct fix_symbol){ vars + 128, "Dprb" };
	sym[nr++] = (struct fix_symbol){ vars + 512, "Dlinux_banner" };
	for (uint32_t i = 0; i < NR_FUNCS; i++) {
		snprintf(text[i], sizeof(text[i]), "Tfunc_%u", i);
		sym[nr++] = (struct fix_symbol){ vars + 1024 + 8 * i, text[i] };
	}
	sym[nr++] = (struct fix_symbol){ btf, "R__start_BTF" };
	sym[nr++] = (struct fix_symbol){ btf + b.len, "R__stop_BTF" };
	fix_ksyms(f, FIX_KSYMS_6_1, sym, nr, t);
	fix_btf_close(&b);
}

struct opened {
	struct fix *f;
	struct source *src;
	struct kernel *k;
	struct view *v;
};

static struct opened open_with(void (*change)(struct fix *f))
{
	struct opened o = { .f = fix_new() };
	struct fix_ksyms t;

	logged[0] = '\0';
	log_setup(0, false);
	log_watch(seen, NULL);
	fix_machine(o.f, &(struct fix_opts){ .era = "6.1" });
	make(o.f, &t);
	if (change)
		change(o.f);
	o.src = fix_source(o.f);
	CHECK_EQ(kernel_open(o.src, &o.k), 0);
	CHECK_EQ(view_open(o.src, &o.v), 0);
	return o;
}

static void close_all(struct opened *o)
{
	log_watch(NULL, NULL);
	view_close(o->v);
	kernel_close(o->k);
	source_close(o->src);
	fix_free(o->f);
	fail_clear();
}

/* vmcoreinfo has what it takes to translate: nothing is read. Then only what it lacks is added. */
TEST(added)
{
	struct opened o = open_with(NULL);
	int64_t mapping = o.k->layout.off_page_mapping;

	CHECK(o.k->vtop_works && !o.k->learned);
	o.k->layout.off_page_mapping = LAYOUT_UNKNOWN;
	o.k->layout.num_PG_lru = LAYOUT_UNKNOWN;
	o.k->layout.num_PG_head_mask = LAYOUT_UNKNOWN;
	o.k->layout.len_zone_free_area = LAYOUT_UNKNOWN;
	CHECK(!known(o.k->layout.sym_prb) && !known(o.k->layout.sym_mem_section));
	kernel_learn(o.k, o.v);
	CHECK_EQ(o.k->layout.off_page_mapping, mapping);
	CHECK_EQ(o.k->layout.num_PG_lru, 4);
	CHECK_EQ(o.k->layout.num_PG_head_mask, 65536);
	CHECK_EQ(o.k->layout.len_zone_free_area, 11);
	CHECK_EQ(o.k->layout.num_PAGE_SLAB_MAPCOUNT_VALUE, (int32_t)0xf5000000);
	CHECK_EQ((uint64_t)o.k->layout.sym_mem_section, 0xffff888012340000);
	CHECK(known(o.k->layout.sym_prb));
	CHECK_STR(logged, "");
	close_all(&o);
}

static void wrong_offset(struct fix *f)
{
	fix_key_drop(f, "OFFSET(page.private)");
	fix_key(f, "OFFSET(page.private)=48");
}

/* vmcoreinfo wins, and somebody is told. */
TEST(disagreement)
{
	struct opened o = open_with(wrong_offset);

	kernel_learn(o.k, o.v);
	CHECK_EQ(o.k->layout.off_page_private, 48);
	CHECK(strstr(logged, "OFFSET(page.private): vmcoreinfo says 48, "));
	CHECK(strstr(logged, " 40; vmcoreinfo is believed"));
	close_all(&o);
}

static void forget_all(struct fix *f)
{
	f->info_len = 0;
}

/* Without vmcoreinfo: addresses, release and facts come from the tables. */
TEST(no_vmcoreinfo)
{
	struct opened o = open_with(forget_all);

	CHECK(o.k->learned && o.k->vtop_works);
	CHECK_STR(o.k->release, "6.1.0-30-amd64");
	CHECK_EQ(o.k->layout.size_page, 64);
	CHECK_EQ(o.k->layout.off_page_private, 40);
	close_all(&o);
}

/* A second call does nothing: what is missing stays missing. */
TEST(once)
{
	struct opened o = open_with(NULL);

	kernel_learn(o.k, o.v);
	CHECK(o.k->learned);
	o.k->layout.off_page_private = LAYOUT_UNKNOWN;
	kernel_learn(o.k, o.v);
	CHECK(!known(o.k->layout.off_page_private));
	close_all(&o);
}

RUN(added, disagreement, no_vmcoreinfo, once)
