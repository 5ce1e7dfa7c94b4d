/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame.h - functions as the kernel prints them in a log */
#ifndef TRIAGE_FRAME_H
#define TRIAGE_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#define FRAME_NAME 96

struct triage_frame {
	char name[FRAME_NAME]; /* "ext4_map_blocks", as printed but for offset and size */
	char offset[32];       /* "+0x12/0x34"; "" where it was not printed */
	char module[40];       /* "nf_tables"; "" for the kernel itself */
	bool unsure; /* "?": an address that was found on the stack, maybe of an older call */
};

/*
 * The first function of a line: "func+0x12/0x34 [mod]", with "[<addr>]", "?" and the like in
 * front; "func file.c:12 [inline]"; "(func+0x12/0x34)". False: there is none.
 */
bool frame_parse(const char *text, struct triage_frame *out);

/* Only a line that is a frame and nothing else, as below "Call Trace:". */
bool frame_line(const char *text, struct triage_frame *out);

/* A function that prints, stops or catches (skip.def). */
bool frame_reports(const char *name);

/* A function that reports, locks, copies...: the caller is guilty. */
bool frame_is_helper(const char *name);

/* These, and functions in which a task sleeps or a CPU spins. */
bool frame_is_waiting(const char *name);

/* It calls what it was given: a timer, a softirq, work. Its callers are no part of a bug. */
bool frame_calls_back(const char *name);

/* A system call's way into the kernel, or a thread's. */
bool frame_is_entry(const char *name);

/* Does the name fit a pattern of skip.def, in which '*' stands for anything? */
bool frame_name_fits(const char *pattern, const char *name);

/* Without ".isra.0", ".cold", ".constprop.1" and the like. */
void frame_base_name(const char *name, char out[FRAME_NAME]);

#endif
