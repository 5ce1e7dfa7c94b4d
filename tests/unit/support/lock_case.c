/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lock_case.c - for unit tests: a small machine with tasks that wait for locks */
#include "lock_case.h"

uint64_t lock_va(const struct lock_machine *m, uint64_t pa)
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

static void lock_types(struct fix_btf *b, bool headless)
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

/* With PREEMPT_RT: mutex and rw_semaphore are an rt_mutex_base, and a count of readers. */
static void rt_types(struct fix_btf *b)
{
	uint32_t num, ptr, base, counter, rwbase;

	fix_btf_open(b, NULL);
	num = fix_btf_int(b, "int", 4, true);
	ptr = fix_btf_ref(b, BTF_PTR, "", 0);
	base = fix_btf_struct(b, "rt_mutex_base", 32,
			      &(struct fix_btf_member){ "owner", ptr, RT_OWNER * 8, 0 }, 1);
	counter =
		fix_btf_struct(b, "atomic", 4, &(struct fix_btf_member){ "counter", num, 0, 0 }, 1);
	rwbase =
		fix_btf_struct(b, "rwbase_rt", 40,
			       (struct fix_btf_member[]){ { "readers", counter, 0, 0 },
							  { "rtmutex", base, RT_IN_RWSEM * 8, 0 } },
			       2);
	fix_btf_struct(b, "mutex", 32, &(struct fix_btf_member){ "rtmutex", base, 0, 0 }, 1);
	fix_btf_struct(b, "rw_semaphore", 40, &(struct fix_btf_member){ "rwbase", rwbase, 0, 0 },
		       1);
	fix_btf_struct(b, "rt_mutex_waiter", 128,
		       (struct fix_btf_member[]){ { "task", ptr, RT_WAITER_TASK * 8, 0 },
						  { "lock", ptr, RT_WAITER_LOCK * 8, 0 } },
		       2);
	fix_btf_struct(b, "task_struct", TASK_SIZE,
		       (struct fix_btf_member[]){ { "stack", ptr, TASK_STACK * 8, 0 },
						  { "pi_blocked_on", ptr, TASK_BLOCKED * 8, 0 } },
		       2);
	fix_btf_done(b);
}

void lock_setup_rt(struct lock_machine *m)
{
	lock_setup(m, false);
	fix_btf_close(&m->types);
	rt_types(&m->types);
}

void lock_wait_rt(struct lock_machine *m, int i, uint64_t lock)
{
	uint64_t entry = lock_entry(m, i);

	fix_poke(m->f, m->task[i] + TASK_BLOCKED, lock_va(m, entry), 8);
	fix_poke(m->f, entry + RT_WAITER_TASK, lock_va(m, m->task[i]), 8);
	fix_poke(m->f, entry + RT_WAITER_LOCK, lock_va(m, lock), 8);
}

void lock_setup(struct lock_machine *m, bool headless)
{
	log_setup(0, false);
	*m = (struct lock_machine){ .f = fix_new(), .headless = headless };
	fix_machine(m->f, &(struct fix_opts){ .era = "6.12" });
	for (int i = 0; i < 3; i++) {
		m->task[i] = fix_alloc(m->f, 4096);
		m->stack[i] = fix_alloc(m->f, 16384);
		fix_poke(m->f, m->task[i] + TASK_STACK, lock_va(m, m->stack[i]), 8);
	}
	m->mutex = fix_alloc(m->f, 4096);
	m->rwsem = m->mutex + 1024;
	lock_types(&m->types, headless);
}

void lock_start(struct lock_machine *m)
{
	m->src = fix_source(m->f);
	CHECK_EQ(kernel_open(m->src, &m->k), 0);
	CHECK_EQ(view_open(m->src, &m->v), 0);
	CHECK_EQ(kmem_open(m->k, m->v, 16, &m->mem), 0);
	CHECK_EQ(btf_open_blob((struct blob){ m->types.blob, m->types.len }, &m->btf), 0);
	CHECK_EQ(klocks_open(m->mem, m->btf, 16384, &m->locks), 0);
}

void lock_stop(struct lock_machine *m)
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

void link_nodes(struct lock_machine *m, uint64_t a, uint64_t b)
{
	fix_poke(m->f, a, lock_va(m, b), 8);
	fix_poke(m->f, b + 8, lock_va(m, a), 8);
}

uint64_t lock_entry(const struct lock_machine *m, int i)
{
	return m->stack[i] + 16384 - 512;
}

void lock_queue(struct lock_machine *m, uint64_t list, int nr)
{
	uint64_t last = m->headless ? lock_entry(m, nr - 1) : list;

	for (int i = 0; i < nr; i++) {
		fix_poke(m->f, lock_entry(m, i) + WAITER_TASK, lock_va(m, m->task[i]), 8);
		link_nodes(m, last, lock_entry(m, i));
		last = lock_entry(m, i);
	}
	if (m->headless)
		fix_poke(m->f, list, lock_va(m, lock_entry(m, 0)), 8);
	else
		link_nodes(m, last, list);
}
