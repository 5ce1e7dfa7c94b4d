/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_case.h - for unit tests: a small machine with symbols and types, to report on
 *
 *     report_case_new  ->  fix_poke ...  ->  report_case_open  ->  report_case_end
 */
#ifndef REPORT_CASE_H
#define REPORT_CASE_H

#include "base/log.h"
#include "check.h"
#include "fix_btf.h"
#include "fix_symbols.h"
#include "kernel/kernel.h"
#include "report/report.h"

#define REPORT_CASE_FUNCS 600 /* fewer are no symbol table of a kernel */

struct report_case {
	struct fix *f;
	struct source *src;
	struct fix_btf types;
	struct report r; /* k, v, syms, mem and btf */
};

/* A machine with functions func_N, these symbols and the types; to be changed before it is opened.
 */
void report_case_new(struct report_case *c, void (*types)(struct fix_btf *b),
		     const struct fix_symbol *more, uint32_t nr_more);

/* Open what a report reads of it. */
void report_case_open(struct report_case *c);

/* Close and free all of it. */
void report_case_end(struct report_case *c);

#endif
