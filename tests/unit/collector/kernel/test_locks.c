/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_locks.c - the lock a task waits for, its holder, and what a damaged one leads to */
#include "kernel/locks.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fix_btf.h"
#include "fixture.h"

/* Layout of the fixture. */
enum { TASK_STACK = 8, TASK_BLOCKED = 16, TASK_BLOCKER = 24, TASK_SIZE = 64 };
enum { MUTEX_LIST = 16, RWSEM_OWNER = 8, RWSEM_LIST = 24, WAITER_TASK = 16 };

struct machine {
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

static uint64_t va(const struct machine *m, uint64_t pa)
{
	return fix_va(m->f, pa);
}

static void make_lock(struct fix_btf *b, const char *name, uint32_t list_at, bool headless)
{
	uint32_t num = fix_btf_int(b, "long", 8, true);
	uint32_t counter = fix_btf_struct(b, "atomic64", 8,
					  &(struct fix_btf_member){ "counter", num, 0, 0 }, 1);
	uint32_t ptr = fix_btf_ref(b, BTF_PTR, "", 0);
	bool rwsem = list_at == RWSEM_LIST;

	fix_btf_struct(b, name, 48,
		       (struct fix_btf_member[]){
			       { rwsem ? "count" : "owner", counter, 0, 0 },
			       { rwsem ? "owner" : "osq", counter, 64, 0 },
			       { headless ? "first_waiter" : "wait_list", ptr, list_at * 8, 0 } },
		       3);
}

static void make_types(struct fix_btf *b, bool headless)
{
	static const char *const waiters[] = { "mutex_waiter", "rwsem_waiter" };
	uint32_t num, ptr, mutex;

	fix_btf_open(b, NULL);
	num = fix_btf_int(b, "unsigned long", 8, false);
	ptr = fix_btf_ref(b, BTF_PTR, "", 0);
	for (int i = 0; i < 2; i++)
		fix_btf_struct(b, waiters[i], 32,
			       (struct fix_btf_member[]){ { "list", ptr, 0, 0 },
							  { "task", ptr, WAITER_TASK * 8, 0 } },
			       2);
	make_lock(b, "rw_semaphore", RWSEM_LIST, headless);
	make_lock(b, "mutex", MUTEX_LIST, headless);
	mutex = fix_btf_ref(b, BTF_PTR, "", b->last_id);
	fix_btf_struct(b, "task_struct", TASK_SIZE,
		       (struct fix_btf_member[]){
			       { "stack", ptr, TASK_STACK * 8, 0 },
			       { headless ? "blocked_on" : "unused", mutex, TASK_BLOCKED * 8, 0 },
			       { headless ? "blocker" : "unused", num, TASK_BLOCKER * 8, 0 } },
		       3);
	fix_btf_done(b);
}

static void setup(struct machine *m, bool headless)
{
	log_setup(0, false);
	*m = (struct machine){ .f = fix_new(), .headless = headless };
	fix_machine(m->f, &(struct fix_opts){ .era = "6.12" });
	for (int i = 0; i < 3; i++) {
		m->task[i] = fix_alloc(m->f, 4096);
		m->stack[i] = fix_alloc(m->f, 16384);
		fix_poke(m->f, m->task[i] + TASK_STACK, va(m, m->stack[i]), 8);
	}
	m->mutex = fix_alloc(m->f, 4096);
	m->rwsem = m->mutex + 1024;
	make_types(&m->types, headless);
}

/* After what the test wrote. */
static void start(struct machine *m)
{
	m->src = fix_source(m->f);
	CHECK_EQ(kernel_open(m->src, &m->k), 0);
	CHECK_EQ(view_open(m->src, &m->v), 0);
	CHECK_EQ(kmem_open(m->k, m->v, 16, &m->mem), 0);
	CHECK_EQ(btf_open_blob((struct blob){ m->types.blob, m->types.len }, &m->btf), 0);
	CHECK_EQ(klocks_open(m->mem, m->btf, &m->locks), 0);
}

static void stop(struct machine *m)
{
	klocks_close(m->locks);
	btf_close(m->btf);
	kmem_close(m->mem);
	view_close(m->v);
	kernel_close(m->k);
	source_close(m->src);
	fix_btf_close(&m->types);
	fix_free(m->f);
}

static void link_nodes(struct machine *m, uint64_t a, uint64_t b)
{
	fix_poke(m->f, a, va(m, b), 8);
	fix_poke(m->f, b + 8, va(m, a), 8);
}

/* Where task i keeps its entry in the list of waiters. */
static uint64_t entry(const struct machine *m, int i)
{
	return m->stack[i] + 16384 - 512;
}

/* Tasks 0 .. nr - 1 wait, in this order. */
static void queue(struct machine *m, uint64_t list, int nr)
{
	uint64_t last = m->headless ? entry(m, nr - 1) : list;

	for (int i = 0; i < nr; i++) {
		fix_poke(m->f, entry(m, i) + WAITER_TASK, va(m, m->task[i]), 8);
		link_nodes(m, last, entry(m, i));
		last = entry(m, i);
	}
	if (m->headless)
		fix_poke(m->f, list, va(m, entry(m, 0)), 8);
	else
		link_nodes(m, last, list);
}

static int wait_of(struct machine *m, int task, enum klock_kind kind, struct klock_wait *w)
{
	uint64_t at = va(m, entry(m, task));
	const struct klock_hint hint = { { at - 128, at + 256 }, kind };

	return klocks_wait(m->locks, va(m, m->task[task]), &hint, w);
}

/* Two wait for a mutex that the third holds: found by the stack, up to 6.x. */
TEST(mutex_by_stack)
{
	struct machine m;
	struct klock_wait w;

	setup(&m, false);
	fix_poke(m.f, m.mutex, va(&m, m.task[2]) | 1, 8);
	queue(&m, m.mutex + MUTEX_LIST, 2);
	start(&m);
	for (int i = 0; i < 2; i++) {
		CHECK_EQ(wait_of(&m, i, KLOCK_MUTEX, &w), 0);
		CHECK(w.lock == va(&m, m.mutex) && w.owner == va(&m, m.task[2]));
		CHECK(w.kind == KLOCK_MUTEX && !w.shared && w.task == va(&m, m.task[i]));
	}
	CHECK_EQ(wait_of(&m, 2, KLOCK_MUTEX, &w), -ENOENT);
	stop(&m);
}

/* Since 7.0 the task says it, or the lock's address is on the stack; the lock must agree. */
TEST(mutex_without_head)
{
	struct machine m;
	struct klock_wait w;

	setup(&m, true);
	fix_poke(m.f, m.mutex, va(&m, m.task[2]) | 3, 8);
	queue(&m, m.mutex + MUTEX_LIST, 2);
	fix_poke(m.f, m.task[0] + TASK_BLOCKED, va(&m, m.mutex), 8);
	fix_poke(m.f, entry(&m, 1) - 64, va(&m, m.mutex), 8);
	fix_poke(m.f, m.task[2] + TASK_BLOCKED, va(&m, m.mutex), 8); /* it outlived the wait */
	start(&m);
	for (int i = 0; i < 2; i++) {
		CHECK_EQ(wait_of(&m, i, KLOCK_MUTEX, &w), 0);
		CHECK(w.lock == va(&m, m.mutex) && w.owner == va(&m, m.task[2]));
	}
	CHECK_EQ(wait_of(&m, 2, KLOCK_MUTEX, &w), -ENOENT);
	stop(&m);
}

/* A writer is the holder for sure; of readers the last one is known. */
static void check_rwsem(bool headless, bool writer)
{
	struct machine m;
	struct klock_wait w;

	setup(&m, headless);
	fix_poke(m.f, m.rwsem, writer ? 3 : 2 + (5u << 8), 8);
	fix_poke(m.f, m.rwsem + RWSEM_OWNER, va(&m, m.task[1]) | !writer, 8);
	queue(&m, m.rwsem + RWSEM_LIST, 1);
	if (headless)
		fix_poke(m.f, m.task[0] + TASK_BLOCKER, va(&m, m.rwsem) | 3, 8);
	start(&m);
	CHECK_EQ(wait_of(&m, 0, KLOCK_RWSEM, &w), 0);
	CHECK(w.kind == KLOCK_RWSEM && w.lock == va(&m, m.rwsem));
	CHECK_EQ(w.owner, va(&m, m.task[1]));
	CHECK(w.shared == !writer && w.readers == (writer ? 0u : 5u));
	stop(&m);
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
	struct machine m;
	struct klock_wait w;

	setup(&m, false);
	fix_poke(m.f, m.mutex, va(&m, m.task[2]) | 1, 8);
	queue(&m, m.mutex + MUTEX_LIST, 2);
	link_nodes(&m, entry(&m, 1), entry(&m, 0)); /* a ring without the lock */
	start(&m);
	CHECK_EQ(wait_of(&m, 0, KLOCK_MUTEX, &w), -ENOENT);
	stop(&m);

	setup(&m, false);
	fix_poke(m.f, m.mutex, va(&m, m.task[2]) | 1, 8);
	queue(&m, m.mutex + MUTEX_LIST, 2);
	fix_poke(m.f, entry(&m, 1) + 8, 0xdead000000000122, 8);
	start(&m);
	CHECK_EQ(wait_of(&m, 0, KLOCK_MUTEX, &w), -ENOENT);
	stop(&m);

	setup(&m, false);
	fix_poke(m.f, m.mutex, va(&m, m.task[2]), 8); /* nobody waits, it says */
	queue(&m, m.mutex + MUTEX_LIST, 2);
	start(&m);
	CHECK_EQ(wait_of(&m, 0, KLOCK_MUTEX, &w), -ENOENT);
	stop(&m);
}

RUN(mutex_by_stack, mutex_without_head, rwsem, damaged)
