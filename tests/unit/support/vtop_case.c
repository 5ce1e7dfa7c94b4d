/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vtop_case.c - a made-up machine whose kernel is opened */
#include "vtop_case.h"

#include "base/err.h"
#include "check.h"

struct vtop_case vtop_open(struct fix *f)
{
	struct vtop_case o = { .f = f, .src = fix_source(f) };

	CHECK_EQ(kernel_open(o.src, &o.k), 0);
	CHECK_EQ(view_open(o.src, &o.v), 0);
	return o;
}

void vtop_close(struct vtop_case *o)
{
	view_close(o->v);
	kernel_close(o->k);
	source_close(o->src);
	fix_free(o->f);
	fail_clear();
}

void vtop_expect(const struct vtop_case *o, uint64_t va, uint64_t pa, uint64_t left)
{
	uint64_t got_pa = 0, got_left = 0;

	CHECK_EQ(kernel_vtop(o->k, o->v, va, &got_pa, &got_left), 0);
	CHECK_EQ(got_pa, pa);
	CHECK_EQ(got_left, left);
}

int vtop_code(const struct vtop_case *o, uint64_t va)
{
	uint64_t pa, left;
	int rc = kernel_vtop(o->k, o->v, va, &pa, &left);

	fail_clear();
	return rc;
}
