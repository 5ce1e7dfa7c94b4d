/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lock_chain.c - which blocked task waits for which */
#include "report/lock_chain.h"

#include "base/err.h"
#include "base/util.h"

#include <stdlib.h>
#include <string.h>

#define FRAMES_LOOKED 12
#define FRAME_BYTES   512 /* of a frame that is the last one known */

static const struct lock_frame {
	const char *begins;
	enum klock_kind kind;
} frames[] = {
#define LOCK_FRAME(begins, kind) { begins, kind },
#include "report/lock_frames.def"
};

static const struct lock_frame *frame_of(struct report *r, const struct unwind_frame *f)
{
	struct ksym sym;

	if (kallsyms_at(r->syms, f->exact ? f->ip : f->ip - 1, &sym) < 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++)
		if (strncmp(sym.name, frames[i].begins, strlen(frames[i].begins)) == 0)
			return &frames[i];
	return NULL;
}

/* The frames of functions that wait for a lock. */
static struct klock_hint find_hint(struct lock_chains *c, uint64_t task)
{
	struct klock_hint hint = { 0 };
	const struct unwind *w = c->walk;

	if (!c->r->unwinder || unwind_sleeping(c->r->unwinder, task, c->walk) < 0)
		return hint;
	for (unsigned i = 0; i < w->nr && i < FRAMES_LOOKED; i++) {
		const struct lock_frame *f = frame_of(c->r, &w->frame[i]);

		if (!f)
			continue;
		if (!hint.stack.end || f->kind == KLOCK_SPINLOCK)
			hint.kind = f->kind;
		hint.stack.start = w->frame[0].sp;
		hint.stack.end = i + 1 < w->nr ? w->frame[i + 1].sp : w->frame[i].sp + FRAME_BYTES;
	}
	return hint;
}

static const struct klock_wait *find(const struct lock_chains *c, uint64_t task)
{
	for (unsigned i = 0; i < c->nr; i++)
		if (c->wait[i].task == task)
			return &c->wait[i];
	return NULL;
}

static void add(struct lock_chains *c, uint64_t task)
{
	struct klock_hint hint;
	struct klock_wait *w;

	if (c->nr == LOCK_WAITS_MAX) {
		c->cut = true;
		return;
	}
	hint = find_hint(c, task);
	w = &c->wait[c->nr++];
	if (klocks_wait(c->locks, task, &hint, w) < 0)
		*w = (struct klock_wait){ .task = task };
}

static bool is_blocked(const struct ktask *t)
{
	return t->state == 'D' && !t->on_cpu;
}

int lock_chains_open(struct report *r, struct lock_chains *c)
{
	int rc = report_needs(r->tasks, "tasks");

	*c = (struct lock_chains){ .r = r };
	if (rc == 0)
		rc = klocks_open(r->mem, r->btf, kernel_stack_size(r->k, r->syms), &c->locks);
	if (rc < 0)
		return rc;
	c->wait = calloc(LOCK_WAITS_MAX, sizeof(*c->wait));
	c->walk = malloc(sizeof(*c->walk));
	if (!c->wait || !c->walk)
		return fail(-ENOMEM, "locks");
	for (unsigned i = 0; i < r->tasks->nr; i++)
		if (is_blocked(&r->tasks->task[i]))
			add(c, r->tasks->task[i].va);
	c->nr_blocked = c->nr;
	/* Owners that wait as well, but not in D state; the list grows on the way. */
	for (unsigned i = 0; i < c->nr; i++) {
		uint64_t owner = c->wait[i].owner;
		const struct ktask *t = owner ? ktasks_at(r->tasks, owner) : NULL;

		/* Not in the list of tasks: nothing proves that it is one. */
		if (owner && !t)
			c->wait[i].owner = 0;
		else if (t && !t->on_cpu && !find(c, owner))
			add(c, owner);
	}
	return 0;
}

void lock_chains_close(struct lock_chains *c)
{
	klocks_close(c->locks);
	free(c->wait);
	free(c->walk);
	*c = (struct lock_chains){ 0 };
}

const struct klock_wait *lock_chain_next(const struct lock_chains *c, const struct klock_wait *w)
{
	const struct klock_wait *next = w->owner ? find(c, w->owner) : NULL;

	return next && next->lock ? next : NULL;
}

bool lock_chain_loops(const struct lock_chains *c, const struct klock_wait *w, bool *certain)
{
	const struct klock_wait *at = w;

	*certain = true;
	for (unsigned i = 0; at && i <= c->nr; i++) {
		*certain = *certain && !at->shared;
		at = lock_chain_next(c, at);
		if (at == w)
			return true;
	}
	return false;
}

bool lock_chain_leads(const struct lock_chains *c, const struct klock_wait *w)
{
	const struct klock_wait *at = lock_chain_next(c, w);

	for (unsigned i = 0; at && at != w && i <= c->nr; i++) {
		if (at < w)
			return false;
		at = lock_chain_next(c, at);
	}
	return at == w;
}
