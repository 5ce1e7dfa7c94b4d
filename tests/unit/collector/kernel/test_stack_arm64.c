/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_stack_arm64.c - stacks of an arm64 kernel from an exception on */
#include "kernel/unwind.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fix_btf.h"
#include "fix_symbols.h"

#include <string.h>

#define NR_FUNCS 8
#define FUNC	 64 /* bytes of a function */
#define NOP	 0xd503201fu
#define BLR	 0xd63f0100u /* x8 */
#define PAC	 (0x55ull << 48)
#define EL1H	 5

/* Offsets in the made-up struct pt_regs, and in the stack. */
enum { FP = 29 * 8, LR = 30 * 8, SP = 31 * 8, PC = 32 * 8, PSTATE = 33 * 8, RECORD = 0x130 };
enum { EXCEPTION = 0x1000, CALLER = 0x2000, USER = 0x3e00 };

struct machine {
	struct fix *f;
	struct fix_btf types;
	struct source *src;
	struct kernel *k;
	struct view *v;
	struct kallsyms *syms;
	struct btf *btf;
	struct unwinder *u;
	uint64_t stack, text; /* pa */
	struct unwind out;
};

static uint64_t func(const struct machine *m, unsigned i)
{
	return fix_image_va(m->f, m->text + FUNC * i);
}

/* Word number i of a function. */
static void code(struct machine *m, unsigned function, unsigned i, uint32_t word)
{
	fix_poke(m->f, m->text + FUNC * function + 4 * i, word, 4);
}

static uint64_t at(const struct machine *m, uint64_t off)
{
	return fix_va(m->f, m->stack + off);
}

static void make_types(struct fix_btf *b)
{
	uint32_t num, context, thread, record;

	fix_btf_open(b, NULL);
	num = fix_btf_int(b, "unsigned long", 8, false);
	context = fix_btf_struct(b, "cpu_context", 24,
				 (struct fix_btf_member[]){ { "fp", num, 0, 0 },
							    { "sp", num, 64, 0 },
							    { "pc", num, 128, 0 } },
				 3);
	thread = fix_btf_struct(b, "thread_struct", 24,
				&(struct fix_btf_member){ "cpu_context", context, 0, 0 }, 1);
	fix_btf_struct(b, "task_struct", 64, &(struct fix_btf_member){ "thread", thread, 128, 0 },
		       1);
	record = fix_btf_array(b, num, 2);
	fix_btf_struct(b, "pt_regs", 0x150,
		       &(struct fix_btf_member){ "stackframe", record, RECORD * 8, 0 }, 1);
	fix_btf_done(b);
}

static void make_symbols(const struct machine *m)
{
	static char text[NR_FUNCS][16];
	struct fix_symbol sym[NR_FUNCS + 2];
	struct fix_ksyms t;
	uint32_t nr = 0;

	sym[nr++] = (struct fix_symbol){ m->f->image_va, "T_stext" };
	for (uint32_t i = 0; i < NR_FUNCS; i++) {
		snprintf(text[i], sizeof(text[i]), "Tfunc_%u", i);
		sym[nr++] = (struct fix_symbol){ func(m, i), text[i] };
	}
	sym[nr++] = (struct fix_symbol){ func(m, NR_FUNCS), "T_etext" };
	fix_ksyms(m->f, FIX_KSYMS_6_12, sym, nr, &t);
	fix_ksyms_tell(m->f, FIX_KSYMS_6_12, &t);
}

/* func_1 called func_2 (record at CALLER), which came from user space; func_2 calls by word 4. */
static void begin(struct machine *m)
{
	*m = (struct machine){ .f = fix_new() };
	log_setup(0, false);
	fix_arm64(m->f,
		  &(struct fix_arm64){ .era = "6.12", .page_shift = 12, .built = 48, .used = 48 });
	m->text = fix_alloc_image(m->f, NR_FUNCS * FUNC);
	for (unsigned i = 0; i < NR_FUNCS; i++)
		for (unsigned w = 0; w < 16; w++)
			code(m, i, w, NOP);
	code(m, 1, 1, BLR);
	code(m, 2, 4, 0x94000000u | (64 - 16) / 4); /* bl func_3 */
	m->stack = fix_alloc(m->f, 16384);
	make_symbols(m);
	make_types(&m->types);
	fix_poke(m->f, m->stack + CALLER, at(m, USER + RECORD), 8);
	fix_poke(m->f, m->stack + CALLER + 8, (func(m, 1) + 8) ^ PAC, 8);
	fix_poke(m->f, m->stack + USER + PC, 0x400000, 8);
}

/* The registers of an exception. */
static void exception(struct machine *m, uint64_t pc, uint64_t lr, uint64_t fp)
{
	uint64_t regs = m->stack + EXCEPTION;

	fix_poke(m->f, regs + FP, fp, 8);
	fix_poke(m->f, regs + LR, lr, 8);
	fix_poke(m->f, regs + SP, at(m, CALLER - 0x100), 8);
	fix_poke(m->f, regs + PC, pc, 8);
	fix_poke(m->f, regs + PSTATE, EL1H, 8);
	fix_poke(m->f, regs + RECORD, fp, 8);
	fix_poke(m->f, regs + RECORD + 8, pc, 8);
}

static void start(struct machine *m)
{
	m->src = fix_source(m->f);
	CHECK_EQ(kernel_open(m->src, &m->k), 0);
	CHECK_EQ(view_open(m->src, &m->v), 0);
	CHECK_EQ(kallsyms_open(m->k, m->v, &m->syms), 0);
	CHECK_EQ(btf_open_blob((struct blob){ m->types.blob, m->types.len }, &m->btf), 0);
	CHECK_EQ(unwinder_open(m->syms, m->btf, NULL, &m->u), 0);
}

/* From the exception's registers. */
static void walk_exception(struct machine *m)
{
	uint64_t regs = m->stack + EXCEPTION;

	start(m);
	CHECK_EQ(unwind_from_regs(m->u,
				  &(struct unwind_regs){ .ip = fix_peek(m->f, regs + PC, 8),
							 .sp = fix_peek(m->f, regs + SP, 8),
							 .bp = fix_peek(m->f, regs + FP, 8),
							 .lr = fix_peek(m->f, regs + LR, 8) },
				  &m->out),
		 0);
}

/* The frames are these, up to user space; none of them is a guess. */
static void expect(struct machine *m, const uint64_t *ip, unsigned nr)
{
	for (unsigned i = 0; i < m->out.nr && i < nr; i++) {
		CHECK_EQ(m->out.frame[i].ip, ip[i]);
		CHECK(!m->out.frame[i].guessed);
	}
	CHECK_EQ(m->out.nr, nr);
	CHECK_EQ(m->out.end, UNWIND_USER);
	CHECK_EQ(m->out.user_regs, at(m, USER));
	unwinder_close(m->u);
	btf_close(m->btf);
	kallsyms_close(m->syms);
	view_close(m->v);
	kernel_close(m->k);
	source_close(m->src);
	fix_btf_close(&m->types);
	fix_free(m->f);
	fail_clear();
}

/* A function without a record: its caller is in x30, signed or not. */
TEST(leaf)
{
	for (int signed_too = 0; signed_too < 2; signed_too++) {
		struct machine m;

		begin(&m);
		exception(&m, func(&m, 3) + 8, (func(&m, 2) + 20) ^ (signed_too ? PAC : 0),
			  at(&m, CALLER));
		walk_exception(&m);
		expect(&m, (uint64_t[]){ func(&m, 3) + 8, func(&m, 2) + 20, func(&m, 1) + 8 }, 3);
	}
}

/* A call of a NULL pointer. */
TEST(jump_to_nowhere)
{
	struct machine m;

	begin(&m);
	code(&m, 2, 4, BLR);
	exception(&m, 0, func(&m, 2) + 20, at(&m, CALLER));
	walk_exception(&m);
	expect(&m, (uint64_t[]){ 0, func(&m, 2) + 20, func(&m, 1) + 8 }, 3);
}

/* A BPF program, which is no code of the kernel, keeps frame records as all do. */
TEST(generated_code)
{
	struct machine m;

	begin(&m);
	fix_poke(m.f, m.stack + CALLER - 0x80, at(&m, CALLER), 8);
	fix_poke(m.f, m.stack + CALLER - 0x78, at(&m, 0x100), 8); /* mapped, but no text */
	exception(&m, func(&m, 3) + 8, func(&m, 3) + 4, at(&m, CALLER - 0x80));
	walk_exception(&m);
	expect(&m, (uint64_t[]){ func(&m, 3) + 8, at(&m, 0x100), func(&m, 1) + 8 }, 3);
}

/* x30 after a call that returned is in the function itself: not a caller. */
TEST(after_a_call)
{
	struct machine m;

	begin(&m);
	exception(&m, func(&m, 2) + 28, func(&m, 2) + 20, at(&m, CALLER));
	walk_exception(&m);
	expect(&m, (uint64_t[]){ func(&m, 2) + 28, func(&m, 1) + 8 }, 2);
}

/* Nor is it one more than the record that was just made, or what no call returns to. */
TEST(with_a_record)
{
	struct machine m;

	begin(&m);
	fix_poke(m.f, m.stack + CALLER - 0x80, at(&m, CALLER), 8);
	fix_poke(m.f, m.stack + CALLER - 0x78, (func(&m, 2) + 20) ^ PAC, 8);
	exception(&m, func(&m, 3) + 8, (func(&m, 2) + 20) ^ PAC, at(&m, CALLER - 0x80));
	walk_exception(&m);
	expect(&m, (uint64_t[]){ func(&m, 3) + 8, func(&m, 2) + 20, func(&m, 1) + 8 }, 3);

	begin(&m);
	exception(&m, func(&m, 2) + 28, func(&m, 5) + 20, at(&m, CALLER));
	walk_exception(&m);
	expect(&m, (uint64_t[]){ func(&m, 2) + 28, func(&m, 1) + 8 }, 2);
}

/* The handler's stack leads through the exception to what it interrupted. */
TEST(through_the_exception)
{
	struct machine m;

	begin(&m);
	code(&m, 2, 4, BLR);
	exception(&m, 0, func(&m, 2) + 20, at(&m, CALLER));
	start(&m);
	CHECK_EQ(unwind_from_regs(m.u,
				  &(struct unwind_regs){ .ip = func(&m, 6) + 8,
							 .sp = at(&m, EXCEPTION - 0x40),
							 .bp = at(&m, EXCEPTION + RECORD) },
				  &m.out),
		 0);
	expect(&m, (uint64_t[]){ func(&m, 6) + 8, 0, func(&m, 2) + 20, func(&m, 1) + 8 }, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U6(leaf, jump_to_nowhere, generated_code, after_a_call, with_a_record,
		   through_the_exception),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
