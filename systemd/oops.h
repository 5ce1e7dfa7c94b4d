/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oops.h - why the kernel died, from its log
 *
 *     oops_init -> oops_line, once per line of vmcore-dmesg.txt -> oops_end -> oops_text
 *
 * A log holds many traces: of warnings, of oopses that were survived, of the one that
 * ended it. The last fatal one counts; a panic that follows an oops belongs to it.
 */
#ifndef SYSTEMD_OOPS_H
#define SYSTEMD_OOPS_H

#include <stdbool.h>
#include <stddef.h>

struct oops_report {
	char reason[200]; /* "BUG: kernel NULL pointer dereference, address: 0000..."; "" if none */
	char function[120]; /* of RIP or pc, else the caller of panic():
			       "sysrq_handle_crash+0x16/0x20" */
	char process[32];   /* its name */
	char taint[40];	    /* letters: "GWOE"; "" if not tainted */
	char release[80];   /* of the kernel, as the trace says */
	char panic[200];    /* what panic() said, when it is not the reason itself */
	long cpu;	    /* -1: not said */
	long pid;	    /* -1: not said */
};

struct oops {
	struct oops_report report; /* the best so far */
	struct oops_report open;   /* the one whose lines we are in */
	bool in_trace;		   /* a header was seen */
	bool fatal;		   /* and it is no mere warning */
	bool panicked;
	bool in_calls; /* below "Call Trace:" */
	long now;      /* seconds of the newest time stamp */
	long last;     /* of the header or the end of the open trace */
};

void oops_init(struct oops *o);

/* One line, with or without its end and its time stamp; any bytes. */
void oops_line(struct oops *o, const char *line);

void oops_end(struct oops *o);

/* The whole of a text in memory. */
void oops_parse(const char *text, size_t len, struct oops_report *out);

/* One line for a person: reason, function, CPU, process, taint. "no panic found ..." if none. */
void oops_text(const struct oops_report *r, char *out, size_t room);

#endif
