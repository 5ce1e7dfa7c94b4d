/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tasks.h - the tasks of the crashed kernel
 *
 *     ktasks_open  ->  task[]  ->  ktasks_close
 *
 * Processes, their threads, and the idle task of each CPU, read once. Lists are bounded, and a
 * task is never listed twice; a list that is damaged is cut, and what was read stays: of processes,
 * from both ends.
 * Memory: at most 160 bytes a task that is kept, 48 for another one. One thread at a time.
 */
#ifndef KERNEL_TASKS_H
#define KERNEL_TASKS_H

#include "kernel/cpus.h"

#define KTASK_COMM	16
#define KTASKS_MAX	(1u << 20)

/* Letters of states, as ps shows them; '?': unreadable. */
#define KTASK_STATES	"RSDTtXZPI?"
#define KTASK_NR_STATES 10

struct ktask {
	uint64_t va; /* struct task_struct */
	int32_t pid, tgid;
	char comm[KTASK_COMM + 1]; /* any bytes: a task may name itself as it likes */
	char state;		   /* of KTASK_STATES */
	bool on_cpu;		   /* it was running */
	bool kernel;		   /* a kernel thread: it has no memory of its own */
	unsigned cpu;		   /* it runs on, or ran last */
	unsigned threads;	   /* of a process, itself and those left out too; else 0 */
	uint32_t raw_state;	   /* state | exit_state, as the kernel has it */
	uint64_t last_ran; /* ns of its CPU's clock when it last got or gave up the CPU; 0: unknown
			    */
	uint64_t mm;	   /* struct mm_struct; 0: none */
	uint64_t stack;	   /* va of its lowest byte */
};

struct ktasks {
	struct ktask *task; /* processes in the kernel's order, each followed by its threads */
	unsigned nr;
	unsigned nr_left_out;		    /* read, but more than the caller has space for */
	unsigned by_state[KTASK_NR_STATES]; /* of all, those that were left out too */
	bool cut;			    /* a list could not be followed to its end */
	uint64_t clock;			    /* ns: the latest clock of all CPUs, against last_ran */
};

/*
 * At most max tasks are kept (up to KTASKS_MAX), of 16 times as many that are looked at. One that
 * ran or is blocked (D) is kept while there is space at all; other processes fill three quarters
 * of it at most, their threads the half: the rest is counted.
 * -ENOENT: symbols or types are missing; -ENOMEM. cpus may be NULL.
 */
int ktasks_open(struct kallsyms *syms, struct btf *btf, const struct kcpus *cpus, unsigned max,
		struct ktasks **out);
void ktasks_close(struct ktasks *t);

/* The task at va; NULL: none. */
const struct ktask *ktasks_at(const struct ktasks *t, uint64_t va);

#endif
