/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_case.h - for unit tests: a small machine with tasks that wait for locks
 *
 *     lock_setup  ->  fix_poke, lock_queue ...  ->  lock_start  ->  lock_stop
 */
#ifndef LOCK_CASE_H
#define LOCK_CASE_H

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fix_btf.h"
#include "fixture.h"
#include "kernel/locks.h"

/* Layout of the fixture. */
enum { TASK_STACK = 8, TASK_BLOCKED = 16, TASK_BLOCKER = 24, TASK_SIZE = 64 };
enum { MUTEX_LIST = 16, RWSEM_OWNER = 8, RWSEM_LIST = 24, WAITER_TASK = 16 };
enum { RT_OWNER = 24, RT_IN_RWSEM = 8, RT_WAITER_TASK = 48, RT_WAITER_LOCK = 56 };

struct lock_machine {
	struct fix *f;
	struct fix_btf types;
	struct source *src;
	struct kernel *k;
	struct view *v;
	struct kmem *mem;
	struct btf *btf;
	struct klocks *locks;
	bool headless;		    /* as 7.x: the lock points to a waiter */
	uint64_t task[3], stack[3]; /* pa */
	uint64_t mutex, rwsem;	    /* pa */
};

/* The virtual address of what lies at pa. */
uint64_t lock_va(const struct lock_machine *m, uint64_t pa);

/* Three tasks, a mutex and an rwsem that nobody holds; headless: as of Linux 7. */
void lock_setup(struct lock_machine *m, bool headless);

/* The same of a kernel with PREEMPT_RT. */
void lock_setup_rt(struct lock_machine *m);

/* Task i waits for the rt_mutex at lock, a pa. */
void lock_wait_rt(struct lock_machine *m, int i, uint64_t lock);

/* After what the test wrote. */
void lock_start(struct lock_machine *m);

/* Close and free all of it. */
void lock_stop(struct lock_machine *m);

/* b follows a in a list. */
void link_nodes(struct lock_machine *m, uint64_t a, uint64_t b);

/* Where task i keeps its entry in the list of waiters. */
uint64_t lock_entry(const struct lock_machine *m, int i);

/* Tasks 0 .. nr - 1 wait, in this order. */
void lock_queue(struct lock_machine *m, uint64_t list, int nr);

#endif
