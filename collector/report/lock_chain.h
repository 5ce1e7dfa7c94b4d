/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_chain.h - chains of blocked tasks: from each task to the owner of the lock it waits for
 *
 *     lock_chains_open  ->  wait[], lock_chain_next  ->  lock_chains_close
 *
 * Edges are those of kernel/locks.h. Bounded: LOCK_WAITS_MAX tasks are looked at.
 */
#ifndef REPORT_LOCK_CHAIN_H
#define REPORT_LOCK_CHAIN_H

#include "kernel/locks.h"
#include "report/report.h"

#define LOCK_WAITS_MAX 512

struct lock_chains {
	struct report *r;
	struct klocks *locks;
	struct unwind *walk;
	struct klock_wait *wait; /* one a task; lock 0: it waits for none */
	unsigned nr;
	unsigned nr_blocked; /* of wait, the first: tasks that were in D state */
	bool cut;	     /* there were more */
};

/* Negative with a message in the trail; call lock_chains_close() in any case. */
int lock_chains_open(struct report *r, struct lock_chains *c);
void lock_chains_close(struct lock_chains *c);

/* The entry of the owner of w's lock; NULL: no owner is known, or it waits for no lock. */
const struct klock_wait *lock_chain_next(const struct lock_chains *c, const struct klock_wait *w);

/* True if the chain comes back to w. *certain: each lock on it has one owner for sure. */
bool lock_chain_loops(const struct lock_chains *c, const struct klock_wait *w, bool *certain);

/* Is w the task of its loop to report? A loop is one deadlock, not one for each task in it. */
bool lock_chain_leads(const struct lock_chains *c, const struct klock_wait *w);

#endif
