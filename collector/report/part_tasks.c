/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part_tasks.c - how many tasks in which state, and each process with its threads folded */
#include "report/json_out.h"
#include "report/part.h"

#include <inttypes.h>

/* Seconds since it last got or gave up the CPU, to a tenth. */
static double idle_for(const struct report *r, const struct ktask *t)
{
	uint64_t ns =
		r->tasks->clock > t->last_ran && t->last_ran ? r->tasks->clock - t->last_ran : 0;

	return (double)(ns / 100000000u) / 10;
}

/* A task and the threads that follow it in the list. */
static unsigned nr_threads(const struct report *r, unsigned leader)
{
	unsigned nr = 1;

	while (leader + nr < r->tasks->nr && r->tasks->task[leader + nr].pid != 0 &&
	       r->tasks->task[leader + nr].tgid == r->tasks->task[leader].pid)
		nr++;
	return nr;
}

static void print_task(const struct report *r, const struct ktask *t, FILE *f)
{
	char comm[4 * KTASK_COMM + 8];

	report_escape(t->comm, comm, sizeof(comm));
	fprintf(f, "  %7d %c%c %4u %9.1f  %s%s%s", t->pid, t->state, t->on_cpu ? '*' : ' ', t->cpu,
		idle_for(r, t), t->kernel ? "[" : "", comm, t->kernel ? "]" : "");
	if (t->threads > 1)
		fprintf(f, " (%u threads)", t->threads);
	fputc('\n', f);
}

static void print_counts(const struct ktasks *t, FILE *f)
{
	fprintf(f, "  %u tasks:", t->nr + t->nr_left_out);
	for (size_t i = 0; i < KTASK_NR_STATES; i++)
		if (t->by_state[i])
			fprintf(f, " %u %c", t->by_state[i], KTASK_STATES[i]);
	if (t->cut)
		fprintf(f, "; the list is damaged or has no end, there may be more");
	if (t->nr_left_out)
		fprintf(f,
			"\n  %u of them are left out below: none that ran or was in state D "
			"while there was space",
			t->nr_left_out);
	fprintf(f, "\n");
}

int part_tasks_text(struct report *r, FILE *f)
{
	int rc = report_needs(r->tasks, "tasks");

	if (rc < 0)
		return rc;
	print_counts(r->tasks, f);
	fprintf(f, "      PID    CPU      IDLE  COMMAND (* it was running; [kernel thread])\n");
	for (unsigned i = 0; i < r->tasks->nr; i += nr_threads(r, i))
		print_task(r, &r->tasks->task[i], f);
	return 0;
}

static void json_counts(const struct ktasks *t, struct json *j)
{
	json_bool(j, "cut", t->cut);
	json_unsigned(j, "total", t->nr + t->nr_left_out);
	json_unsigned(j, "left_out", t->nr_left_out);
	json_object(j, "states");
	for (size_t i = 0; i < KTASK_NR_STATES; i++)
		if (t->by_state[i])
			json_unsigned(j, (const char[]){ KTASK_STATES[i], '\0' }, t->by_state[i]);
	json_end(j);
}

static void json_task(const struct report *r, const struct ktask *t, struct json *j)
{
	json_object(j, NULL);
	json_address(j, "task", t->va);
	json_number(j, "pid", t->pid);
	json_number(j, "tgid", t->tgid);
	json_text(j, "comm", t->comm);
	json_text(j, "state", (const char[]){ t->state, '\0' });
	json_bool(j, "on_cpu", t->on_cpu);
	json_bool(j, "kernel", t->kernel);
	json_unsigned(j, "cpu", t->cpu);
	json_unsigned(j, "idle_ms", (uint64_t)(idle_for(r, t) * 1000));
	if (t->threads)
		json_unsigned(j, "threads", t->threads);
	json_end(j);
}

int part_tasks_json(struct report *r, FILE *f)
{
	struct json j;
	int rc = report_needs(r->tasks, "tasks");

	if (rc < 0)
		return rc;
	json_begin(&j, f, '{');
	json_counts(r->tasks, &j);
	json_list(&j, "list");
	for (unsigned i = 0; i < r->tasks->nr; i++)
		json_task(r, &r->tasks->task[i], &j);
	json_end(&j);
	json_end(&j);
	return 0;
}
