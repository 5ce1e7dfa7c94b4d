/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_orc.c - steps by entries of each format, and walks that must end */
#include "kernel/orc.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fix_btf.h"
#include "fix_symbols.h"

#include <string.h>

#define NR_FUNCS 600
#define FUNC	 0x1000 /* of function 0 in the image; 16 bytes each */

/* Numbers of registers and types as the kernel has them: old until 6.x, new since. */
struct orc_format {
	enum fix_ksyms_era era;
	uint64_t hash; /* of __start_orc_header; 0: there is none */
	unsigned sp, bp, prev_sp, sp_ind;
	unsigned call, regs, partial; /* in bits 8 and up */
	unsigned end;		      /* all bits of the end of a stack */
	unsigned signal;	      /* likewise of an instruction that was interrupted */
	/* Of struct orc_entry in BTF: bits of its type, and if it has these. 0: no BTF. */
	unsigned type_bits;
	bool has_signal, has_end;
};

enum { BEFORE_6_3, SINCE_6_4, RENUMBERED, UNKNOWN_HASH, IN_6_3, WITHOUT_HEADER, NR_FORMATS };

static const struct orc_format formats[NR_FORMATS] = {
	[BEFORE_6_3] = { FIX_KSYMS_5_10, 0, 5, 4, 1, 9, 0, 1, 2, 1 << 10, 0, 0, false, false },
	[SINCE_6_4] = { FIX_KSYMS_6_12, 0x3bd61b58bf325dfe, 5, 4, 1, 9, 2, 3, 4, 1 << 8, 1 << 11, 0,
			false, false },
	[RENUMBERED] = { FIX_KSYMS_7, 0xddc42776ad367c13, 3, 4, 8, 9, 2, 3, 4, 1 << 8, 1 << 11, 3,
			 true, false },
	/* The registers are guessed. */
	[UNKNOWN_HASH] = { FIX_KSYMS_7, 0x1234, 3, 4, 8, 9, 2, 3, 4, 1 << 8, 1 << 11, 0, false,
			   false },
	[IN_6_3] = { FIX_KSYMS_6_1, 0, 5, 4, 1, 9, 0, 1, 2, 1 << 11, 1 << 10, 2, true, true },
	/* As RHEL 9 has it. */
	[WITHOUT_HEADER] = { FIX_KSYMS_5_10, 0, 5, 4, 1, 9, 2, 3, 4, 1 << 8, 1 << 11, 3, true,
			     false },
};

struct machine {
	struct fix *f;
	struct source *src;
	struct kernel *k;
	struct view *v;
	struct kallsyms *s;
	struct orc *o;
	uint64_t stack; /* va of 16 KiB */
};

/* One entry for each function: most are plain calls, so that the format can be guessed. */
static uint16_t fields_of(const struct orc_format *m, unsigned i)
{
	switch (i) {
	case 1: /* registers of an interrupt: sp */
		return (uint16_t)(m->sp | m->regs << 8 | m->signal);
	case 2: /* iret frame */
		return (uint16_t)(m->sp | m->partial << 8 | m->signal);
	case 3:
		return (uint16_t)m->end;
	case 4: /* nothing is known */
		return 0;
	case 5: /* by the frame pointer, which the caller saved */
		return (uint16_t)(m->bp | m->prev_sp << 4 | m->call << 8);
	case 6: /* through the top word of another stack */
		return (uint16_t)(m->sp_ind | m->call << 8);
	default:
		return (uint16_t)(m->sp | m->call << 8);
	}
}

static void write_tables(struct fix *f, const struct orc_format *m, uint64_t pa)
{
	uint64_t entries = pa + NR_FUNCS * 4;

	for (unsigned i = 0; i < NR_FUNCS; i++) {
		uint64_t ip = f->image_va + FUNC + 16 * i;
		uint16_t sp_off = i == 1 || i == 2 ? 0 : 16, bp_off = (uint16_t)(i == 5 ? -16 : 0);

		fix_poke(f, pa + 4 * i, ip - fix_image_va(f, pa + 4 * i), 4);
		fix_poke(f, entries + 6 * i, sp_off, 2);
		fix_poke(f, entries + 6 * i + 2, bp_off, 2);
		fix_poke(f, entries + 6 * i + 4, fields_of(m, i), 2);
	}
	fix_poke(f, entries + 6 * NR_FUNCS, m->hash, 8);
}

/* struct orc_entry as the format has it; NULL: the kernel does not say. */
static struct btf *open_types(const struct orc_format *m, struct fix_btf *made)
{
	struct btf *b = NULL;
	uint32_t u, s, at = 40, nr = 0;
	struct fix_btf_member member[8];

	if (!m->type_bits)
		return NULL;
	fix_btf_open(made, NULL);
	u = fix_btf_int(made, "unsigned int", 4, false);
	s = fix_btf_int(made, "short", 2, true);
	member[nr++] = (struct fix_btf_member){ "sp_offset", s, 0, 0 };
	member[nr++] = (struct fix_btf_member){ "bp_offset", s, 16, 0 };
	member[nr++] = (struct fix_btf_member){ "sp_reg", u, 32, 4 };
	member[nr++] = (struct fix_btf_member){ "bp_reg", u, 36, 4 };
	member[nr++] = (struct fix_btf_member){ "type", u, at, m->type_bits };
	at += m->type_bits;
	if (m->has_signal)
		member[nr++] = (struct fix_btf_member){ "signal", u, at++, 1 };
	if (m->has_end)
		member[nr++] = (struct fix_btf_member){ "end", u, at, 1 };
	fix_btf_struct(made, "orc_entry", 6, member, nr);
	fix_btf_done(made);
	CHECK_EQ(btf_open_blob((struct blob){ made->blob, made->len }, &b), 0);
	return b;
}

static void open_orc(struct machine *m, const struct orc_format *format)
{
	struct fix_btf made = { 0 };
	struct btf *btf = open_types(format, &made);

	CHECK_EQ(orc_open(m->s, btf, NULL, &m->o), 0);
	btf_close(btf);
	fix_btf_close(&made);
}

static struct machine open_machine(const struct orc_format *format)
{
	static char text[NR_FUNCS][16];
	static struct fix_symbol sym[NR_FUNCS + 16];
	struct machine m = { .f = fix_new() };
	struct fix *f = m.f;
	struct fix_ksyms t;
	uint64_t tables, va;
	uint32_t nr = 0;

	log_setup(0, false);
	fix_machine(f, &(struct fix_opts){ .era = "6.1" });
	/* Symbols rise: the tables lie behind the functions. */
	fix_alloc_image(f, FUNC + NR_FUNCS * 16);
	tables = fix_alloc_image(f, NR_FUNCS * 10 + 4096);
	va = fix_image_va(f, tables);
	write_tables(f, format, tables);
	sym[nr++] = (struct fix_symbol){ f->image_va, "T_stext" };
	for (uint32_t i = 0; i < NR_FUNCS; i++) {
		snprintf(text[i], sizeof(text[i]), "Tfunc_%u", i);
		sym[nr++] = (struct fix_symbol){ f->image_va + FUNC + 16 * i, text[i] };
	}
	sym[nr++] = (struct fix_symbol){ f->image_va + FUNC + 16 * NR_FUNCS, "T_etext" };
	sym[nr++] = (struct fix_symbol){ va, "R__start_orc_unwind_ip" };
	sym[nr++] = (struct fix_symbol){ va + NR_FUNCS * 4, "R__stop_orc_unwind_ip" };
	sym[nr++] = (struct fix_symbol){ va + NR_FUNCS * 4, "R__start_orc_unwind" };
	if (format->hash)
		sym[nr++] = (struct fix_symbol){ va + NR_FUNCS * 10, "R__start_orc_header" };
	fix_ksyms(f, format->era, sym, nr, &t);
	m.stack = fix_va(f, fix_alloc(f, 16384));
	m.src = fix_source(f);
	CHECK_EQ(kernel_open(m.src, &m.k), 0);
	CHECK_EQ(view_open(m.src, &m.v), 0);
	CHECK_EQ(kallsyms_open(m.k, m.v, &m.s), 0);
	open_orc(&m, format);
	return m;
}

static void close_machine(struct machine *m)
{
	orc_close(m->o);
	kallsyms_close(m->s);
	view_close(m->v);
	kernel_close(m->k);
	source_close(m->src);
	fix_free(m->f);
	fail_clear();
}

static uint64_t func(const struct machine *m, unsigned i)
{
	return m->f->image_va + FUNC + 16 * i + 8;
}

static void push(struct machine *m, uint64_t off, uint64_t value)
{
	fix_poke(m->f, m->stack - fix_va(m->f, 0) + off, value, 8);
}

/* All of the stack at once: what was read once is not read again. */
static void fill_stack(struct machine *m)
{
	push(m, 0x108, func(m, 1));
	push(m, 0x110 + 32, 99); /* bp */
	push(m, 0x110 + 128, func(m, 2));
	push(m, 0x110 + 136, 0x10);
	push(m, 0x110 + 152, m->stack + 0x300);
	push(m, 0x300, 0x401000);
	push(m, 0x308, 0x33);
	push(m, 0x318, 0x7fff0000);
	push(m, 0x408, func(m, 11));
	push(m, 0x400, 123);
	push(m, 0x500, m->stack + 0x600);
	push(m, 0x608, func(m, 12));
}

static void check_steps(const struct orc_format *format)
{
	struct machine m = open_machine(format);
	struct stack_frame f = { .ip = func(&m, 10), .sp = m.stack + 0x100, .bp = 7 }, next;

	fill_stack(&m);
	/* A call: the return address is below the caller's stack pointer. */
	CHECK_EQ(orc_step(m.o, &f, &next), STACK_MORE);
	CHECK(next.ip == func(&m, 1) && next.sp == m.stack + 0x110 && next.bp == 7 && !next.exact);

	/* Registers: all of them come from the stack. */
	f = next;
	CHECK_EQ(orc_step(m.o, &f, &next), STACK_MORE);
	CHECK(next.ip == func(&m, 2) && next.sp == m.stack + 0x300 && next.bp == 99 && next.exact);
	CHECK_EQ(next.regs, m.stack + 0x110);

	/* An iret frame, into user space. */
	f = next;
	CHECK_EQ(orc_step(m.o, &f, &next), STACK_USER);
	CHECK(next.ip == 0x401000 && next.sp == 0x7fff0000 && next.regs == m.stack + 0x300 - 128);

	f = (struct stack_frame){ .ip = func(&m, 3), .sp = m.stack };
	CHECK_EQ(orc_step(m.o, &f, &next), STACK_END);
	f.ip = func(&m, 4);
	CHECK_EQ(orc_step(m.o, &f, &next), STACK_UNKNOWN);
	CHECK(!orc_covers(m.o, f.ip) && orc_covers(m.o, func(&m, 10)));

	/* By the frame pointer. */
	f = (struct stack_frame){ .ip = func(&m, 5), .sp = m.stack, .bp = m.stack + 0x400 };
	CHECK_EQ(orc_step(m.o, &f, &next), STACK_MORE);
	CHECK(next.ip == func(&m, 11) && next.sp == m.stack + 0x410 && next.bp == 123);

	/* Off an interrupt's stack. */
	f = (struct stack_frame){ .ip = func(&m, 6), .sp = m.stack + 0x500 };
	CHECK_EQ(orc_step(m.o, &f, &next), STACK_MORE);
	CHECK(next.ip == func(&m, 12) && next.sp == m.stack + 0x610);

	/* A stack pointer that leads nowhere. */
	f = (struct stack_frame){ .ip = func(&m, 10), .sp = 0x1234 };
	CHECK_EQ(orc_step(m.o, &f, &next), STACK_UNREADABLE);
	f.sp = UINT64_MAX - 12;
	CHECK_EQ(orc_step(m.o, &f, &next), STACK_UNREADABLE);
	f = (struct stack_frame){ .ip = 0, .sp = m.stack };
	CHECK_EQ(orc_step(m.o, &f, &next), STACK_UNKNOWN);
	close_machine(&m);
}

TEST(every_format)
{
	for (unsigned i = 0; i < NR_FORMATS; i++)
		check_steps(&formats[i]);
}

RUN(every_format)
