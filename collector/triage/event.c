/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event.c - find events: headers begin them, panics belong to their cause, callers are separated */
#include "triage/event.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAD_LINES  100
#define GAP_SECONDS 30 /* a slow serial console delays the rest of a trace */

static void no_lead(struct events *e)
{
	e->lead = (struct event){ .where = WHERE_REGS, .pid = -1, .cpu = -1, .seen = -1 };
}

int events_init(struct events *e)
{
	*e = (struct events){ .now = { .seconds = -1 } };
	no_lead(e);
	e->at = calloc(EVENTS_MAX, sizeof(*e->at));
	return e->at ? 0 : -ENOMEM;
}

void events_fini(struct events *e)
{
	free(e->at);
	*e = (struct events){ 0 };
}

static struct event *open_of(struct events *e, const char *caller, unsigned *slot)
{
	for (unsigned i = e->nr_open; i-- > 0;) {
		struct event *v = &e->at[e->open[i]];

		if (strcmp(v->caller, caller) == 0) {
			*slot = i;
			return v;
		}
	}
	return NULL;
}

static void close_slot(struct events *e, unsigned slot)
{
	e->nr_open--;
	memmove(&e->open[slot], &e->open[slot + 1], (e->nr_open - slot) * sizeof(e->open[0]));
}

/* Room for one more: the first half is how it began, the end how it ended; one between goes. */
static unsigned next_index(struct events *e)
{
	const unsigned keep = EVENTS_MAX / 2;

	if (e->nr < EVENTS_MAX)
		return e->nr++;
	memmove(&e->at[keep], &e->at[keep + 1], (EVENTS_MAX - keep - 1) * sizeof(e->at[0]));
	for (unsigned i = 0; i < e->nr_open; i++) {
		if (e->open[i] == keep) {
			close_slot(e, i--);
			continue;
		}
		e->open[i] -= e->open[i] > keep;
	}
	return EVENTS_MAX - 1;
}

static void begin(struct events *e, const struct header_row *h, const struct triage_line *l)
{
	unsigned at = next_index(e), slot;
	struct event *v = &e->at[at];

	if (open_of(e, l->caller, &slot))
		close_slot(e, slot);
	if (e->nr_open == OPEN_MAX)
		close_slot(e, 0);
	e->open[e->nr_open++] = at;
	*v = (struct event){ .where = h->where, .weight = h->weight, .begin = e->now };
	v->pid = v->cpu = -1;
	v->begin.seconds = v->seen = l->seconds;
	v->end = v->begin;
	snprintf(v->caller, sizeof(v->caller), "%s", l->caller);
	snprintf(v->header, sizeof(v->header), "%s", header_bare(l->text));
	/* The sanitizers' stacks begin without a title. */
	v->in_trace = line_starts(v->header, "BUG: K");
	event_take(v, l, true);
}

/* The event that a panic of this caller belongs to: its own open one, or just the last one. */
static struct event *reason_of(struct events *e, const struct triage_line *l)
{
	unsigned slot;
	struct event *v = open_of(e, l->caller, &slot);

	if (!v && e->nr > 0)
		v = &e->at[e->nr - 1];
	if (!v || v->weight < WEIGHT_WARNING)
		return NULL;
	return v->seen < 0 || l->seconds < 0 || l->seconds - v->seen < GAP_SECONDS ? v : NULL;
}

/* A header alone so far. */
static bool is_bare(const struct event *v)
{
	return v->nr_frames == 0 && !v->regs.name[0] && !v->line.name[0];
}

/* Lines without a header in front: the log may begin in the middle of an oops. */
static void take_lead(struct events *e, const struct triage_line *l)
{
	struct event *v = &e->lead;
	bool bare_before = is_bare(v);
	unsigned frames = v->nr_frames;

	if ((v->seen >= 0 && l->seconds - v->seen > GAP_SECONDS) ||
	    (!bare_before && e->now.line - v->end.line > LEAD_LINES))
		no_lead(e);
	event_take(v, l, false);
	if (v->nr_frames != frames || is_bare(v) != bare_before) {
		v->seen = l->seconds;
		v->end.line = e->now.line;
	}
}

/* The CPU stopped at something, but the log has only what was printed below its header. */
static void adopt_lead(const struct events *e, struct event *v)
{
	bool stall = v->where == WHERE_STALL;

	if (e->nr > 1 || is_bare(&e->lead) || (!stall && !strstr(v->header, "Fatal exception")))
		return;
	if (e->lead.seen >= 0 && v->seen - e->lead.seen > GAP_SECONDS)
		return;
	v->where = stall ? WHERE_STALL : WHERE_REGS;
	v->regs = e->lead.regs;
	v->link = e->lead.link;
	v->work = e->lead.work;
	v->nr_frames = e->lead.nr_frames;
	memcpy(v->frame, e->lead.frame, sizeof(v->frame));
	v->pid = e->lead.pid;
	v->cpu = e->lead.cpu;
	memcpy(v->comm, e->lead.comm, sizeof(v->comm));
	memcpy(v->taint, e->lead.taint, sizeof(v->taint));
	memcpy(v->release, e->lead.release, sizeof(v->release));
	v->panicked = true;
}

static void take_panic(struct events *e, const struct header_row *h, const struct triage_line *l)
{
	const char *reason = l->text + strlen(PANIC_TEXT);
	struct event *v = header_follows(reason) ? reason_of(e, l) : NULL;

	/* The reason of any panic is a deadly event just before it, or one with only a header. */
	if (!v) {
		v = reason_of(e, l);
		v = v && !v->panicked && (v->weight == WEIGHT_DEADLY || is_bare(v)) ? v : NULL;
	}
	if (!v) {
		begin(e, h, l);
		v = &e->at[e->nr - 1];
		adopt_lead(e, v);
	} else {
		v->in_trace = false;
		v->panicked = true;
		v->end = e->now;
	}
	v->fatal = true;
	if (!v->panic[0])
		snprintf(v->panic, sizeof(v->panic), "%.199s", reason);
}

/* A WARNING, nothing but its first line yet: what it warns of may be said next. */
static bool wants_text(const struct event *v)
{
	return v->weight == WEIGHT_WARNING && v->where == WHERE_LINE && v->line.name[0] &&
	       v->nr_frames == 0 && !v->regs.name[0];
}

/* The text of a WARNING behind it, as before 5.1; its function is only the one that reports. */
static bool is_text_of(const struct event *open, const struct header_row *h)
{
	return wants_text(open) && h->weight == WEIGHT_WARNING &&
	       (h->where == WHERE_BEFORE ||
		(h->where == WHERE_STALL && frame_reports(open->line.name)));
}

/* A message that says where it happened. */
static bool has_position(const struct header_row *h)
{
	return h->where == WHERE_REGS || h->where == WHERE_BUG || h->where == WHERE_LINE;
}

/* The text stands before the WARNING or the BUG that it belongs to. */
static bool text_precedes(const struct event *open, const struct header_row *h)
{
	return open->where == WHERE_BEFORE && is_bare(open) && h->weight >= open->weight &&
	       has_position(h);
}

/* What was seen first of a fault, in front of the kernel's own words for it. */
static bool is_prelude(const struct event *open, const struct header_row *h)
{
	return open->weight == WEIGHT_MORE && is_bare(open) && open->pid < 0 &&
	       h->weight == WEIGHT_DEADLY && h->where == WHERE_REGS;
}

/* Keep the text that says more, and the place and the weight of the other. */
static void join(struct event *open, const struct header_row *h, const struct triage_line *l)
{
	if (is_text_of(open, h)) {
		snprintf(open->header, sizeof(open->header), "%s", l->text);
		open->where = h->where == WHERE_BEFORE ? open->where : h->where;
	} else if (text_precedes(open, h)) {
		open->where = h->where;
		open->weight = h->weight;
	} else if (is_prelude(open, h)) {
		snprintf(open->header, sizeof(open->header), "%s", l->text);
		open->weight = h->weight;
	}
}

/* Does the header belong to the event before it, because it has less information? */
static bool belongs(const struct event *open, const struct header_row *h)
{
	if (!open || open->panicked)
		return false;
	if (is_text_of(open, h) || text_precedes(open, h) || is_prelude(open, h))
		return true;
	if (h->weight == WEIGHT_MORE)
		return open->weight == WEIGHT_DEADLY || open->weight == WEIGHT_MORE ||
		       open->where == WHERE_STALL;
	/* "usercopy: ", then the BUG() about the same. */
	if (h->weight >= WEIGHT_WARNING)
		return is_bare(open) && open->weight == h->weight && open->where != WHERE_LOCK &&
		       has_position(h);
	/* "cut here" stands before what it belongs to. */
	return h->weight == WEIGHT_NOTHING && open->where == WHERE_LINE && open->nr_frames == 0;
}

/* A sanitizer's title for each function that was inlined, and the last one for where they were. */
static bool is_next_title(const struct event *open, const struct triage_line *l)
{
	const char *in = strstr(open->header, " in ");

	return in && open->nr_frames == 0 && line_starts(open->header, "BUG: K") &&
	       strstr(in, "[inline]") &&
	       strncmp(open->header, l->text, (size_t)(in - open->header)) == 0;
}

/* The same header again: of a second console, or for the next function, and nothing else yet. */
static bool is_again(const struct event *open, const struct triage_line *l)
{
	return open && ((is_bare(open) && strcmp(open->header, header_bare(l->text)) == 0) ||
			is_next_title(open, l));
}

/*
 * The caller's open event is over after a gap that even a slow console does not make. Another
 * caller's line says nothing of it: two records of different times may have been mixed.
 */
static void close_old(struct events *e, const struct triage_line *l)
{
	unsigned slot;
	const struct event *v = open_of(e, l->caller, &slot);

	if (v && v->seen >= 0 && l->seconds - v->seen > GAP_SECONDS)
		close_slot(e, slot);
}

/* "CPU3: stopping": arm's other CPUs print their stacks after a panic. */
static bool is_stopping(const char *text)
{
	const char *at = text + strlen("CPU");

	return line_starts(text, "CPU") && strspn(at, "0123456789") > 0 &&
	       line_starts(at + strspn(at, "0123456789"), ": stopping");
}

/* Another line. A time by another clock than the first one's says nothing. */
static void tick(struct events *e, struct triage_line *l)
{
	e->now.line++;
	if (e->clock == CLOCK_NONE)
		e->clock = l->clock;
	if (l->clock != e->clock)
		l->seconds = -1;
	if (l->seconds >= 0)
		e->now.seconds = l->seconds;
}

/* A line while an event is open: of it, or of somebody else. */
static void go_on(const struct events *e, struct event *v, const struct header_row *h,
		  const struct triage_line *l)
{
	unsigned frames = v->nr_frames;

	if (l->seconds >= 0)
		v->seen = l->seconds;
	if (h && is_next_title(v, l) && frame_is_helper(v->line.name))
		v->line.name[0] = '\0';
	else if (h)
		join(v, h, l);
	event_take(v, l, h && h->where == WHERE_LINE);
	if (h || v->nr_frames != frames || event_owns(l->text)) {
		v->end.line = e->now.line;
		v->end.seconds = l->seconds >= 0 ? l->seconds : v->end.seconds;
	}
}

void events_line(struct events *e, const char *line, size_t len)
{
	struct triage_line l;
	const struct header_row *h;
	struct event *open;
	unsigned slot = 0;

	triage_line(line, len, &l);
	tick(e, &l);
	close_old(e, &l);
	h = header_find(&l);
	open = open_of(e, l.caller, &slot);
	if (h && line_starts(l.text, PANIC_TEXT)) {
		take_panic(e, h, &l);
	} else if (h && h->weight != WEIGHT_NOTHING && !is_again(open, &l) && !belongs(open, h)) {
		begin(e, h, &l);
	} else if (open) {
		go_on(e, open, h, &l);
		if (strstr(l.text, "---[ end Kernel panic") || is_stopping(l.text))
			close_slot(e, slot);
	} else if (e->nr == 0) {
		take_lead(e, &l);
	}
}

/* What is deadly and had no panic after it was survived, unless the log ends with it. */
void events_end(struct events *e)
{
	for (unsigned i = 0; i < e->nr; i++) {
		struct event *v = &e->at[i];

		if (v->weight == WEIGHT_MORE)
			v->weight = WEIGHT_DEADLY;
		if (v->weight == WEIGHT_DEADLY && !v->fatal)
			v->fatal = moment_near(&v->end, &e->now, 1);
	}
	e->nr_open = 0;
}
