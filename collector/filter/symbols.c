/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symbols.c - open the symbols, types and CPUs of the dump */
#include "filter/symbols.h"

#include "kernel/btf_source.h"

void filter_symbols_open(const struct kernel *k, struct view *v, struct filter_symbols *out)
{
	*out = (struct filter_symbols){ 0 };
	if (kallsyms_open(k, v, &out->syms) == 0 &&
	    btf_open_kernel(k, v, out->syms, &out->btf) == 0)
		(void)kcpus_open(out->syms, out->btf, &out->cpus);
}

void filter_symbols_close(struct filter_symbols *s)
{
	kcpus_close(s->cpus);
	btf_close(s->btf);
	kallsyms_close(s->syms);
	*s = (struct filter_symbols){ 0 };
}

void page_rules_learn(struct page_rules *r, struct btf *btf)
{
	int64_t type;

	if (btf_enumerator(btf, "pagetype", "PGTY_zsmalloc", &type) == 0 && type > 0xf0 &&
	    type <= 0xff)
		r->zsmalloc = (struct page_type){ 0xff000000, (uint32_t)type << 24 };
}
