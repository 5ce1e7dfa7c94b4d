/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guilty.c - find the guilty function of an event */
#include "triage/triage.h"

#include <stdio.h>
#include <string.h>

/* The registers are of the place itself, not of somebody who came later. */
static bool has_regs(const struct event *v)
{
	return v->where != WHERE_HUNG && v->where != WHERE_TRACE && v->where != WHERE_ENTRY &&
	       v->where != WHERE_CALLER && v->where != WHERE_NOBODY;
}

/* The stack to search: the registers first, unless they are the first frame anyway. */
static void put_trace(const struct event *v, struct triage_report *out)
{
	bool regs = v->regs.name[0] && has_regs(v);

	if (regs && (v->nr_frames == 0 || strcmp(v->frame[0].name, v->regs.name) != 0))
		frame_base_name(v->regs.name, out->trace[out->nr_trace++]);
	for (unsigned i = 0; i < v->nr_frames && out->nr_trace < FRAMES_MAX; i++)
		frame_base_name(v->frame[i].name, out->trace[out->nr_trace++]);
}

static void name(const struct triage_frame *f, struct triage_report *out)
{
	frame_base_name(f->name, out->function);
	snprintf(out->position, sizeof(out->position), "%s%s%s%s%s", f->name, f->offset,
		 f->module[0] ? " [" : "", f->module, f->module[0] ? "]" : "");
	snprintf(out->module, sizeof(out->module), "%s", f->module);
}

static bool blame(const struct triage_frame *f, bool waiting, struct triage_report *out)
{
	if (!f->name[0] || (waiting ? frame_is_waiting(f->name) : frame_is_helper(f->name)))
		return false;
	name(f, out);
	return true;
}

/*
 * A caller whose last instruction is a call that does not return: the address behind it, which
 * arm64 prints as it is, is the start of the next function. That one was not on the stack.
 */
static bool is_next_function(const struct triage_frame *f)
{
	return strncmp(f->offset, "+0x0/", 5) == 0;
}

static bool blame_trace(const struct event *v, bool waiting, struct triage_report *out)
{
	for (unsigned i = 0; i < v->nr_frames; i++)
		if ((i == 0 || !is_next_function(&v->frame[i])) &&
		    blame(&v->frame[i], waiting, out))
			return true;
	return false;
}

/* The outermost function of the task itself: which one took too much of the stack is not known. */
static bool blame_entry(const struct event *v, struct triage_report *out)
{
	for (unsigned i = v->nr_frames; i-- > 0;)
		if (!frame_is_entry(v->frame[i].name) && blame(&v->frame[i], false, out))
			return true;
	return false;
}

/* The first helper on the stack, of which the log lacks the caller. */
static const struct triage_frame *first_helper(const struct event *v)
{
	for (unsigned i = 0; i < v->nr_frames; i++)
		if (frame_is_helper(v->frame[i].name) && !frame_reports(v->frame[i].name))
			return &v->frame[i];
	return NULL;
}

/*
 * All frames are helpers: take one of them rather than none, but never one that reports, and none
 * that allocates: whoever asked for memory that there was not, or when one must not, is not there.
 */
static void blame_any(const struct event *v, struct triage_report *out)
{
	const struct triage_frame *f = NULL;

	if (v->line.name[0] && !frame_reports(v->line.name))
		f = &v->line;
	else if (v->regs.name[0] && (v->where == WHERE_REGS || !frame_reports(v->regs.name)))
		f = &v->regs; /* where the CPU was is so even in a function that reports */
	if (!f && first_helper(v) && !strstr(first_helper(v)->name, "alloc"))
		f = first_helper(v);
	/* It jumped to nowhere at once. */
	if (!f && v->where == WHERE_REGS && v->nr_frames > 0 && frame_is_entry(v->frame[0].name))
		f = &v->frame[0];
	if (f)
		name(f, out);
}

/* Where the header names only the function, the stack knows the rest. */
static void complete(const struct event *v, struct triage_report *out)
{
	char base[FRAME_NAME];

	for (unsigned i = 0; i < v->nr_frames && !out->module[0]; i++) {
		frame_base_name(v->frame[i].name, base);
		if (strcmp(base, out->function) == 0)
			name(&v->frame[i], out);
	}
}

static bool find(const struct event *v, struct triage_report *out)
{
	bool waiting = v->where == WHERE_STALL || v->where == WHERE_HUNG;

	if (v->where == WHERE_LOCK && blame(&v->lock, false, out))
		return true;
	if (v->where == WHERE_LINE && blame(&v->line, false, out))
		return true;
	if (v->where == WHERE_ENTRY && blame_entry(v, out))
		return true;
	/* The function whose stack is damaged may be any. */
	if (v->where == WHERE_CALLER && v->line.name[0]) {
		name(&v->line, out);
		return true;
	}
	if (has_regs(v) && v->where != WHERE_LOCK && blame(&v->regs, waiting, out))
		return true;
	if ((v->where == WHERE_REGS || v->where == WHERE_BUG) && (v->regs.name[0] || v->nowhere) &&
	    blame(&v->link, waiting, out))
		return true;
	return blame_trace(v, waiting, out) ||
	       (!frame_is_entry(v->outer.name) && !is_next_function(&v->outer) &&
		blame(&v->outer, waiting, out));
}

/* Only the worker's own loop is left of the stack, below helpers. */
static bool is_worker(const struct event *v, const struct triage_report *out)
{
	return frame_calls_back(out->function) && (v->regs.name[0] || v->nr_frames > 0) &&
	       strcmp(out->function, v->regs.name[0] ? v->regs.name : v->frame[0].name) != 0;
}

void triage_guilty(const struct event *v, struct triage_report *out)
{
	bool found, waiting = v->where == WHERE_STALL || v->where == WHERE_HUNG;

	put_trace(v, out);
	if (v->where == WHERE_NOBODY)
		return;
	found = find(v, out);
	/* The work was inlined, or everything it called is a helper. */
	if (v->work.name[0] && (!found || is_worker(v, out)))
		name(&v->work, out);
	else if (!found && !blame(&v->maybe, waiting, out))
		blame_any(v, out);
	complete(v, out);
}
