/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vtop_case.h - a made-up machine whose kernel is opened, to translate addresses with */
#ifndef VTOP_CASE_H
#define VTOP_CASE_H

#include "fixture.h"
#include "kernel/kernel.h"

struct vtop_case {
	struct fix *f;
	struct source *src;
	struct kernel *k;
	struct view *v;
};

/* Open the machine as it is now; vtop_close() frees it, too. */
struct vtop_case vtop_open(struct fix *f);
void vtop_close(struct vtop_case *o);

/* va is at pa, and the mapping goes on for left bytes. */
void vtop_expect(const struct vtop_case *o, uint64_t va, uint64_t pa, uint64_t left);

/* What kernel_vtop() returns. */
int vtop_code(const struct vtop_case *o, uint64_t va);

#endif
