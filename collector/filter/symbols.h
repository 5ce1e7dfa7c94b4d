/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symbols.h - what filtering takes from the symbols and types in the dump, opened once */
#ifndef FILTER_SYMBOLS_H
#define FILTER_SYMBOLS_H

#include "filter/classify.h"
#include "kernel/btf.h"
#include "kernel/cpus.h"
#include "kernel/kallsyms.h"

/* NULL: not in the dump; each one needs those above it. */
struct filter_symbols {
	struct kallsyms *syms;
	struct btf *btf;
	struct kcpus *cpus;
};

/*
 * Cannot fail; the error trail has the reason why something is missing. For one thread; the kernel
 * and the view are borrowed.
 */
void filter_symbols_open(const struct kernel *k, struct view *v, struct filter_symbols *out);
void filter_symbols_close(struct filter_symbols *s);

/* Add to r what no vmcoreinfo tells: the type of zsmalloc's pages, since 6.12. */
void page_rules_learn(struct page_rules *r, struct btf *btf);

#endif
