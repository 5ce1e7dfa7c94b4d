/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stack_arch.h - what unwind.c asks of an architecture: a step from a frame to its caller
 *
 * One struct stack_arch for each, in stack_<name>.c; picked by ELF machine. The walk itself, its
 * bounds, and the search of a stack that no table covers are the same for all.
 */
#ifndef KERNEL_STACK_ARCH_H
#define KERNEL_STACK_ARCH_H

#include "kernel/modules.h"

/* Where a frame is. ip: the next instruction; exact: not a return address, but where it was. */
struct stack_frame {
	uint64_t ip, sp, bp; /* bp: the frame pointer, or what the register holds */
	uint64_t lr;	     /* the link register, where exact; 0: there is none */
	bool exact;
	uint64_t regs;	    /* va of the struct pt_regs that these come from; 0: a call */
	uint64_t full_regs; /* va of the last struct pt_regs that has all registers; 0: none */
};

enum stack_step {
	STACK_MORE,	  /* out is the caller */
	STACK_END,	  /* the first function of a kernel thread or of a CPU */
	STACK_USER,	  /* out is user space: out->regs are its registers */
	STACK_UNKNOWN,	  /* nothing tells the caller of the code at ip */
	STACK_UNREADABLE, /* what should tell it cannot be read */
};

enum stack_call {
	NO_CALL,
	DIRECT_CALL,
	INDIRECT_CALL, /* by register or memory */
	CODE_MISSING,  /* a dump that was cut short has no code: it comes last */
};

struct stack_arch {
	uint16_t elf_machine;
	bool records; /* step() is as good at the crash handler's own registers as anywhere */

	/* out: for the functions below. -ENOENT: tables or types are missing; -ENOMEM. */
	int (*open)(struct kallsyms *syms, struct btf *btf, const struct kmodules *mods,
		    void **out);
	void (*close)(void *state);

	/* Where a task that is not running called the scheduler. -EFAULT. */
	int (*sleeping)(void *state, uint64_t task, struct stack_frame *out);

	enum stack_step (*step)(void *state, const struct stack_frame *f, struct stack_frame *out);

	/*
	 * The caller of code that is only known to keep frame pointers, as what BPF programs are
	 * compiled to. It may be anything.
	 */
	enum stack_step (*by_pointer)(void *state, const struct stack_frame *f,
				      struct stack_frame *out);

	/* True if step() has facts about the instruction at ip. */
	bool (*covers)(void *state, uint64_t ip);

	/* What the instruction before the return address ip is; of a direct call its target. */
	enum stack_call (*call_before)(struct kmem *mem, uint64_t ip, uint64_t *target);
};

extern const struct stack_arch stack_x86_64;
extern const struct stack_arch stack_arm64;

#endif
