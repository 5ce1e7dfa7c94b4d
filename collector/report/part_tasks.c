/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part_tasks.c - how many tasks in which state, and each process with its threads folded */
#include "report/json_out.h"
#include "report/part.h"

#include <inttypes.h>
#include <string.h>

#define STATES "RSDTtXZPI?"

static void count_states(const struct report *r, unsigned nr[sizeof(STATES)])
{
	memset(nr, 0, sizeof(STATES) * sizeof(nr[0]));
	for (unsigned i = 0; i < r->tasks->nr; i++) {
		const char *at = strchr(STATES, r->tasks->task[i].state);

		if (at && *at)
			nr[at - STATES]++;
	}
}

/* Seconds since it last got or gave up the CPU, to a tenth. */
static double idle_for(const struct report *r, const struct ktask *t)
{
	uint64_t ns =
		r->tasks->clock > t->last_ran && t->last_ran ? r->tasks->clock - t->last_ran : 0;

	return (double)(ns / 100000000u) / 10;
}

/* Threads that follow their leader in the list. */
static unsigned nr_threads(const struct report *r, unsigned leader)
{
	unsigned nr = 1;

	while (leader + nr < r->tasks->nr && r->tasks->task[leader + nr].pid != 0 &&
	       r->tasks->task[leader + nr].tgid == r->tasks->task[leader].pid)
		nr++;
	return nr;
}

static void print_task(const struct report *r, const struct ktask *t, unsigned threads, FILE *f)
{
	char comm[4 * KTASK_COMM + 8];

	report_escape(t->comm, comm, sizeof(comm));
	fprintf(f, "  %7d %c%c %4u %9.1f  %s%s%s", t->pid, t->state, t->on_cpu ? '*' : ' ', t->cpu,
		idle_for(r, t), t->kernel ? "[" : "", comm, t->kernel ? "]" : "");
	if (threads > 1)
		fprintf(f, " (%u threads)", threads);
	fputc('\n', f);
}

int part_tasks_text(struct report *r, FILE *f)
{
	unsigned nr[sizeof(STATES)];
	int rc = report_needs(r->tasks, "tasks");

	if (rc < 0)
		return rc;
	count_states(r, nr);
	fprintf(f, "  %u tasks:", r->tasks->nr);
	for (size_t i = 0; i < strlen(STATES); i++)
		if (nr[i])
			fprintf(f, " %u %c", nr[i], STATES[i]);
	fprintf(f, "%s\n      PID    CPU      IDLE  COMMAND (* it was running; [kernel thread])\n",
		r->tasks->cut ? "; the list is damaged, there may be more" : "");
	for (unsigned i = 0, threads; i < r->tasks->nr; i += threads) {
		threads = nr_threads(r, i);
		print_task(r, &r->tasks->task[i], threads, f);
	}
	return 0;
}

int part_tasks_json(struct report *r, FILE *f)
{
	struct json j;
	int rc = report_needs(r->tasks, "tasks");

	if (rc < 0)
		return rc;
	json_begin(&j, f, '{');
	json_bool(&j, "cut", r->tasks->cut);
	json_list(&j, "list");
	for (unsigned i = 0; i < r->tasks->nr; i++) {
		const struct ktask *t = &r->tasks->task[i];

		json_object(&j, NULL);
		json_address(&j, "task", t->va);
		json_number(&j, "pid", t->pid);
		json_number(&j, "tgid", t->tgid);
		json_text(&j, "comm", t->comm);
		json_text(&j, "state", (const char[]){ t->state, '\0' });
		json_bool(&j, "on_cpu", t->on_cpu);
		json_bool(&j, "kernel", t->kernel);
		json_unsigned(&j, "cpu", t->cpu);
		json_unsigned(&j, "idle_ms", (uint64_t)(idle_for(r, t) * 1000));
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	return 0;
}
