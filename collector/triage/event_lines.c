/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_lines.c - facts from the lines of an event: function, registers, call trace */
#include "triage/event.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const trace_begins[] = { "Call Trace:", "Call trace:", "Backtrace:",
					    "backtrace:",  "Backtrace (", "backtrace (" };

static bool begins_trace(const char *text)
{
	/* arm prints no title. */
	if (strstr(text, "unwind_backtrace") && strstr(text, " from "))
		return true;
	/* The output of another CPU may be in front. */
	for (size_t i = 0; i < sizeof(trace_begins) / sizeof(trace_begins[0]); i++)
		if (strstr(text, trace_begins[i]))
			return true;
	return false;
}

/* RIP: 0010:func, RIP  [<addr>] func, IP: [<addr>] func, PC is at func, pc : func, and so on. */
static const char *const reg_names[] = {
	"RIP: 0010:", "RIP: e030:", "RIP: ", "RIP  ",	  "EIP: ",  "EIP is at ", "PC is at ",
	"pc is at ",  "pc : ",	    "pc: ",  "PC: ",	  "epc : ", "epc   : ",	  "NIP ",
	"IP: ",	      "Krnl PSW ",  "TPC: ", "IAOQ[0]: ", "ERA: ",
};

/* The caller's, where a call leaves it in a register. */
static const char *const link_names[] = {
	"LR is at ", "PR is at ", "ra is at ", "lr : ", "ra : ",
	"ra    : ",  "ra: ",	  "LR [",      "RPC: ", "RP(r2): "
};

/* "PC is at 0x0", "epc   : 702e7da4 0x702e7da4" */
static bool is_address(const char *at)
{
	size_t n;

	at += strspn(at, "0123456789abcdef[]<> ");
	if (at[0] == 'x' && at[-1] == '0')
		at++;
	n = strspn(at, "0123456789abcdef");
	return n > 0 && !at[n + strspn(at + n, " ")];
}

/* "[<ff8111d5>]": a mail broke the line before the function. */
static bool is_broken(const char *at)
{
	return strchr(at, '<') && !at[strspn(at, "0123456789abcdef[]<> ")];
}

static void take_pc(struct event *v, const char *at)
{
	struct triage_frame f;

	if (!frame_parse(at, &f)) {
		v->nowhere |= !v->regs.name[0] && is_address(at);
		v->wants_pc = is_broken(at);
		return;
	}
	if (!v->regs.name[0])
		v->regs = f;
	if (v->in_trace && v->nr_frames < FRAMES_MAX && v->where == WHERE_STALL)
		v->frame[v->nr_frames++] = f;
}

static void take_regs(struct event *v, const char *text)
{
	struct triage_frame f;

	if (v->wants_pc && frame_line(text, &f) && !v->regs.name[0])
		v->regs = f;
	v->wants_pc = false;
	text += strspn(text, " ");
	for (size_t i = 0; i < sizeof(reg_names) / sizeof(reg_names[0]); i++)
		if (line_starts(text, reg_names[i])) {
			take_pc(v, text + strlen(reg_names[i]));
			if (v->regs.name[0] || v->nowhere)
				return;
		}
	for (size_t i = 0; i < sizeof(link_names) / sizeof(link_names[0]); i++)
		if (line_starts(text, link_names[i]) && !v->link.name[0] &&
		    frame_parse(text + strlen(link_names[i]), &f))
			v->link = f;
}

/* arm's: "[<addr>] (func [module]) from [<addr>] (caller+0x1/0x2)", "func from caller+0x1/0x2" */
static bool arm_frame(const char *text, struct triage_frame *out)
{
	const char *from = strstr(text, " from "), *open, *close;
	size_t n;

	if (!from)
		return false;
	open = memchr(text, '(', (size_t)(from - text));
	open = open ? open + 1 : text + strspn(text, " ");
	close = open + strcspn(open, " )+");
	n = (size_t)(close - open);
	if (n == 0 || n >= sizeof(out->name) || close > from || *open == '[')
		return false;
	*out = (struct triage_frame){ .unsure = false };
	line_copy(out->name, sizeof(out->name), open, n);
	close += strcspn(close, "[ )");
	if (line_starts(close, " ["))
		line_copy(out->module, sizeof(out->module), close + 2, strcspn(close + 2, "]"));
	return true;
}

/* "+0x0/0x12", "+0x12/0x12": the address of a function, which is no return address. */
static bool is_pointer(const struct triage_frame *f)
{
	const char *size = strchr(f->offset, '/');

	return size &&
	       (line_starts(f->offset, "+0x0/") || (strlen(size) == (size_t)(size - f->offset) &&
						    line_starts(f->offset + 1, size + 1)));
}

static void take_frame(struct event *v, const char *text)
{
	struct triage_frame f;

	if (!arm_frame(text, &f) && !frame_line(text, &f))
		return;
	if (f.unsure && is_pointer(&f))
		return;
	/* A kernel without frame pointers is sure of none: they count until one is sure. */
	if (v->nr_frames > 0 && f.unsure != v->frame[0].unsure) {
		if (f.unsure) {
			if (!v->maybe.name[0] && !frame_is_helper(f.name))
				v->maybe = f;
			return;
		}
		v->nr_frames = 0;
	}
	v->maybe.name[0] = '\0';
	if (v->nr_frames < FRAMES_MAX)
		v->frame[v->nr_frames++] = f;
	if (!strstr(text, " from ") || !frame_parse(strstr(text, " from "), &v->outer))
		v->outer.name[0] = '\0';
}

/*
 * lockdep: the first "at: func" behind "is trying to acquire lock" or the lock that is wrong. Where
 * inlined functions were looked up the first ones are of the lock itself.
 */
static void take_lock(struct event *v, const char *text)
{
	const char *at = strstr(text, " at: ");

	v->has_lock |= v->lock.name[0] && (!frame_is_helper(v->lock.name) || !strstr(text, " at:"));
	if (v->where != WHERE_LOCK || v->has_lock)
		return;
	if (at && frame_parse(at + 5, &v->lock))
		return;
	/* On a line of its own after "is trying to release lock (x) at:". */
	if (v->wants_lock && frame_parse(text, &v->lock))
		return;
	at = strstr(text, " at:");
	v->wants_lock = at && !at[4];
}

/* "Workqueue: events func [module]" */
static void take_work(struct event *v, const char *text)
{
	struct triage_frame *work = &v->work;
	size_t n;

	if (!line_starts(text, "Workqueue: ") || work->name[0])
		return;
	text += strlen("Workqueue: ");
	text += strcspn(text, " ");
	text += strspn(text, " ");
	if (isdigit((unsigned char)*text))
		return; /* an address: there are no symbols */
	n = strcspn(text, " ");
	line_copy(work->name, sizeof(work->name), text, n);
	if (line_starts(text + n, " ["))
		line_copy(work->module, sizeof(work->module), text + n + 2,
			  strcspn(text + n + 2, "]"));
}

/* The function of a worker that leaked a lock or the like. */
static void take_last_function(struct event *v, const char *text)
{
	const char *at = strstr(text, "last function: ");

	if (at && !v->line.name[0])
		snprintf(v->line.name, sizeof(v->line.name), "%.90s",
			 at + strlen("last function: "));
}

/* Of a stall: skip a stack that only waits, and RCU's own thread: neither is stalled. */
static bool is_idle_trace(const struct event *v)
{
	bool idle = true;

	for (unsigned i = 0; i < v->nr_frames; i++) {
		if (line_starts(v->frame[i].name, "rcu_gp_"))
			return true;
		idle &= frame_is_waiting(v->frame[i].name);
	}
	return idle;
}

/* "[<addr>] (func) from [<addr>] (caller": the stack of a task has no title at all on arm. */
static bool is_arm_line(const char *text)
{
	text += strspn(text, " ");
	return line_starts(text, "[<") && strstr(text, ") from [<");
}

/* The task that panics is not the one with the problem. */
static bool is_of_another(const struct event *v)
{
	return line_starts(v->header, "INFO: task ");
}

/* A stack whose title is lost, of an event that is all about one stack. */
static bool is_untitled(const struct event *v, const char *text)
{
	struct triage_frame f;

	return v->nr_frames == 0 && frame_line(text, &f) &&
	       (v->where == WHERE_STALL || is_of_another(v));
}

static void restart_trace(struct event *v)
{
	v->nr_frames = 0;
	v->untitled = false;
}

/* The first trace with frames counts: later ones are of the allocation, the free, or a waiter. */
static void take_trace(struct event *v, const struct triage_line *l)
{
	if (begins_trace(l->text)) {
		if (v->untitled || (v->where == WHERE_STALL && is_idle_trace(v)))
			restart_trace(v);
		v->in_trace = v->nr_frames == 0;
		return;
	}
	if (!v->in_trace && is_untitled(v, l->text))
		v->in_trace = v->untitled = true;
	v->in_trace |= v->nr_frames == 0 && !v->panicked && is_arm_line(l->text);
	if (!v->in_trace)
		return;
	/* Empty lines without a time stamp are another program's. */
	if (l->seconds >= 0 && strspn(l->text, " ") == strlen(l->text) && v->nr_frames > 0)
		v->in_trace = false;
	take_frame(v, l->text);
}

/*
 * The panic of a hard lockup came in an NMI: what its stack has below is where the CPU really was.
 * The registers that were printed before may be those that an interrupt had saved (Red Hat's 3.10).
 */
static void take_below_nmi(struct event *v, const char *text)
{
	struct triage_frame f;

	if (!v->panicked || v->where != WHERE_STALL || !strstr(v->header, "LOCKUP"))
		return;
	v->below_nmi |= strstr(text, "</NMI>") || strstr(text, "<EOE>");
	if (!v->below_nmi || !frame_line(text, &f) || f.unsure)
		return;
	v->below_nmi = false;
	restart_trace(v);
	v->regs.name[0] = '\0';
	v->in_trace = true;
}

/* "PANIC at a.c:12:func()", "(a.c:12:func()) SPL PANIC": the place as an assertion has it. */
static void take_assertion(struct event *v, const char *text)
{
	const char *end = strstr(text, "()"), *at = end;

	while (at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '_'))
		at--;
	if (end && at < end && at > text && at[-1] == ':')
		line_copy(v->line.name, sizeof(v->line.name), at, (size_t)(end - at));
}

/* The function that the header names. */
static void take_line(struct event *v, const char *text)
{
	const char *in = strstr(text, " in ");

	if (v->line.name[0])
		return;
	if (v->where != WHERE_LINE && !strstr(text, "corrupted in: "))
		return;
	if (line_starts(text, "BUG: K") && in)
		text = in + strlen(" in ");
	if (!frame_parse(text, &v->line))
		take_assertion(v, text);
}

bool event_owns(const char *text)
{
	static const char *const starts[] = { "Code: ",	     "---[ end ", "Modules linked in",
					      "CPU: ",	     "Call ",	  "Hardware name: ",
					      "Tainted: ",   "RIP",	  "Kernel Offset",
					      "Workqueue: ", "Rebooting", "Kernel panic" };
	unsigned groups = 0;

	text += strspn(text, " ");
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (line_starts(text, starts[i]))
			return true;
	/* Registers, and what is on the stack. */
	while (*text) {
		size_t n = strspn(text, "0123456789abcdef");

		groups += n >= 16 ? 2 : n >= 8;
		text += n + (text[n] != '\0');
	}
	return groups >= 2;
}

void event_take(struct event *v, const struct triage_line *l, bool first)
{
	if (first)
		take_line(v, l->text);
	event_take_task(v, l->text, first);
	take_work(v, l->text);
	take_last_function(v, l->text);
	take_below_nmi(v, l->text);
	/* Skip the trace that panic() prints itself: it follows its cause, or is of khungtaskd. */
	if (!v->panicked || (v->nr_frames == 0 && !is_of_another(v)) || v->in_trace) {
		take_regs(v, l->text);
		take_lock(v, l->text);
		take_trace(v, l);
	}
}
