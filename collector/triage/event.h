/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event.h - one problem in the log, with the facts from its lines: header, registers, call trace
 *
 *     events_init -> events_line, once per line -> events_end -> at[0 .. nr-1], in order
 *
 * Bounded: at most EVENTS_MAX are kept (the first ones and the last ones), each with FRAMES_MAX
 * frames.
 */
#ifndef TRIAGE_EVENT_H
#define TRIAGE_EVENT_H

#include "triage/frame.h"
#include "triage/header.h"
#include "triage/line.h"
#include "triage/moment.h"

#define EVENTS_MAX 64
#define FRAMES_MAX 48
#define OPEN_MAX   8 /* printed at the same time, by CPUs that the log distinguishes */

struct event {
	char header[LINE_MAX_LEN]; /* the message, without the brackets and stars around it */
	char panic[200];	   /* what panic() said because of it; "" if it did not */
	enum event_where where;
	enum event_weight weight;
	bool fatal;		   /* the kernel died of it */
	bool nowhere;		   /* the CPU had jumped to an address that is in no function */
	struct moment begin, end;  /* of its first and last own line */
	struct triage_frame line;  /* in the header; name "" if none */
	struct triage_frame regs;  /* RIP, pc; name "" if none, or user space */
	struct triage_frame link;  /* arm's lr: the caller of a leaf function */
	struct triage_frame lock;  /* where lockdep's task is */
	struct triage_frame outer; /* the caller in arm's last line of the trace */
	struct triage_frame maybe; /* the first doubtful one below the last sure one */
	struct triage_frame work;  /* what the worker was running */
	struct triage_frame frame[FRAMES_MAX]; /* innermost first; all are unsure, or none */
	unsigned nr_frames;
	char comm[32], taint[40], release[80];
	char lock_release[80]; /* as lockdep's head says it; the stack below it comes first */
	long pid, cpu;	       /* -1: not said */
	/* private, while it is open */
	char caller[LINE_CALLER];
	double seen; /* seconds of the last line while it was open; negative: not known */
	unsigned traces;
	bool in_trace, wants_lock, panicked;
	bool wants_pc;	/* the function is on the next line */
	bool has_lock;	/* the first one is not to be replaced */
	bool untitled;	/* the frames had no "Call Trace:" in front */
	bool below_nmi; /* the next sure frame is the first one below the NMI */
};

struct events {
	struct event *at; /* EVENTS_MAX; owned */
	unsigned nr;
	/* private */
	unsigned open[OPEN_MAX]; /* indexes */
	unsigned nr_open;
	struct moment now;
	struct event lead;     /* before the first one: what stands below a header that is lost */
	enum line_clock clock; /* the first one of the log: another one has no meaning beside it */
};

/* 0 or -ENOMEM. */
int events_init(struct events *e);

/* One line of any bytes. */
void events_line(struct events *e, const char *line, size_t len);

/* After the last line: decide which deadly events the kernel did not survive. */
void events_end(struct events *e);
void events_fini(struct events *e);

/* For event.c: take the facts from a line of an event; first: the line is its header. */
void event_take(struct event *v, const struct triage_line *l, bool first);

/* For event_take(): whose event it is: task, CPU, taint, release. */
void event_take_task(struct event *v, const char *text, bool first);

/* For event.c: is it a line as the kernel prints below a header: registers, code, modules? */
bool event_owns(const char *text);

#endif
