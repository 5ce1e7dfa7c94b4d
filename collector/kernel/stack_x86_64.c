/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stack_x86_64.c - steps by ORC or by frame pointers, and where a sleeping task left its registers
 *
 * A kernel without ORC (CONFIG_UNWINDER_FRAME_POINTER, as Android's) has its frames linked:
 *
 *     rbp -> | rbp of the caller | return address | the caller's frame
 *     rbp -> 1 byte into a struct pt_regs: what an exception interrupted
 *     rbp = 0: the code that a system call or the fork of a kernel thread entered by, whose
 *              struct pt_regs is where its stack pointer is
 */
#include "kernel/orc.h"

#include "base/err.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define STACK_SIZE 65536u /* of the largest */

/* Offsets in struct pt_regs, which entry code pushes. */
enum { AT_BP = 32, AT_IP = 128, AT_CS = 136, AT_SP = 152, REGS_SIZE = 168 };

struct stacks {
	struct kmem *mem;
	struct orc *orc; /* NULL: frame pointers */
	struct kallsyms *syms;
	const struct kmodules *mods;
	struct btf_field thread_sp; /* task_struct.thread.sp */
	struct btf_field bp, ret;   /* inactive_task_frame */
	uint64_t frame_size;
};

static int find_facts(struct stacks *s, struct btf *btf)
{
	int64_t size = btf_size_of(btf, "inactive_task_frame");

	if (size <= 0 || size > 256 ||
	    btf_member(btf, "task_struct", "thread.sp", &s->thread_sp) < 0 ||
	    btf_member(btf, "inactive_task_frame", "bp", &s->bp) < 0 ||
	    btf_member(btf, "inactive_task_frame", "ret_addr", &s->ret) < 0)
		return fail(-ENOENT, "types of stack frames");
	s->frame_size = (uint64_t)size;
	return 0;
}

static void stacks_close(void *state)
{
	struct stacks *s = state;

	orc_close(s->orc);
	free(s);
}

static int stacks_open(struct kallsyms *syms, struct btf *btf, const struct kmodules *mods,
		       void **out)
{
	struct stacks *s = calloc(1, sizeof(*s));
	int rc = s ? find_facts(s, btf) : fail(-ENOMEM, "stacks");
	int orc = rc == 0 ? orc_open(syms, btf, mods, &s->orc) : 0;

	if (orc == -ENOENT)
		fail_clear();
	else if (orc < 0)
		rc = orc;
	if (rc < 0) {
		free(s);
		return rc;
	}
	s->mem = kallsyms_kmem(syms);
	s->syms = syms;
	s->mods = mods;
	*out = s;
	return 0;
}

static int sleeping(void *state, uint64_t task, struct stack_frame *out)
{
	const struct stacks *s = state;
	uint64_t sp;
	int rc = btf_read(s->mem, task, &s->thread_sp, &sp);

	*out = (struct stack_frame){ 0 };
	if (rc == 0)
		rc = btf_read(s->mem, sp, &s->ret, &out->ip);
	if (rc == 0)
		rc = btf_read(s->mem, sp, &s->bp, &out->bp);
	if (rc == 0)
		out->sp = sp + s->frame_size;
	return rc;
}

static bool is_text(const struct stacks *s, uint64_t va)
{
	return s->mods ? kmodules_is_text(s->mods, va) : kallsyms_is_text(s->syms, va);
}

static uint64_t word(const char *regs, size_t at)
{
	uint64_t value;

	memcpy(&value, regs + at, sizeof(value));
	return value;
}

static enum stack_step step_to_regs(const struct stacks *s, uint64_t va, struct stack_frame *out)
{
	char regs[REGS_SIZE];

	if (kmem_read(s->mem, va, regs, sizeof(regs)) < 0)
		return STACK_UNREADABLE;
	*out = (struct stack_frame){ .ip = word(regs, AT_IP),
				     .sp = word(regs, AT_SP),
				     .bp = word(regs, AT_BP),
				     .exact = true,
				     .regs = va,
				     .full_regs = va };
	return word(regs, AT_CS) & 3 ? STACK_USER : STACK_MORE;
}

/* Below the frame is no record of it, and what leads nowhere is used for other things. */
static enum stack_step by_pointer(void *state, const struct stack_frame *f, struct stack_frame *out)
{
	const struct stacks *s = state;
	uint64_t record[2];

	if (f->bp % 8 || f->bp >> 63 == 0 || (f->bp < f->sp && f->sp - f->bp < STACK_SIZE) ||
	    kmem_read(s->mem, f->bp, record, sizeof(record)) < 0)
		return STACK_UNKNOWN;
	*out = (struct stack_frame){ .ip = record[1],
				     .sp = f->bp + sizeof(record),
				     .bp = record[0],
				     .full_regs = f->full_regs };
	return STACK_MORE;
}

static enum stack_step step_by_pointer(struct stacks *s, const struct stack_frame *f,
				       struct stack_frame *out)
{
	if (f->bp == 0)
		return step_to_regs(s, f->sp, out) == STACK_USER ? STACK_USER : STACK_END;
	if (f->bp & 1)
		return step_to_regs(s, f->bp - 1, out);
	return by_pointer(s, f, out) == STACK_MORE && is_text(s, out->ip) ? STACK_MORE
									  : STACK_UNKNOWN;
}

static enum stack_step step(void *state, const struct stack_frame *f, struct stack_frame *out)
{
	struct stacks *s = state;

	return s->orc ? orc_step(s->orc, f, out) : step_by_pointer(s, f, out);
}

static bool covers(void *state, uint64_t ip)
{
	struct stacks *s = state;

	return s->orc ? orc_covers(s->orc, ip) : is_text(s, ip);
}

/* e8 rel32 is a direct call, ff /2 another; its address has 0, 1 or 4 bytes, maybe an index. */
static enum stack_call call_before(struct kmem *mem, uint64_t ip, uint64_t *target)
{
	static const uint8_t length[] = { 2, 3, 4, 6, 7 }; /* of ff /2 */
	uint8_t code[7];
	int32_t rel;

	*target = 0;
	if (kmem_read(mem, ip - sizeof(code), code, sizeof(code)) < 0)
		return CODE_MISSING;
	if (code[2] == 0xe8) {
		memcpy(&rel, code + 3, sizeof(rel));
		*target = ip + (uint64_t)(int64_t)rel;
		return DIRECT_CALL;
	}
	for (size_t i = 0; i < sizeof(length); i++)
		if (code[7 - length[i]] == 0xff && (code[8 - length[i]] >> 3 & 7) == 2)
			return INDIRECT_CALL;
	return NO_CALL;
}

const struct stack_arch stack_x86_64 = {
	.elf_machine = EM_X86_64,
	.open = stacks_open,
	.close = stacks_close,
	.sleeping = sleeping,
	.step = step,
	.by_pointer = by_pointer,
	.covers = covers,
	.call_before = call_before,
};
