/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * locks.h - the lock that a task waits for, and the task that holds it
 *
 *     klocks_open  ->  klocks_wait ...  ->  klocks_close
 *
 * A lock is accepted only if the task is in its list of waiters. If the task has a pointer to it
 * (blocked_on, blocker: since 7.0; rt_mutex: pi_blocked_on) that is used, else its stack is
 * searched for its entry in the list of waiters. Lists are bounded. One thread at a time; the
 * arguments of klocks_open() are borrowed.
 *
 * In kernels with PREEMPT_RT mutexes, rwsems and spinlocks are built on rt_mutexes. The hint says
 * which of them it is; a writer that waits for the readers of an rwsem is found by its stack.
 */
#ifndef KERNEL_LOCKS_H
#define KERNEL_LOCKS_H

#include "kernel/btf.h"

enum klock_kind {
	KLOCK_MUTEX,
	KLOCK_RWSEM,
	KLOCK_SEMAPHORE,
	KLOCK_RT_MUTEX,
	KLOCK_SPINLOCK,
	NR_KLOCKS
};

struct klock_wait {
	uint64_t task; /* struct task_struct that waits */
	uint64_t lock; /* va */
	enum klock_kind kind;
	uint64_t owner;	  /* struct task_struct; 0: free, or the lock does not say who */
	bool shared;	  /* owner is one of several that may hold it, or did hold it last */
	uint64_t readers; /* of an rwsem that readers hold */
};

/* Where the stack of a task may hold its entry in a list of waiters, and of which kind of lock. */
struct klock_hint {
	struct span stack; /* empty: nowhere */
	enum klock_kind kind;
};

struct klocks;

/* stack_size: kernel_stack_size(). -ENOENT: the types are not there; -ENOMEM. */
int klocks_open(struct kmem *mem, struct btf *btf, uint64_t stack_size, struct klocks **out);
void klocks_close(struct klocks *l);

/* -ENOENT: it waits for no lock, or for one that cannot be found. */
int klocks_wait(struct klocks *l, uint64_t task, const struct klock_hint *hint,
		struct klock_wait *out);

/* "mutex", "rwsem", "semaphore", "rt_mutex", "spinlock". */
const char *klock_name(enum klock_kind kind);

#endif
