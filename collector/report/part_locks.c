/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part_locks.c - who waits for which lock, who holds it, and deadlocks */
#include "report/json_out.h"
#include "report/lock_chain.h"
#include "report/part.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CHAIN_MAX 16 /* tasks of one that are shown */
#define SHOWN_MAX 64 /* waiting tasks */

static void print_task(struct report *r, uint64_t va, FILE *f)
{
	const struct ktask *t = ktasks_at(r->tasks, va);
	char comm[4 * KTASK_COMM + 8];

	if (!t) {
		fprintf(f, "the task at %#" PRIx64, va);
		return;
	}
	report_escape(t->comm, comm, sizeof(comm));
	fprintf(f, "%s (pid %d)", comm, t->pid);
}

/* "name [module]" of a lock that is a variable; else its address. */
static void lock_symbol(struct report *r, uint64_t va, char out[REPORT_SYMBOL_SIZE])
{
	char *offset, *module;

	report_symbol(r, va, true, out);
	module = strchr(out, ' ');
	offset = strstr(out, "+0/");
	if (!offset)
		offset = strchr(out, '/');
	if (offset)
		memmove(offset, module ? module : "", strlen(module ? module : "") + 1);
}

static void print_lock(struct report *r, const struct klock_wait *w, FILE *f)
{
	char symbol[REPORT_SYMBOL_SIZE];

	lock_symbol(r, w->lock, symbol);
	fprintf(f, "waits for the %s %s", klock_name(w->kind), symbol);
	if (!w->owner && w->readers)
		fprintf(f, ", held by %" PRIu64 " readers", w->readers);
	else if (!w->owner)
		fprintf(f, ", whose holder is not known");
	else if (w->readers)
		fprintf(f, ", held by %" PRIu64 " reader%s, the last to come was ", w->readers,
			w->readers > 1 ? "s" : "");
	else
		fprintf(f, w->shared ? ", last taken by " : ", held by ");
	if (w->owner)
		print_task(r, w->owner, f);
}

/* The end of the chain: what the task at its end is doing. */
static void print_end(struct report *r, uint64_t owner, FILE *f)
{
	const struct ktask *t = ktasks_at(r->tasks, owner);

	if (!t)
		return;
	if (t->on_cpu)
		fprintf(f, ", which was running on CPU %u", t->cpu);
	else
		fprintf(f, ", which waits for no lock (state %c)", t->state);
}

/* From w to the end of its chain, or once around. */
static void print_chain(const struct lock_chains *c, const struct klock_wait *w, FILE *f)
{
	const struct klock_wait *at = w, *next;

	print_task(c->r, w->task, f);
	fputc(' ', f);
	for (unsigned i = 0; at; i++, at = next) {
		print_lock(c->r, at, f);
		next = lock_chain_next(c, at);
		if (!next && at->owner)
			print_end(c->r, at->owner, f);
		if (next == w || !next)
			break;
		if (i == CHAIN_MAX) {
			fprintf(f, ", and so on");
			break;
		}
		fprintf(f, ", which ");
	}
}

static void print_deadlocks(const struct lock_chains *c, FILE *f)
{
	bool certain;

	for (unsigned i = 0; i < c->nr; i++) {
		const struct klock_wait *w = &c->wait[i];

		if (!w->lock || !lock_chain_loops(c, w, &certain) || !lock_chain_leads(c, w))
			continue;
		fprintf(f, certain ? "  Deadlock: " : "  Perhaps a deadlock: ");
		print_chain(c, w, f);
		fprintf(f, ".\n");
	}
}

int part_locks_text(struct report *r, FILE *f)
{
	struct lock_chains c;
	unsigned shown = 0;
	bool certain;
	int rc = lock_chains_open(r, &c);

	if (rc == 0)
		print_deadlocks(&c, f);
	for (unsigned i = 0; rc == 0 && i < c.nr_blocked; i++) {
		if (!c.wait[i].lock || lock_chain_loops(&c, &c.wait[i], &certain))
			continue;
		if (shown++ == SHOWN_MAX) {
			fprintf(f, "  and more tasks that wait for locks\n");
			break;
		}
		fprintf(f, "  ");
		print_chain(&c, &c.wait[i], f);
		fputc('\n', f);
	}
	if (c.cut)
		fprintf(f, "  More than %u tasks were blocked; the others are not shown.\n",
			LOCK_WAITS_MAX);
	lock_chains_close(&c);
	return rc;
}

/* --- JSON --- */

static void json_pid(struct report *r, struct json *j, const char *key, uint64_t va)
{
	const struct ktask *t = ktasks_at(r->tasks, va);

	if (t)
		json_number(j, key, t->pid);
}

static void json_wait(const struct lock_chains *c, const struct klock_wait *w, struct json *j)
{
	const struct ktask *t = ktasks_at(c->r->tasks, w->task);
	char symbol[REPORT_SYMBOL_SIZE];

	lock_symbol(c->r, w->lock, symbol);
	json_object(j, NULL);
	json_address(j, "task", w->task);
	json_pid(c->r, j, "pid", w->task);
	if (t)
		json_text(j, "comm", t->comm);
	json_text(j, "kind", klock_name(w->kind));
	json_address(j, "lock", w->lock);
	json_text(j, "symbol", symbol);
	if (w->owner) {
		json_pid(c->r, j, "owner_pid", w->owner);
		json_bool(j, "owner_certain", !w->shared);
	}
	json_end(j);
}

/* The pids of each loop, in the order in which they wait. */
static void json_deadlock(const struct lock_chains *c, const struct klock_wait *w, bool certain,
			  struct json *j)
{
	const struct klock_wait *at = w;

	json_object(j, NULL);
	json_bool(j, "certain", certain);
	json_list(j, "pids");
	do {
		json_pid(c->r, j, NULL, at->task);
		at = lock_chain_next(c, at);
	} while (at && at != w);
	json_end(j);
	json_end(j);
}

int part_locks_json(struct report *r, FILE *f)
{
	struct lock_chains c;
	struct json j;
	bool certain;
	int rc = lock_chains_open(r, &c);

	if (rc == 0) {
		json_begin(&j, f, '{');
		json_bool(&j, "cut", c.cut);
		json_list(&j, "deadlocks");
		for (unsigned i = 0; i < c.nr; i++)
			if (c.wait[i].lock && lock_chain_loops(&c, &c.wait[i], &certain) &&
			    lock_chain_leads(&c, &c.wait[i]))
				json_deadlock(&c, &c.wait[i], certain, &j);
		json_end(&j);
		json_list(&j, "waits");
		for (unsigned i = 0; i < c.nr; i++)
			if (c.wait[i].lock)
				json_wait(&c, &c.wait[i], &j);
		json_end(&j);
		json_end(&j);
	}
	lock_chains_close(&c);
	return rc;
}
