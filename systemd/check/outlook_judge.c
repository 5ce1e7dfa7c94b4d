/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outlook_judge.c - turn the figures into warnings */
#include "systemd/check/outlook.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define MIB    (UINT64_C(1) << 20)
/* With less the capture does not start to write a dump. */
#define LEAST  (2 * MIB)

/* Of a warning, see struct outlook_warning. */
#define LOSS   1u
#define MEMORY 2u

static void __attribute__((format(printf, 3, 4))) warn(struct outlook *o, unsigned flags,
						       const char *fmt, ...)
{
	struct outlook_warning *w = &o->warning[o->nr_warnings];
	va_list ap;

	if (o->nr_warnings == OUTLOOK_WARNINGS)
		return;
	o->nr_warnings++;
	w->loss = flags & LOSS;
	w->memory = flags & MEMORY;
	va_start(ap, fmt);
	text_set_va(w->text, sizeof(w->text), fmt, ap);
	va_end(ap);
}

static void judge_memory(struct outlook *o)
{
	const struct measure_memory *m = &o->memory;

	if (m->reserved == 0)
		warn(o, MEMORY | LOSS,
		     "no memory is reserved; run \"kdumpctl reset-crashkernel\" and reboot");
	else if (m->reserved < m->fixed && m->cma)
		warn(o, MEMORY | LOSS,
		     "%" PRIu64 " MB are reserved besides CMA, but kernel, modules and image need "
		     "%" PRIu64 " MB of their own: a crash will probably not be saved",
		     m->reserved / MIB, m->fixed / MIB);
	else if (m->reserved + m->cma < m->need)
		warn(o, MEMORY | LOSS,
		     "%" PRIu64 " MB are reserved, but this kernel and image need %" PRIu64
		     " MB: a crash will probably not be saved; set crashkernel=%" PRIu64 "M",
		     m->reserved / MIB, m->need / MIB, m->recommended / MIB);
	else if (m->reserved + m->cma < m->recommended)
		warn(o, MEMORY,
		     "%" PRIu64 " MB are reserved, %" PRIu64 " MB are recommended; it may do, "
		     "try it with \"kdumpctl test --crash\"",
		     m->reserved / MIB, m->recommended / MIB);
}

/* True: less than min_free is free already, whatever the size of a dump. */
static bool judge_min_free(struct outlook *o, uint64_t space)
{
	if (space >= o->min_free + LEAST)
		return false;
	if (o->min_free)
		warn(o, o->removes_some ? 0 : LOSS,
		     "min_free requires %" PRIu64 " MB to stay free, and %s has %" PRIu64
		     " MB free: a crash will probably not be saved; free some space there, or set "
		     "min_free lower",
		     o->min_free / MIB, o->target, o->free / MIB);
	else
		warn(o, LOSS,
		     "%s is full (%" PRIu64
		     " MB free): a crash will probably not be saved; free some space there",
		     o->target, o->free / MIB);
	return true;
}

static void judge_space(struct outlook *o)
{
	uint64_t space = o->free + o->removable;

	if (judge_min_free(o, space) || !o->has_dump)
		return;
	if (o->dump.written + o->min_free > space)
		warn(o, o->removes_some ? 0 : LOSS,
		     "a dump taken now would need %" PRIu64 " MB, %s has %" PRIu64 " MB free%s: a "
		     "crash will probably not be saved completely; free some space there",
		     o->dump.written / MIB, o->target, o->free / MIB,
		     o->min_free ? ", of which min_free must stay free" : "");
}

void outlook_judge(struct outlook *o)
{
	o->nr_warnings = 0;
	if (o->has_memory)
		judge_memory(o);
	if (o->no_target[0])
		warn(o, LOSS, "a dump could not be saved now: %s", o->no_target);
	if (o->has_free)
		judge_space(o);
}
