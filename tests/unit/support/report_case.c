/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_case.c - for unit tests: a small machine with symbols and types, to report on */
#include "report_case.h"

#define MORE 6

/* more: at most MORE symbols behind the text; their addresses are offsets in the image. */
static void report_case_symbols(struct fix *f, const struct fix_symbol *more, uint32_t nr_more)
{
	static char text[REPORT_CASE_FUNCS][16];
	struct fix_symbol sym[REPORT_CASE_FUNCS + 2 + MORE];
	struct fix_ksyms t;
	uint32_t n = 0;

	sym[n++] = (struct fix_symbol){ f->image_va, "T_stext" };
	for (uint32_t i = 0; i < REPORT_CASE_FUNCS; i++) {
		snprintf(text[i], sizeof(text[i]), "Tfunc_%u", i);
		sym[n++] = (struct fix_symbol){ f->image_va + 16 * i, text[i] };
	}
	sym[n++] = (struct fix_symbol){ f->image_va + 0x20000, "T_etext" };
	for (uint32_t i = 0; i < nr_more && i < MORE; i++)
		sym[n++] = (struct fix_symbol){ f->image_va + more[i].va, more[i].name };
	fix_ksyms(f, FIX_KSYMS_6_12, sym, n, &t);
	fix_ksyms_tell(f, FIX_KSYMS_6_12, &t);
}

void report_case_new(struct report_case *c, void (*types)(struct fix_btf *b),
		     const struct fix_symbol *more, uint32_t nr_more)
{
	log_setup(0, false);
	*c = (struct report_case){ .f = fix_new() };
	fix_machine(c->f, &(struct fix_opts){ .era = "6.12" });
	report_case_symbols(c->f, more, nr_more);
	fix_btf_open(&c->types, NULL);
	types(&c->types);
	fix_btf_done(&c->types);
}

void report_case_open(struct report_case *c)
{
	struct report *r = &c->r;

	c->src = fix_source(c->f);
	CHECK_EQ(kernel_open(c->src, &r->k), 0);
	CHECK_EQ(view_open(c->src, &r->v), 0);
	CHECK_EQ(kallsyms_open(r->k, r->v, &r->syms), 0);
	r->mem = kallsyms_kmem(r->syms);
	CHECK_EQ(btf_open_blob((struct blob){ c->types.blob, c->types.len }, &r->btf), 0);
}

void report_case_end(struct report_case *c)
{
	btf_close(c->r.btf);
	kallsyms_close(c->r.syms);
	view_close(c->r.v);
	kernel_close(c->r.k);
	source_close(c->src);
	fix_btf_close(&c->types);
	fix_free(c->f);
}
