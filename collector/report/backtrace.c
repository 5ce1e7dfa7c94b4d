/* SPDX-License-Identifier: GPL-2.0-or-later */
/* backtrace.c - a walked stack as text and as JSON */
#include "report/backtrace.h"
#include "report/regs_arch.h"

#include <inttypes.h>

/* Those of user space; NULL: they cannot be read. */
static const struct regs_arch *read_regs(struct report *r, const struct unwind *w,
					 uint64_t out[REGS_MAX])
{
	const struct regs_arch *a = w->user_regs ? regs_arch_of(r) : NULL;

	return a && kmem_read(r->mem, w->user_regs, out, a->nr * sizeof(out[0])) == 0 ? a : NULL;
}

static void print_regs(struct report *r, const struct unwind *w, FILE *f)
{
	uint64_t reg[REGS_MAX];
	const struct regs_arch *a = read_regs(r, w, reg);

	fprintf(f, "    (user space)");
	for (unsigned i = 0; a && i < a->nr_order; i++)
		fprintf(f, "%s%s %016" PRIx64, i % 4 ? "  " : "\n      ", a->name[a->order[i]],
			reg[a->order[i]]);
	fputc('\n', f);
}

/* Frames from i on that are the same: a function that calls itself. */
static unsigned nr_same(const struct unwind *w, unsigned i)
{
	unsigned nr = 1;

	while (i + nr < w->nr && w->frame[i + nr].ip == w->frame[i].ip &&
	       w->frame[i + nr].guessed == w->frame[i].guessed &&
	       w->frame[i + nr].exact == w->frame[i].exact)
		nr++;
	return nr;
}

void backtrace_text(struct report *r, const struct unwind *w, FILE *f)
{
	char symbol[REPORT_SYMBOL_SIZE];

	for (unsigned i = 0, same; i < w->nr; i += same) {
		same = nr_same(w, i);
		report_symbol(r, w->frame[i].ip, w->frame[i].exact, symbol);
		fprintf(f, "    %s%s\n", w->frame[i].guessed ? "? " : "", symbol);
		if (same > 1)
			fprintf(f, "    (the same %u times more)\n", same - 1);
	}
	if (w->end == UNWIND_USER)
		print_regs(r, w, f);
	else if (w->end == UNWIND_CUT)
		fprintf(f, "    (more frames than %u)\n", UNWIND_MAX);
	else if (w->end == UNWIND_LOST)
		fprintf(f, "    (the rest of the stack cannot be followed)\n");
}

void backtrace_json(struct report *r, const struct unwind *w, struct json *j)
{
	static const char *const end[] = { [UNWIND_END] = "start",
					   [UNWIND_USER] = "user",
					   [UNWIND_CUT] = "cut",
					   [UNWIND_LOST] = "lost" };
	char symbol[REPORT_SYMBOL_SIZE + 2];
	const struct regs_arch *a;
	uint64_t reg[REGS_MAX];

	json_list(j, "frames");
	for (unsigned i = 0; i < w->nr; i++) {
		bool guessed = w->frame[i].guessed;

		symbol[0] = '?';
		symbol[1] = ' ';
		report_symbol(r, w->frame[i].ip, w->frame[i].exact, symbol + 2);
		json_text(j, NULL, guessed ? symbol : symbol + 2);
	}
	json_end(j);
	json_text(j, "end", end[w->end]);
	a = read_regs(r, w, reg);
	if (!a)
		return;
	json_object(j, "user_regs");
	for (unsigned i = 0; i < a->nr_order; i++)
		json_address(j, a->name[a->order[i]], reg[a->order[i]]);
	json_end(j);
}
