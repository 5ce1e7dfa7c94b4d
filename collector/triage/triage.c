/* SPDX-License-Identifier: GPL-2.0-or-later */
/* triage.c - choose the event of a log to report, and fill in the report */
#include "triage/triage.h"
#include "triage/wrap.h"

#include <stdio.h>
#include <string.h>

/* Between the end of one event and the begin of what came of it. */
#define CHAIN_SECONDS 10  /* in the same process */
#define BURST_SECONDS 0.5 /* in any */
#define STALL_SECONDS 60  /* the watchdogs come back after 20 to 60 */
#define WAIT_SECONDS  300 /* until somebody who waits is found: khungtaskd looks every 120 s */

/* It may wait for what the task of an oops has left: a lock, an interrupt that is off. */
static bool waits(const struct event *v)
{
	return v->where == WHERE_STALL || v->where == WHERE_HUNG;
}

static double seconds_between(const struct event *before, const struct event *after)
{
	if (waits(after) && before->weight == WEIGHT_DEADLY)
		return WAIT_SECONDS;
	if (after->where == WHERE_STALL && before->where == WHERE_STALL)
		return STALL_SECONDS;
	return before->pid >= 0 && before->pid == after->pid ? CHAIN_SECONDS : BURST_SECONDS;
}

static bool led_to(const struct event *before, const struct event *after)
{
	return before->weight >= WEIGHT_WARNING &&
	       moment_near(&before->end, &after->begin, seconds_between(before, after));
}

/* False for a line that a program may have printed for any reason. */
static bool is_telling(const struct event *v)
{
	return v->nr_frames > 0 || v->regs.name[0] || v->line.name[0] || v->lock.name[0] ||
	       v->nowhere;
}

/* "WARNING: " may begin a message of any driver: with a function or a stack it is an event. */
static bool may_be_of_a_driver(const struct event *v)
{
	return v->where == WHERE_LINE && !line_starts(v->header, "WARNING: CPU: ");
}

/* Where nothing was deadly: a note that the kernel goes on after, as if nothing had been. */
static bool is_mild(const struct event *v)
{
	static const char *const notes[] = { "WARNING: ", "UBSAN: ", "INFO: suspicious", "irq ",
					     "Uhhuh" };

	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (line_starts(v->header, notes[i]))
			return true;
	return v->where == WHERE_LOCK || strstr(v->header, "page allocation failure");
}

/* The first of the chain that ends with the event at. */
static const struct event *first_of_chain(const struct events *e, unsigned at)
{
	const struct event *last = &e->at[at];

	for (unsigned i = at; i > 0 && led_to(&e->at[i - 1], &e->at[i]); i--)
		if (is_telling(&e->at[i - 1]) || !is_telling(last))
			at = i - 1;
	return &e->at[at];
}

/* Nothing was fatal: the first one that is worse than a note, or else the first one. */
static const struct event *first_warning(const struct events *e)
{
	const struct event *first = NULL;

	for (unsigned i = 0; i < e->nr; i++) {
		if (may_be_of_a_driver(&e->at[i]) && !is_telling(&e->at[i]))
			continue;
		first = first ? first : &e->at[i];
		if (!is_mild(&e->at[i]))
			return first_of_chain(e, i);
	}
	return first;
}

/* The last fatal one, back to the first of its chain; else the first of all. */
static const struct event *choose(const struct events *e, bool *fatal)
{
	unsigned at = e->nr;

	while (at > 0 && !e->at[at - 1].fatal)
		at--;
	*fatal = at > 0;
	return at > 0 ? first_of_chain(e, at - 1) : first_warning(e);
}

static void fill(const struct event *v, bool fatal, struct triage_report *out)
{
	bool only_panic = line_starts(v->header, PANIC_TEXT);

	out->fatal = fatal;
	snprintf(out->reason, sizeof(out->reason), "%.199s", only_panic ? v->panic : v->header);
	if (!only_panic)
		snprintf(out->panic, sizeof(out->panic), "%s", v->panic);
	snprintf(out->process, sizeof(out->process), "%s", v->comm);
	snprintf(out->taint, sizeof(out->taint), "%s", v->taint);
	snprintf(out->release, sizeof(out->release), "%s",
		 v->release[0] ? v->release : v->lock_release);
	out->pid = v->pid;
	out->cpu = v->cpu;
	triage_guilty(v, out);
	triage_fingerprint(out);
}

static void take_line(struct events *e, const char *line, size_t len)
{
	while (len > 0) {
		size_t n = line_record(line, len);

		events_line(e, line, n);
		line += n;
		len -= n;
	}
}

int triage_parse(const char *text, size_t len, struct triage_report *out)
{
	const struct event *v;
	const char *line;
	struct wrapped w;
	struct events e;
	bool fatal;
	int rc = events_init(&e);

	*out = (struct triage_report){ .pid = -1, .cpu = -1 };
	if (rc < 0)
		return rc;
	wrap_begin(&w, text, len);
	while ((line = wrap_next(&w, &len)))
		take_line(&e, line, len);
	events_end(&e);
	v = choose(&e, &fatal);
	if (v)
		fill(v, fatal, out);
	events_fini(&e);
	return 0;
}
