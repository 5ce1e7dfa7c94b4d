/* SPDX-License-Identifier: GPL-2.0-or-later */
/* backtrace.c - a walked stack as text and as JSON */
#include "report/backtrace.h"

#include "base/util.h"

#include <inttypes.h>

/* struct pt_regs of x86_64, as it is on the stack. */
static const char *const reg_name[] = { "r15", "r14",	   "r13", "r12", "rbp",	   "rbx", "r11",
					"r10", "r9",	   "r8",  "rax", "rcx",	   "rdx", "rsi",
					"rdi", "orig_rax", "rip", "cs",	 "rflags", "rsp", "ss" };

/* In the order in which the kernel prints them. */
static const uint8_t reg_order[] = { 16, 19, 18, 10, 5, 11, 12, 13, 14, 4,
				     9,	 8,  7,	 6,  3, 2,  1,	0,  15 };

static bool read_regs(struct report *r, const struct unwind *w, uint64_t out[21])
{
	return w->user_regs && kmem_read(r->mem, w->user_regs, out, 21 * sizeof(out[0])) == 0;
}

static void print_regs(struct report *r, const struct unwind *w, FILE *f)
{
	uint64_t reg[ARRAY_SIZE(reg_name)];

	if (!read_regs(r, w, reg)) {
		fprintf(f, "    (user space)\n");
		return;
	}
	fprintf(f, "    (user space)");
	for (size_t i = 0; i < ARRAY_SIZE(reg_order); i++)
		fprintf(f, "%s%s %016" PRIx64, i % 4 ? "  " : "\n      ", reg_name[reg_order[i]],
			reg[reg_order[i]]);
	fputc('\n', f);
}

void backtrace_text(struct report *r, const struct unwind *w, FILE *f)
{
	char symbol[REPORT_SYMBOL_SIZE];

	for (unsigned i = 0; i < w->nr; i++) {
		report_symbol(r, w->frame[i].ip, w->frame[i].exact, symbol);
		fprintf(f, "    %s%s\n", w->frame[i].guessed ? "? " : "", symbol);
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
	uint64_t reg[ARRAY_SIZE(reg_name)];
	char symbol[REPORT_SYMBOL_SIZE + 2];

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
	if (!read_regs(r, w, reg))
		return;
	json_object(j, "user_regs");
	for (size_t i = 0; i < ARRAY_SIZE(reg_order); i++)
		json_address(j, reg_name[reg_order[i]], reg[reg_order[i]]);
	json_end(j);
}
