/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unwind.h - the stack of a task, innermost frame first
 *
 *     unwinder_open  ->  unwind_sleeping, unwind_regs ...  ->  unwinder_close
 *
 * x86_64 by ORC, or by frame pointers where the kernel has no ORC; arm64 by frame records. If no
 * table covers the code, or the stack is damaged, the stack is searched for the next return
 * address; such frames are marked as guessed. Always ends.
 *
 * One thread at a time; what it was opened from is borrowed.
 */
#ifndef KERNEL_UNWIND_H
#define KERNEL_UNWIND_H

#include "kernel/cpus.h"
#include "kernel/modules.h"
#include "kernel/orc.h"

#define UNWIND_MAX 100 /* frames */

struct unwind_frame {
	uint64_t ip, sp;
	bool exact;   /* ip is where the CPU was; else a return address: name it by ip - 1 */
	bool guessed; /* found by a search of the stack */
};

enum unwind_end {
	UNWIND_END,  /* the first function of a kernel thread or a CPU */
	UNWIND_USER, /* the task came from user space: user_regs */
	UNWIND_CUT,  /* more frames than UNWIND_MAX */
	UNWIND_LOST, /* the stack goes on, but nothing leads further */
};

struct unwind {
	struct unwind_frame frame[UNWIND_MAX];
	unsigned nr;
	enum unwind_end end;
	uint64_t user_regs; /* va of struct pt_regs; 0: not reached */
};

/* Registers to begin from: those of a CPU's NT_PRSTATUS note, or of a struct pt_regs. */
struct unwind_regs {
	uint64_t ip, sp, bp;
	uint64_t lr;	  /* the link register; 0 on machines without one */
	uint64_t pt_regs; /* va, where they are in the dump; else 0 */
};

struct unwinder;

/* mods may be NULL. -ENOTSUP: another machine; -ENOENT: no types; -ENOMEM. */
int unwinder_open(struct kallsyms *syms, struct btf *btf, const struct kmodules *mods,
		  struct unwinder **out);
void unwinder_close(struct unwinder *u);

/* A task that is not running: from where it called the scheduler. -EFAULT: it has no stack. */
int unwind_sleeping(struct unwinder *u, uint64_t task, struct unwind *out);

/* From registers on. In a kernel that called its crash handler, from that call on. */
int unwind_from_regs(struct unwinder *u, const struct unwind_regs *regs, struct unwind *out);

#endif
