/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * status.h - the state of the dump, for programs: kdump-status.json beside it
 *
 * Written when the directory is made ("running"), after the log, and at the end, so the file shows
 * how far the capture came. Keys, all always there:
 *
 *     version     1
 *     program     "kdump-capture VERSION"
 *     state       "running"; "complete": every selected page is there; "other-level": it is
 *                 whole, but of another dump level than core_collector asks for; "partial":
 *                 the core is cut short but readable; "log": the kernel log alone; "failed";
 *                 "refused": kdump_pre said no
 *     time        of the capture, seconds since 1970 by a clock that may be wrong
 *     host        name of the machine
 *     machine_id  its machine-id(5), or null: says whose dump it is (rotation.h looks for this key)
 *     test        ID of the test (kdumpctl test --crash) that made it, or null: a crash
 *     target      {"kind","address","directory"}; strings
 *     log, core   {"name": or null, "state": "none"|"partial"|"complete", "bytes","seconds"}
 *     report      the same, of the report's text; "error": text why there is none, or null
 *     reason, fingerprint, fatal
 *                 why the kernel died, as the report's JSON has it (triage.h); null without a
 *                 report, and with encrypt_to unless "encrypt_summary clear"
 *     level       {"asked","saved"}: dump levels, 0 to 31; asked is null where core_collector
 *                 names none, saved where only that command knows. Saved, but nothing asked:
 *                 that command left nothing, and our own collector took its place
 *     command     the collector's command line, or null
 *     collector   its own summary (kdump-collect(8), --json), or null
 *     hooks       [{"name","result"}]: "ok" or text
 *     errors      [text], oldest first; the consoles show the same
 *     phases      [{"name","seconds"}]
 *     seconds     since the program started
 */
#ifndef CAPTURE_STATUS_H
#define CAPTURE_STATUS_H

#include <stdbool.h>
#include "initramfs/capture/system_path.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#define STATUS_LINES	    16
#define STATUS_MESSAGE_SIZE 400
#define STATUS_PHASES	    12

enum capture_state {
	STATE_RUNNING,
	STATE_COMPLETE,
	STATE_OTHER_LEVEL,
	STATE_PARTIAL,
	STATE_LOG,
	STATE_FAILED,
	STATE_REFUSED
};

enum part_state { PART_NONE, PART_PARTIAL, PART_COMPLETE };

struct status_part {
	char name[64]; /* "" if there is none */
	enum part_state state;
	uint64_t bytes;
	double seconds;
};

struct status_phase {
	const char *name; /* a string literal */
	double seconds;
};

#define STATUS_FINGERPRINT 17 /* 16 hex digits, with the NUL */

/* Why the kernel died. */
struct status_crash {
	char reason[256]; /* "": not known; then the others are empty, too */
	char fingerprint[STATUS_FINGERPRINT];
	bool fatal; /* the kernel died of it */
};

struct status {
	enum capture_state state;
	uint64_t started; /* clock_ns() */
	time_t time;
	char host[65];
	const char *machine;	  /* its ID; borrowed; NULL or "": unknown */
	const char *test;	  /* its ID; borrowed; NULL or "": a crash */
	struct system_path paths; /* applied to all strings */
	const char *kind;	  /* of the target; borrowed */
	char address[256];
	char directory[128];
	struct status_part log, report, core;
	char report_error[STATUS_MESSAGE_SIZE]; /* "" if there is none */
	struct status_crash crash;
	int level_asked, level_saved; /* -1: not known */
	char command[512];
	char collector[8192]; /* JSON as it came; "" if none */
	bool sealed;	      /* encrypt_to: crash and collector stay out of the JSON */
	char hooks[STATUS_LINES][2][STATUS_MESSAGE_SIZE];
	unsigned nr_hooks;
	char errors[STATUS_LINES][STATUS_MESSAGE_SIZE];
	unsigned nr_errors;
	struct status_phase phases[STATUS_PHASES];
	unsigned nr_phases;
};

/*
 * Is the core's level known, and another one than core_collector asks for (or does that name none)?
 */
bool status_other_level(const struct status *s);

/*
 * Describe a whole core in text: "complete", and if it has another level than asked, both levels.
 */
void status_how_whole(const struct status *s, char *text, size_t size);

/* Add a line. A full list drops its second entry, so that the first and the last ones stay. */
void status_error(struct status *s, const char *message);
void status_hook(struct status *s, const char *name, const char *result);

/* Add to the phase's time so far; since is clock_ns() at its begin. */
void status_phase(struct status *s, const char *name, uint64_t since);

/* One JSON object and a newline; the caller frees it. NULL: no memory. */
char *status_json(const struct status *s, size_t *len);

/* What the manifest has in common with it: members from "state" on, each with a comma behind it. */
void status_put_common(FILE *f, const struct status *s);

/* Returns text with paths as the production system has them, to be freed; frees text. NULL: memory.
 */
char *status_paths(const struct status *s, char *text, size_t *len);

#endif
