/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu_regs.h - registers that CPUs saved when the kernel died: NT_PRSTATUS notes */
#ifndef REPORT_CPU_REGS_H
#define REPORT_CPU_REGS_H

#include "report/report.h"

struct cpu_regs {
	bool found; /* this CPU saved its registers */
	bool user;  /* it ran in user space: nothing of the kernel is on its stack */
	int32_t pid;
	uint64_t ip, sp, bp, flags;
	uint64_t lr; /* 0 on machines without a link register */
};

/*
 * One for each of r->cpus, to be freed. A note does not name its CPU, and a CPU that did not
 * respond wrote none. A note belongs to the CPU whose task has the stack that its stack pointer is
 * in, else to the one that ran its process. Those left over are in the order of the CPUs left over,
 * if there are as many. NULL: out of memory.
 */
struct cpu_regs *cpu_regs_read(const struct report *r);

#endif
