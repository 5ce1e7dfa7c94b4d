/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_stack_x86_64.c - stacks of a kernel without ORC, and which code is a call */
#include "kernel/stack_arch.h"

#include "base/err.h"
#include "base/util.h"
#include "kernel/unwind.h"
#include "report_case.h"

#include <string.h>

#define STACK 16384u

/* What lies where on the stack. */
enum {
	TASK_SP = 0x100,
	SCHEDULE = 0x200,
	CALLER = 0x300,
	REGS = 0x400,
	OLDER = 0x600,
	ENTRY = 0x700
};
/* Offsets in struct pt_regs. */
enum { BP = 32, IP = 128, CS = 136, SP = 152 };

struct machine {
	struct report_case c;
	uint64_t stack, task; /* pa */
	struct unwinder *u;
	struct unwind out;
};

static void make_types(struct fix_btf *b)
{
	uint32_t num = fix_btf_int(b, "unsigned long", 8, false), thread;

	thread = fix_btf_struct(b, "thread_struct", 8,
				(struct fix_btf_member[]){ { "sp", num, 0, 0 } }, 1);
	fix_btf_struct(b, "task_struct", 64,
		       (struct fix_btf_member[]){ { "thread", thread, 128, 0 } }, 1);
	fix_btf_struct(b, "inactive_task_frame", 16,
		       (struct fix_btf_member[]){ { "bp", num, 0, 0 }, { "ret_addr", num, 64, 0 } },
		       2);
}

static uint64_t func(const struct machine *m, unsigned i)
{
	return m->c.f->image_va + 16 * i + 8;
}

static uint64_t at(const struct machine *m, uint64_t off)
{
	return fix_va(m->c.f, m->stack + off);
}

static void push(struct machine *m, uint64_t off, uint64_t value)
{
	fix_poke(m->c.f, m->stack + off, value, 8);
}

static void record(struct machine *m, uint64_t off, uint64_t caller, uint64_t ip)
{
	push(m, off, caller);
	push(m, off + 8, ip);
}

/*
 * A task in the scheduler, which was called in an interrupt, which came in a system call. cs: of
 * the registers that entered the kernel; 0: it is a kernel thread.
 */
static void begin_with(struct machine *m, uint64_t cs, const struct fix_symbol *sym, uint32_t nr)
{
	report_case_new(&m->c, make_types, sym, nr);
	m->stack = fix_alloc(m->c.f, STACK);
	m->task = fix_alloc(m->c.f, 4096);
	fix_poke(m->c.f, m->task + 16, at(m, TASK_SP), 8);
	record(m, TASK_SP, at(m, SCHEDULE), func(m, 1));
	record(m, SCHEDULE, at(m, CALLER), func(m, 2));
	record(m, CALLER, at(m, REGS) + 1, func(m, 3));
	push(m, REGS + IP, func(m, 4));
	push(m, REGS + CS, 0x10);
	push(m, REGS + SP, at(m, OLDER - 0x40));
	push(m, REGS + BP, at(m, OLDER));
	record(m, OLDER, at(m, ENTRY), func(m, 5));
	record(m, ENTRY, 0, func(m, 6));
	push(m, ENTRY + 16 + IP, 0x401000);
	push(m, ENTRY + 16 + CS, cs);
}

static void begin(struct machine *m, uint64_t cs)
{
	begin_with(m, cs, NULL, 0);
}

static void start(struct machine *m)
{
	report_case_open(&m->c);
	CHECK_EQ(unwinder_open(m->c.r.syms, m->c.r.btf, NULL, &m->u), 0);
	CHECK_EQ(unwind_sleeping(m->u, fix_va(m->c.f, m->task), &m->out), 0);
}

static void end(struct machine *m)
{
	unwinder_close(m->u);
	report_case_end(&m->c);
	fail_clear();
}

static void expect(const struct machine *m, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		CHECK_EQ(m->out.frame[i].ip, func(m, i + 1));
		CHECK_EQ(m->out.frame[i].exact, i == 3);
		CHECK(!m->out.frame[i].guessed);
	}
	CHECK_EQ(m->out.nr, nr);
}

TEST(frame_pointers)
{
	struct machine m = { .u = NULL };

	begin(&m, 0x33);
	start(&m);
	expect(&m, 6);
	CHECK_EQ(m.out.end, UNWIND_USER);
	CHECK_EQ(m.out.user_regs, at(&m, ENTRY + 16));
	end(&m);
}

TEST(kernel_thread)
{
	struct machine m = { .u = NULL };

	begin(&m, 0);
	start(&m);
	expect(&m, 6);
	CHECK_EQ(m.out.end, UNWIND_END);
	end(&m);
}

/* A register that is used for something else, or that leads back: the stack is searched. */
TEST(no_frame_pointer)
{
	static const uint64_t bad[] = { 7 * 8, 0xffff888000000000, 4 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct machine m = { .u = NULL };

		begin(&m, 0x33);
		push(&m, SCHEDULE, bad[i]);
		start(&m);
		expect(&m, 2);
		CHECK_EQ(m.out.end, UNWIND_LOST);
		end(&m);
	}
}

/* Frames in a circle end. */
TEST(circle)
{
	struct machine m = { .u = NULL };

	begin(&m, 0x33);
	push(&m, REGS + BP, at(&m, REGS) + 1);
	start(&m);
	CHECK_OP(m.out.nr, <=, UNWIND_MAX);
	CHECK_EQ(m.out.end, UNWIND_LOST);
	end(&m);
}

/* A BPF program, which no table of ORC covers, keeps a frame pointer. */
TEST(generated_code)
{
	enum { TABLE = 0x30000, ENTRIES = 0x30010, CODE = 0x3000 };
	static const struct fix_symbol orc[] = { { TABLE, "R__start_orc_unwind_ip" },
						 { TABLE + 4, "R__stop_orc_unwind_ip" },
						 { ENTRIES, "R__start_orc_unwind" } };
	struct machine m = { .u = NULL };

	begin_with(&m, 0x33, orc, ARRAY_SIZE(orc));
	fix_poke(m.c.f, m.c.f->image_pa + TABLE, 0 - (uint64_t)TABLE, 4); /* all code */
	fix_poke(m.c.f, m.c.f->image_pa + ENTRIES, 16, 2);		  /* a frame of 16 bytes */
	fix_poke(m.c.f, m.c.f->image_pa + ENTRIES + 4, 5, 2);		  /* by the stack pointer */
	push(&m, TASK_SP + 24, at(&m, CODE));
	record(&m, SCHEDULE, 7, func(&m, 2));
	fix_poke(m.c.f, m.c.f->image_pa + 2 * 16 + 8 - 5, 0xe8, 1);
	start(&m);
	CHECK_OP(m.out.nr, >=, 3);
	CHECK_EQ(m.out.frame[0].ip, func(&m, 1));
	CHECK_EQ(m.out.frame[1].ip, at(&m, CODE));
	CHECK_EQ(m.out.frame[2].ip, func(&m, 2));
	CHECK(!m.out.frame[1].guessed && !m.out.frame[2].guessed);
	end(&m);
}

TEST(calls)
{
	static const struct {
		uint8_t code[7];
		enum stack_call call;
	} of[] = {
		{ { 0x90, 0x90, 0xe8, 0xfb, 0xff, 0xff, 0xff }, DIRECT_CALL },
		{ { 0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xd0 }, INDIRECT_CALL }, /* *%rax */
		{ { 0x90, 0x90, 0x90, 0x90, 0xff, 0x50, 0x18 }, INDIRECT_CALL }, /* *0x18(%rax) */
		{ { 0x90, 0x90, 0x41, 0xff, 0x54, 0x24, 8 }, INDIRECT_CALL },	 /* *8(%r12) */
		{ { 0x90, 0xff, 0x15, 1, 0, 0, 0 }, INDIRECT_CALL },		 /* *1(%rip) */
		{ { 0xff, 0x14, 0xc5, 0, 0, 0, 0x80 }, INDIRECT_CALL },	   /* *table(,%rax,8) */
		{ { 0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xe0 }, NO_CALL }, /* jmp *%rax */
		{ { 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90 }, NO_CALL },
	};
	struct machine m = { .u = NULL };

	begin(&m, 0x33);
	for (size_t i = 0; i < ARRAY_SIZE(of); i++)
		fix_write(m.c.f, m.stack + 16 * i, of[i].code, sizeof(of[i].code));
	report_case_open(&m.c);
	for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
		uint64_t ip = at(&m, 16 * i + sizeof(of[i].code)), target;

		CHECK_EQ(stack_x86_64.call_before(m.c.r.mem, ip, &target), of[i].call);
		CHECK_EQ(target, of[i].call == DIRECT_CALL ? ip - 5 : 0);
	}
	end(&m);
}

RUN(frame_pointers, kernel_thread, no_frame_pointer, circle, generated_code, calls)
