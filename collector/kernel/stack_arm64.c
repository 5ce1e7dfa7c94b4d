/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stack_arm64.c - steps by frame records
 *
 *     x29 -> | x29 of the caller | return address | the caller's frame, in which its record is
 *
 * A return address may be signed. An exception leaves a struct pt_regs with a record of its own
 * in it, which holds what was interrupted; since 6.14 that one is all zeros, and a third word says
 * what it stands for. The record of a task's first frame is zeros in a pt_regs, too.
 *
 * What was interrupted may have no record of its own: a function that calls none, or one at its
 * first instructions. Its caller is in x30 alone.
 */
#include "kernel/stack_arch.h"

#include "base/err.h"
#include "kernel/btf_source.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define STACK_SIZE 65536u /* of the largest */
#define META_REGS  2u	  /* the third word: the registers around it were interrupted */

/* struct pt_regs: what user space sees of it never changes. */
enum {
	AT_BP = 29 * 8,
	AT_LR = 30 * 8,
	AT_SP = 31 * 8,
	AT_PC = 32 * 8,
	AT_PSTATE = 33 * 8,
	REGS_SIZE = 34 * 8
};
#define PSTATE_EL 0xfu /* 0: user space */

struct stacks {
	struct kmem *mem;
	const struct kernel *k;
	struct kallsyms *syms;
	const struct kmodules *mods;
	struct btf_field fp, sp, pc; /* task_struct.thread.cpu_context */
	struct btf_field record;     /* pt_regs.stackframe */
};

static int find_facts(struct stacks *s, struct btf *btf)
{
	if (btf_member(btf, "task_struct", "thread.cpu_context.fp", &s->fp) < 0 ||
	    btf_member(btf, "task_struct", "thread.cpu_context.sp", &s->sp) < 0 ||
	    btf_member(btf, "task_struct", "thread.cpu_context.pc", &s->pc) < 0 ||
	    btf_member(btf, "pt_regs", "stackframe", &s->record) < 0)
		return fail(-ENOENT, "types of stack frames");
	return 0;
}

static int stacks_open(struct kallsyms *syms, struct btf *btf, const struct kmodules *mods,
		       void **out)
{
	struct stacks *s = calloc(1, sizeof(*s));
	int rc = s ? find_facts(s, btf) : fail(-ENOMEM, "stacks");

	if (rc < 0) {
		free(s);
		return rc;
	}
	s->mem = kallsyms_kmem(syms);
	s->k = kmem_kernel(s->mem);
	s->syms = syms;
	s->mods = mods;
	*out = s;
	return 0;
}

static int sleeping(void *state, uint64_t task, struct stack_frame *out)
{
	const struct stacks *s = state;
	int rc;

	*out = (struct stack_frame){ 0 };
	rc = btf_read(s->mem, task, &s->fp, &out->bp);
	if (rc == 0)
		rc = btf_read(s->mem, task, &s->sp, &out->sp);
	if (rc == 0)
		rc = btf_read(s->mem, task, &s->pc, &out->ip);
	out->ip = kernel_pointer(s->k, out->ip);
	return rc;
}

static uint64_t word(const char *regs, size_t at)
{
	uint64_t value;

	memcpy(&value, regs + at, sizeof(value));
	return value;
}

/* What was interrupted: the registers at va, that regs is a copy of. */
static void interrupted(const struct stacks *s, const char *regs, uint64_t va,
			struct stack_frame *out)
{
	*out = (struct stack_frame){ .ip = kernel_pointer(s->k, word(regs, AT_PC)),
				     .sp = word(regs, AT_SP),
				     .bp = word(regs, AT_BP),
				     .lr = word(regs, AT_LR),
				     .exact = true,
				     .regs = va,
				     .full_regs = va };
}

/* A record of zeros: the registers around it tell where the stack begins, or goes on. */
static enum stack_step at_zeros(const struct stacks *s, uint64_t record, struct stack_frame *out)
{
	uint64_t va = record - s->record.off, meta = 0;
	char regs[REGS_SIZE];

	if (kmem_read(s->mem, va, regs, sizeof(regs)) < 0)
		return STACK_UNREADABLE;
	interrupted(s, regs, va, out);
	if ((word(regs, AT_PSTATE) & PSTATE_EL) == 0)
		return out->ip ? STACK_USER : STACK_END;
	if (kmem_u64(s->mem, record + 16, &meta) == 0 && meta == META_REGS)
		return STACK_MORE;
	return STACK_END;
}

/* bl, and blr with what authenticates its target. */
static enum stack_call call_before(struct kmem *mem, uint64_t ip, uint64_t *target)
{
	uint32_t code;

	*target = 0;
	if (kmem_read(mem, ip - sizeof(code), &code, sizeof(code)) < 0)
		return CODE_MISSING;
	if (code >> 26 == 0x25) {
		int64_t distance = (int32_t)(code << 6) >> 6;

		*target = ip - sizeof(code) + (uint64_t)distance * 4;
		return DIRECT_CALL;
	}
	return (code & 0xfefff000) == 0xd63f0000 ? INDIRECT_CALL : NO_CALL;
}

/* The first address of the function that ip is in; 0: in none, as after a jump to nowhere. */
static uint64_t function_start(const struct stacks *s, uint64_t ip)
{
	struct ksym sym;
	int rc = kallsyms_is_text(s->syms, ip) ? kallsyms_at(s->syms, ip, &sym)
		 : s->mods		       ? kmodules_at(s->mods, ip, &sym)
					       : -ENOENT;

	fail_clear();
	return rc < 0 ? 0 : sym.va;
}

/*
 * True if the caller of what was interrupted is in x30 alone: it is where a call returns to, in
 * another function, and not what the record says, too.
 */
static bool caller_in_lr(const struct stacks *s, const struct stack_frame *f, uint64_t *lr)
{
	uint64_t record[2], target;
	enum stack_call call;

	if (!f->exact || !f->lr)
		return false;
	*lr = kernel_pointer(s->k, f->lr);
	call = call_before(s->mem, *lr, &target);
	if (call == NO_CALL || call == CODE_MISSING)
		return false;
	if (function_start(s, *lr - 1) == function_start(s, f->ip))
		return false;
	return kmem_read(s->mem, f->bp, record, sizeof(record)) < 0 ||
	       kernel_pointer(s->k, record[1]) != *lr;
}

static enum stack_step step(void *state, const struct stack_frame *f, struct stack_frame *out)
{
	const struct stacks *s = state;
	uint64_t record[2], va = f->bp - s->record.off;
	char regs[REGS_SIZE];
	uint64_t lr;

	if (caller_in_lr(s, f, &lr)) {
		*out = (struct stack_frame){
			.ip = lr, .sp = f->sp, .bp = f->bp, .full_regs = f->full_regs
		};
		return STACK_MORE;
	}
	if (f->bp == 0)
		return STACK_END;
	/* A record below the frame it belongs to; on another stack it may lie anywhere. */
	if (f->bp % 8 || f->bp >> 63 == 0 || (f->bp < f->sp && f->sp - f->bp < STACK_SIZE))
		return STACK_UNKNOWN;
	if (kmem_read(s->mem, f->bp, record, sizeof(record)) < 0)
		return STACK_UNREADABLE;
	if (record[0] == 0 && record[1] == 0)
		return at_zeros(s, f->bp, out);
	*out = (struct stack_frame){ .ip = kernel_pointer(s->k, record[1]),
				     .sp = f->bp + sizeof(record),
				     .bp = record[0],
				     .full_regs = f->full_regs };
	/* Up to 6.13 an exception has the interrupted place in its record, as if it were a call. */
	if (kmem_read(s->mem, va, regs, sizeof(regs)) == 0 && word(regs, AT_PC) == record[1] &&
	    word(regs, AT_BP) == record[0])
		interrupted(s, regs, va, out);
	return STACK_MORE;
}

static bool covers(void *state, uint64_t ip)
{
	(void)state;
	return ip % 4 == 3; /* the byte before an instruction, for a return address */
}

const struct stack_arch stack_arm64 = {
	.elf_machine = EM_AARCH64,
	.records = true,
	.open = stacks_open,
	.close = free,
	.sleeping = sleeping,
	.step = step,
	.by_pointer = step,
	.covers = covers,
	.call_before = call_before,
};
