/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guilty.c - find the guilty function of an event */
#include "triage/triage.h"

#include <stdio.h>
#include <string.h>

/* The registers are of the place itself, not of somebody who came later. */
static bool has_regs(const struct event *v)
{
	return v->where != WHERE_HUNG && v->where != WHERE_TRACE && v->where != WHERE_ENTRY &&
	       v->where != WHERE_CALLER;
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

static bool blame(const struct triage_frame *f, bool waiting, struct triage_report *out)
{
	if (!f->name[0] || (waiting ? frame_is_waiting(f->name) : frame_is_helper(f->name)))
		return false;
	frame_base_name(f->name, out->function);
	snprintf(out->position, sizeof(out->position), "%s%s%s%s%s", f->name, f->offset,
		 f->module[0] ? " [" : "", f->module, f->module[0] ? "]" : "");
	snprintf(out->module, sizeof(out->module), "%s", f->module);
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

/* All frames are helpers: take one of them rather than none, one that reports last. */
static void blame_any(const struct event *v, struct triage_report *out)
{
	const struct triage_frame *f = v->line.name[0]	 ? &v->line
				       : v->regs.name[0] ? &v->regs
							 : NULL;

	for (unsigned i = 0; i < v->nr_frames && !f; i++)
		if (!frame_reports(v->frame[i].name))
			f = &v->frame[i];
	if (!f && v->nr_frames)
		f = &v->frame[0];
	if (!f)
		return;
	frame_base_name(f->name, out->function);
	snprintf(out->position, sizeof(out->position), "%s%s", f->name, f->offset);
}

void triage_guilty(const struct event *v, struct triage_report *out)
{
	bool found = false, waiting = v->where == WHERE_STALL || v->where == WHERE_HUNG;

	put_trace(v, out);
	if (v->where == WHERE_LOCK)
		found = blame(&v->lock, false, out);
	if (v->where == WHERE_LINE || v->where == WHERE_CALLER)
		found = blame(&v->line, false, out);
	if (v->where == WHERE_ENTRY)
		found = blame_entry(v, out);
	if (!found && has_regs(v) && v->where != WHERE_LOCK)
		found = blame(&v->regs, waiting, out);
	if (!found && v->where == WHERE_REGS && v->regs.name[0])
		found = blame(&v->link, waiting, out);
	if (!found)
		found = blame_trace(v, waiting, out);
	if (!found)
		blame_any(v, out);
}
