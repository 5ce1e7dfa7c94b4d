/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * triage.h - why the kernel died, or which other problem it had, from its log alone
 *
 * A log has many events: warnings, survived oopses, the panic. The report is about the event that
 * the kernel died of, or about the first of a chain that led to it; if it did not die, about the
 * first event that is worse than a WARNING, or else the first one. The rules are in headers.def,
 * skip.def and follows.def.
 */
#ifndef TRIAGE_TRIAGE_H
#define TRIAGE_TRIAGE_H

#include "triage/event.h"

#include <stdio.h>

#define ACCESS_MAX (FRAME_NAME + 80)

struct triage_report {
	char reason[200];	   /* the header; "" where nothing is wrong */
	char function[FRAME_NAME]; /* the guilty one; "" if unknown */
	char position[ACCESS_MAX]; /* the same as printed: "func.cold+0x12/0x34 [module]" */
	char module[40];	   /* it is in; "" for the kernel itself */
	bool fatal;		   /* the kernel died of it */
	char panic[200];	   /* what panic() said, where it is not the reason itself */
	char trace[FRAMES_MAX][FRAME_NAME]; /* functions of the guilty stack, innermost first */
	unsigned nr_trace;
	char process[32], taint[40], release[80]; /* "" where the log does not say */
	long pid, cpu;				  /* -1: not said */
	char fingerprint[17];			  /* 16 hex digits; "" where nothing is wrong */
};

/* The report of a whole log: len bytes, any bytes. 0 or -ENOMEM. Reentrant. */
int triage_parse(const char *text, size_t len, struct triage_report *out);

/* One JSON object and a newline: the members above, "fatal" a bool, unknown numbers null. */
void triage_json(const struct triage_report *r, FILE *f);

/* The same without the braces and the newline, for an object that has more members. */
void triage_json_members(const struct triage_report *r, FILE *f);

/* Some lines for people. */
void triage_print(const struct triage_report *r, FILE *f);

/* One line for people: reason, function, CPU, process, taint; cut at size. */
void triage_line_of(const struct triage_report *r, char *out, size_t size);

/* For triage.c: the guilty function and its stack, from an event. */
void triage_guilty(const struct event *v, struct triage_report *out);

/*
 * For triage.c: a number for the bug: a hash of the kind of event, the guilty function and the
 * functions that called it. Equal on two boots even if addresses, process, CPU or inlining differ.
 */
void triage_fingerprint(struct triage_report *r);

#endif
