/* SPDX-License-Identifier: GPL-2.0-or-later */
/* locks.c - find the lock a task waits for, and verify it by the lock's list of waiters */
#include "kernel/locks.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define WAITERS_MAX	4096
#define STACK_SEARCH	4096 /* bytes */

/* Low bits of owners and counts: the same in all kernels from 5.10 on. */
#define OWNER_BITS	7u
#define MUTEX_WAITERS	1u
#define RWSEM_WRITER	1u
#define RWSEM_WAITERS	2u
#define RWSEM_READERS	8 /* shift of their number */
#define OWNER_IS_READER 1u
#define RT_WAITERS	1u

static const char *const names[NR_KLOCKS] = { "mutex", "rwsem", "semaphore", "rt_mutex",
					      "spinlock" };

/* A lock whose waiters stand in a list. */
struct form {
	bool known;
	bool headless;	       /* first_waiter, into a ring of waiters; until 6.x a list_head */
	struct btf_field list; /* in the lock */
	struct btf_field node, task; /* in a waiter */
	struct btf_field owner;	     /* size 0: it has none */
};

struct klocks {
	struct kmem *mem;
	struct form form[NR_KLOCKS]; /* not of KLOCK_RT_MUTEX and KLOCK_SPINLOCK */
	struct btf_field count;	     /* of an rwsem */
	struct btf_field rt_lock, rt_task, rt_owner;
	struct btf_field in_rwsem; /* the rt_mutex of an rwsem; size 0: not PREEMPT_RT */
	struct btf_field readers;  /* of such an rwsem */
	struct btf_field blocked_on, blocker, pi_blocked_on, stack; /* of a task; size 0: none */
	uint64_t stack_size;
};

const char *klock_name(enum klock_kind kind)
{
	return names[kind];
}

/* --- types --- */

static void find_form(struct btf *b, const char *lock, const char *waiter, struct form *f)
{
	f->headless = btf_member(b, lock, "first_waiter", &f->list) == 0;
	f->known = (f->headless || btf_member(b, lock, "wait_list", &f->list) == 0) &&
		   btf_member(b, waiter, "list", &f->node) == 0 &&
		   btf_member(b, waiter, "task", &f->task) == 0;
	if (btf_member(b, lock, "owner.counter", &f->owner) < 0 &&
	    btf_member(b, lock, "last_holder", &f->owner) < 0)
		f->owner.size = 0;
}

static void find_in_task(struct btf *b, const char *name, struct btf_field *out)
{
	if (btf_member(b, "task_struct", name, out) < 0)
		out->size = 0;
}

/* Kernels with CONFIG_DEBUG_MUTEXES had a pointer to the waiter of that name. */
static bool points_to(struct btf *b, const struct btf_field *field, const char *type)
{
	struct btf_type t;
	char name[BTF_NAME_SIZE];

	return btf_resolve(b, field->id, &t) == 0 && t.kind == BTF_PTR &&
	       btf_resolve(b, t.type, &t) == 0 && btf_name(b, t.name, name, sizeof(name)) > 0 &&
	       strcmp(name, type) == 0;
}

static void find_rt(struct klocks *l, struct btf *b)
{
	find_in_task(b, "pi_blocked_on", &l->pi_blocked_on);
	if (btf_member(b, "rt_mutex_waiter", "lock", &l->rt_lock) < 0 ||
	    btf_member(b, "rt_mutex_waiter", "task", &l->rt_task) < 0 ||
	    (btf_member(b, "rt_mutex_base", "owner", &l->rt_owner) < 0 &&
	     btf_member(b, "rt_mutex", "owner", &l->rt_owner) < 0))
		l->pi_blocked_on.size = 0;
	if (!l->pi_blocked_on.size ||
	    (btf_member(b, "rw_semaphore", "rwbase.rtmutex", &l->in_rwsem) < 0 &&
	     btf_member(b, "rw_semaphore", "rtmutex", &l->in_rwsem) < 0) ||
	    (btf_member(b, "rw_semaphore", "rwbase.readers.counter", &l->readers) < 0 &&
	     btf_member(b, "rw_semaphore", "readers.counter", &l->readers) < 0))
		l->in_rwsem.size = 0;
}

int klocks_open(struct kmem *mem, struct btf *btf, uint64_t stack_size, struct klocks **out)
{
	struct klocks *l = calloc(1, sizeof(*l));

	if (!l)
		return fail(-ENOMEM, "locks");
	l->mem = mem;
	l->stack_size = stack_size;
	find_form(btf, "mutex", "mutex_waiter", &l->form[KLOCK_MUTEX]);
	find_form(btf, "rw_semaphore", "rwsem_waiter", &l->form[KLOCK_RWSEM]);
	find_form(btf, "semaphore", "semaphore_waiter", &l->form[KLOCK_SEMAPHORE]);
	if (btf_member(btf, "rw_semaphore", "count.counter", &l->count) < 0)
		l->form[KLOCK_RWSEM].known = false;
	find_in_task(btf, "blocked_on", &l->blocked_on);
	if (l->blocked_on.size && !points_to(btf, &l->blocked_on, "mutex"))
		l->blocked_on.size = 0;
	find_in_task(btf, "blocker", &l->blocker);
	find_in_task(btf, "stack", &l->stack);
	find_rt(l, btf);
	if (!l->stack.size || (!l->form[KLOCK_MUTEX].known && !l->form[KLOCK_RWSEM].known &&
			       !l->pi_blocked_on.size)) {
		klocks_close(l);
		return fail(-ENOENT, "types of locks");
	}
	*out = l;
	return 0;
}

void klocks_close(struct klocks *l)
{
	free(l);
}

/* --- lists of waiters --- */

static bool is_pointer(uint64_t va)
{
	return va >> 63 && va % 8 == 0;
}

/* A waiter is on the stack of the task that waits. */
static bool is_waiter(struct klocks *l, const struct form *f, uint64_t node, uint64_t *task)
{
	uint64_t at = node - f->node.off, stack;

	return btf_read(l->mem, at, &f->task, task) == 0 && is_pointer(*task) &&
	       btf_read(l->mem, *task, &l->stack, &stack) == 0 && at >= stack &&
	       at - stack < l->stack_size;
}

static bool next_of(struct klocks *l, uint64_t node, uint64_t *next)
{
	uint64_t back;

	return kmem_u64(l->mem, node, next) == 0 && is_pointer(*next) &&
	       kmem_u64(l->mem, *next + 8, &back) == 0 && back == node;
}

/* Is the task among the lock's waiters? */
static bool has_waiter(struct klocks *l, const struct form *f, uint64_t lock, uint64_t task)
{
	uint64_t head = lock + f->list.off, node = head, who;

	if (!f->known || !is_pointer(lock))
		return false;
	if (f->headless) {
		if (kmem_u64(l->mem, head, &head) < 0 || !is_pointer(head))
			return false;
		head = node = head + f->node.off;
		if (is_waiter(l, f, node, &who) && who == task)
			return true;
	}
	for (unsigned i = 0; i < WAITERS_MAX; i++) {
		if (!next_of(l, node, &node) || node == head || !is_waiter(l, f, node, &who))
			return false;
		if (who == task)
			return true;
	}
	return false;
}

/* --- owners --- */

static bool read_owner(struct klocks *l, struct klock_wait *w)
{
	const struct form *f = &l->form[w->kind];
	uint64_t owner = 0, count = 0;

	if (f->owner.size && btf_read(l->mem, w->lock, &f->owner, &owner) < 0)
		return false;
	w->owner = owner & ~(uint64_t)OWNER_BITS;
	w->shared = w->kind == KLOCK_SEMAPHORE;
	w->readers = 0;
	if (w->kind == KLOCK_MUTEX)
		return owner & MUTEX_WAITERS;
	if (w->kind == KLOCK_SEMAPHORE)
		return true;
	if (btf_read(l->mem, w->lock, &l->count, &count) < 0 || !(count & RWSEM_WAITERS))
		return false;
	if (!(count & RWSEM_WRITER)) {
		w->readers = (count & INT64_MAX) >> RWSEM_READERS;
		w->shared = true;
		/* Of a lock that a writer left it is the writer still. */
		if (!w->readers || !(owner & OWNER_IS_READER))
			w->owner = 0;
	}
	return true;
}

static bool believe(struct klocks *l, uint64_t lock, enum klock_kind kind, struct klock_wait *w)
{
	w->lock = lock;
	w->kind = kind;
	if (!has_waiter(l, &l->form[kind], lock, w->task) || !read_owner(l, w))
		return false;
	if (!is_pointer(w->owner))
		w->owner = 0;
	return true;
}

/* --- by the task --- */

static bool by_task(struct klocks *l, struct klock_wait *w)
{
	/* In the low bits of task_struct.blocker. */
	static const enum klock_kind kinds[] = { KLOCK_MUTEX, KLOCK_SEMAPHORE, KLOCK_RWSEM,
						 KLOCK_RWSEM };
	uint64_t lock;

	if (l->blocked_on.size && btf_read(l->mem, w->task, &l->blocked_on, &lock) == 0 && lock &&
	    believe(l, lock, KLOCK_MUTEX, w))
		return true;
	return l->blocker.size && btf_read(l->mem, w->task, &l->blocker, &lock) == 0 && lock &&
	       believe(l, lock & ~3ull, kinds[lock & 3], w);
}

/* What the task asked for is known by its calls; without PREEMPT_RT only rt_mutexes are rt_mutexes.
 */
static void name_rt(const struct klocks *l, const struct klock_hint *h, struct klock_wait *w)
{
	w->kind = l->in_rwsem.size && h->stack.end && !l->form[h->kind].known ? h->kind
									      : KLOCK_RT_MUTEX;
	if (w->kind == KLOCK_RWSEM)
		w->lock -= l->in_rwsem.off;
}

static bool by_rt_mutex(struct klocks *l, const struct klock_hint *h, struct klock_wait *w)
{
	uint64_t waiter, task, owner;

	if (!l->pi_blocked_on.size || btf_read(l->mem, w->task, &l->pi_blocked_on, &waiter) < 0 ||
	    !is_pointer(waiter) || btf_read(l->mem, waiter, &l->rt_task, &task) < 0 ||
	    task != w->task || btf_read(l->mem, waiter, &l->rt_lock, &w->lock) < 0 ||
	    !is_pointer(w->lock) || btf_read(l->mem, w->lock, &l->rt_owner, &owner) < 0 ||
	    !(owner & RT_WAITERS))
		return false;
	w->owner = owner & ~(uint64_t)RT_WAITERS;
	w->shared = false;
	w->readers = 0;
	name_rt(l, h, w);
	return true;
}

/* --- by its stack --- */

/* From a waiter along the list to what is no waiter: the list's head, in the lock. */
static bool by_head(struct klocks *l, uint64_t node, enum klock_kind kind, struct klock_wait *w)
{
	const struct form *f = &l->form[kind];
	uint64_t who;

	for (unsigned i = 0; i < WAITERS_MAX; i++) {
		if (!next_of(l, node, &node))
			return false;
		if (!is_waiter(l, f, node, &who))
			return believe(l, node - f->list.off, kind, w);
	}
	return false;
}

/* No pointer leads from the ring of waiters to the lock, but its address is on the stack too. */
static bool by_stack_values(struct klocks *l, const struct klock_hint *h, struct klock_wait *w)
{
	for (uint64_t at = h->stack.start; at + 8 <= h->stack.end; at += 8) {
		uint64_t lock;

		if (kmem_u64(l->mem, at, &lock) == 0 && is_pointer(lock) &&
		    believe(l, lock, h->kind, w))
			return true;
	}
	return false;
}

static bool by_stack(struct klocks *l, const struct klock_hint *h, struct klock_wait *w)
{
	const struct form *f = &l->form[h->kind];
	uint64_t who;

	if (!f->known || h->stack.start >= h->stack.end || h->stack.start % 8 ||
	    h->stack.end - h->stack.start > STACK_SEARCH)
		return false;
	if (f->headless)
		return by_stack_values(l, h, w);
	for (uint64_t at = h->stack.start; at < h->stack.end; at += 8)
		if (is_waiter(l, f, at + f->node.off, &who) && who == w->task &&
		    by_head(l, at + f->node.off, h->kind, w))
			return true;
	return false;
}

/* With PREEMPT_RT the rwsem is the writer's already, while it waits for the readers to leave. */
static bool is_left(struct klocks *l, uint64_t lock, struct klock_wait *w)
{
	uint64_t owner, readers;

	if (!is_pointer(lock) ||
	    kmem_u64(l->mem, lock + l->in_rwsem.off + l->rt_owner.off, &owner) < 0 ||
	    (owner & ~(uint64_t)RT_WAITERS) != w->task ||
	    btf_read(l->mem, lock, &l->readers, &readers) < 0 || (int32_t)readers <= 0)
		return false;
	*w = (struct klock_wait){ .task = w->task,
				  .lock = lock,
				  .kind = KLOCK_RWSEM,
				  .shared = true,
				  .readers = (uint32_t)readers };
	return true;
}

static bool by_readers(struct klocks *l, const struct klock_hint *h, struct klock_wait *w)
{
	if (!l->in_rwsem.size || h->kind != KLOCK_RWSEM || h->stack.start % 8 ||
	    h->stack.end - h->stack.start > STACK_SEARCH)
		return false;
	for (uint64_t at = h->stack.start; at + 8 <= h->stack.end; at += 8) {
		uint64_t value;

		/* Its rt_mutex is at hand, too. */
		if (kmem_u64(l->mem, at, &value) == 0 &&
		    (is_left(l, value, w) || is_left(l, value - l->in_rwsem.off, w)))
			return true;
	}
	return false;
}

int klocks_wait(struct klocks *l, uint64_t task, const struct klock_hint *hint,
		struct klock_wait *out)
{
	*out = (struct klock_wait){ .task = task };
	return by_task(l, out) || by_rt_mutex(l, hint, out) || by_stack(l, hint, out) ||
			       by_readers(l, hint, out)
		       ? 0
		       : -ENOENT;
}
