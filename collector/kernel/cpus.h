/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpus.h - the CPUs of the crashed kernel: their per-CPU memory and their running tasks
 *
 *     kcpus_open  ->  kcpus_va, cpu[] ...  ->  kcpus_close
 *
 * Fields that cannot be read are 0. One thread at a time.
 */
#ifndef KERNEL_CPUS_H
#define KERNEL_CPUS_H

#include "kernel/btf.h"
#include "kernel/kallsyms.h"

#define KCPU_MAX 8192 /* as the largest NR_CPUS that kernels are built with */

struct kcpu {
	unsigned nr;	   /* as the kernel counts them; numbers may be missing */
	bool online;	   /* when the kernel died; x86 leaves it set, arm64 may clear it */
	uint64_t offset;   /* to be added to the address of a per-CPU symbol, modulo 2^64 */
	uint64_t rq;	   /* struct rq */
	uint64_t task;	   /* struct task_struct it ran: rq.curr */
	uint64_t idle;	   /* its idle task; on no list but for CPU 0 */
	struct span stack; /* of task */
};

struct kcpus {
	struct kcpu *cpu; /* possible CPUs, rising */
	unsigned nr;
	uint64_t stack_size; /* THREAD_SIZE */
	uint64_t task_size;  /* bytes allocated for a struct task_struct */
	struct span area;    /* va of the template: what each CPU has a copy of */
	uint64_t area_size;  /* bytes of a CPU's copy, with what was reserved for modules */
};

/* -ENOENT: symbols or types that it needs are missing; -ENOMEM. */
int kcpus_open(struct kallsyms *syms, struct btf *btf, struct kcpus **out);
void kcpus_close(struct kcpus *c);

/*
 * THREAD_SIZE: bytes of a task's kernel stack. By where the linker put that of the first task; no
 * type says it. syms NULL: as most kernels have it.
 */
uint64_t kernel_stack_size(const struct kernel *k, struct kallsyms *syms);

/* Address of a CPU's copy of the per-CPU symbol at va. */
static inline uint64_t kcpus_va(const struct kcpu *cpu, uint64_t va)
{
	return va + cpu->offset;
}

#endif
