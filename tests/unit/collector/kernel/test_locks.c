/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_locks.c - the lock a task waits for, its holder, and what a damaged one leads to */
#include "kernel/locks.h"

#include "lock_case.h"

static int wait_of(struct lock_machine *m, int task, enum klock_kind kind, struct klock_wait *w)
{
	uint64_t at = lock_va(m, lock_entry(m, task));
	const struct klock_hint hint = { { at - 128, at + 256 }, kind };

	return klocks_wait(m->locks, lock_va(m, m->task[task]), &hint, w);
}

/* Two wait for a mutex that the third holds: found by the stack, up to 6.x. */
TEST(mutex_by_stack)
{
	struct lock_machine m;
	struct klock_wait w;

	lock_setup(&m, false);
	fix_poke(m.f, m.mutex, lock_va(&m, m.task[2]) | 1, 8);
	lock_queue(&m, m.mutex + MUTEX_LIST, 2);
	lock_start(&m);
	for (int i = 0; i < 2; i++) {
		CHECK_EQ(wait_of(&m, i, KLOCK_MUTEX, &w), 0);
		CHECK(w.lock == lock_va(&m, m.mutex) && w.owner == lock_va(&m, m.task[2]));
		CHECK(w.kind == KLOCK_MUTEX && !w.shared && w.task == lock_va(&m, m.task[i]));
	}
	CHECK_EQ(wait_of(&m, 2, KLOCK_MUTEX, &w), -ENOENT);
	lock_stop(&m);
}

/* Since 7.0 the task says it, or the lock's address is on the stack; the lock must agree. */
TEST(mutex_without_head)
{
	struct lock_machine m;
	struct klock_wait w;

	lock_setup(&m, true);
	fix_poke(m.f, m.mutex, lock_va(&m, m.task[2]) | 3, 8);
	lock_queue(&m, m.mutex + MUTEX_LIST, 2);
	fix_poke(m.f, m.task[0] + TASK_BLOCKED, lock_va(&m, m.mutex), 8);
	fix_poke(m.f, lock_entry(&m, 1) - 64, lock_va(&m, m.mutex), 8);
	fix_poke(m.f, m.task[2] + TASK_BLOCKED, lock_va(&m, m.mutex), 8); /* it outlived the wait */
	lock_start(&m);
	for (int i = 0; i < 2; i++) {
		CHECK_EQ(wait_of(&m, i, KLOCK_MUTEX, &w), 0);
		CHECK(w.lock == lock_va(&m, m.mutex) && w.owner == lock_va(&m, m.task[2]));
	}
	CHECK_EQ(wait_of(&m, 2, KLOCK_MUTEX, &w), -ENOENT);
	lock_stop(&m);
}

/* A writer is the holder for sure; of readers the last one is known. */
static void check_rwsem(bool headless, bool writer)
{
	struct lock_machine m;
	struct klock_wait w;

	lock_setup(&m, headless);
	fix_poke(m.f, m.rwsem, writer ? 3 : 2 + (5u << 8), 8);
	fix_poke(m.f, m.rwsem + RWSEM_OWNER, lock_va(&m, m.task[1]) | !writer, 8);
	lock_queue(&m, m.rwsem + RWSEM_LIST, 1);
	if (headless)
		fix_poke(m.f, m.task[0] + TASK_BLOCKER, lock_va(&m, m.rwsem) | 3, 8);
	lock_start(&m);
	CHECK_EQ(wait_of(&m, 0, KLOCK_RWSEM, &w), 0);
	CHECK(w.kind == KLOCK_RWSEM && w.lock == lock_va(&m, m.rwsem));
	CHECK_EQ(w.owner, lock_va(&m, m.task[1]));
	CHECK(w.shared == !writer && w.readers == (writer ? 0u : 5u));
	lock_stop(&m);
}

TEST(rwsem)
{
	check_rwsem(false, true);
	check_rwsem(false, false);
	check_rwsem(true, true);
	check_rwsem(true, false);
}

/* Damage is no lock: a list that never comes home, one way only, a lock that has no waiters. */
TEST(damaged)
{
	struct lock_machine m;
	struct klock_wait w;

	lock_setup(&m, false);
	fix_poke(m.f, m.mutex, lock_va(&m, m.task[2]) | 1, 8);
	lock_queue(&m, m.mutex + MUTEX_LIST, 2);
	link_nodes(&m, lock_entry(&m, 1), lock_entry(&m, 0)); /* a ring without the lock */
	lock_start(&m);
	CHECK_EQ(wait_of(&m, 0, KLOCK_MUTEX, &w), -ENOENT);
	lock_stop(&m);

	lock_setup(&m, false);
	fix_poke(m.f, m.mutex, lock_va(&m, m.task[2]) | 1, 8);
	lock_queue(&m, m.mutex + MUTEX_LIST, 2);
	fix_poke(m.f, lock_entry(&m, 1) + 8, 0xdead000000000122, 8);
	lock_start(&m);
	CHECK_EQ(wait_of(&m, 0, KLOCK_MUTEX, &w), -ENOENT);
	lock_stop(&m);

	lock_setup(&m, false);
	fix_poke(m.f, m.mutex, lock_va(&m, m.task[2]), 8); /* nobody waits, it says */
	lock_queue(&m, m.mutex + MUTEX_LIST, 2);
	lock_start(&m);
	CHECK_EQ(wait_of(&m, 0, KLOCK_MUTEX, &w), -ENOENT);
	lock_stop(&m);
}

/* With PREEMPT_RT every lock is an rt_mutex; what it is to the task, the hint says. */
TEST(preempt_rt)
{
	struct lock_machine m;
	struct klock_wait w;

	lock_setup_rt(&m);
	fix_poke(m.f, m.mutex + RT_OWNER, lock_va(&m, m.task[2]) | 1, 8);
	lock_wait_rt(&m, 0, m.mutex);
	fix_poke(m.f, m.rwsem + RT_IN_RWSEM + RT_OWNER, lock_va(&m, m.task[0]) | 1, 8);
	lock_wait_rt(&m, 1, m.rwsem + RT_IN_RWSEM);
	lock_start(&m);
	CHECK_EQ(wait_of(&m, 0, KLOCK_MUTEX, &w), 0);
	CHECK(w.kind == KLOCK_MUTEX && w.lock == lock_va(&m, m.mutex));
	CHECK(w.owner == lock_va(&m, m.task[2]) && !w.shared);
	CHECK_EQ(wait_of(&m, 0, KLOCK_SPINLOCK, &w), 0);
	CHECK_EQ(w.kind, KLOCK_SPINLOCK);
	CHECK_EQ(wait_of(&m, 1, KLOCK_RWSEM, &w), 0);
	CHECK(w.kind == KLOCK_RWSEM && w.lock == lock_va(&m, m.rwsem));
	CHECK_EQ(w.owner, lock_va(&m, m.task[0]));
	CHECK_EQ(klocks_wait(m.locks, lock_va(&m, m.task[0]), &(struct klock_hint){ 0 }, &w), 0);
	CHECK(w.kind == KLOCK_RT_MUTEX && w.lock == lock_va(&m, m.mutex));
	CHECK_EQ(wait_of(&m, 2, KLOCK_MUTEX, &w), -ENOENT);
	lock_stop(&m);
}

/* A writer that has the rt_mutex already and waits for the readers: its stack leads to the rwsem.
 */
TEST(preempt_rt_readers)
{
	for (int readers = 0; readers < 2; readers++)
		for (unsigned at = 0; at <= RT_IN_RWSEM; at += RT_IN_RWSEM) {
			struct lock_machine m;
			struct klock_wait w;

			lock_setup_rt(&m);
			fix_poke(m.f, m.rwsem, readers ? 3 : 1u << 31, 4);
			fix_poke(m.f, m.rwsem + RT_IN_RWSEM + RT_OWNER, lock_va(&m, m.task[0]), 8);
			fix_poke(m.f, lock_entry(&m, 0) - 64, lock_va(&m, m.rwsem + at), 8);
			lock_start(&m);
			CHECK_EQ(wait_of(&m, 0, KLOCK_RWSEM, &w), readers ? 0 : -ENOENT);
			if (readers)
				CHECK(w.lock == lock_va(&m, m.rwsem) && w.readers == 3 && !w.owner);
			CHECK_EQ(wait_of(&m, 0, KLOCK_MUTEX, &w), -ENOENT);
			CHECK_EQ(wait_of(&m, 1, KLOCK_RWSEM, &w), -ENOENT);
			lock_stop(&m);
		}
}

RUN(preempt_rt, preempt_rt_readers, mutex_by_stack, mutex_without_head, rwsem, damaged)
