/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.h - a report about the crashed kernel from its dump, without debuginfo
 *
 *     report_open  ->  report_text or report_json  ->  report_close
 *
 * A report has independent parts (part.h): if one cannot be made, it is one line with the reason,
 * and the next part follows. The dump is hostile: lists are bounded, names are escaped, every walk
 * ends.
 *
 * Memory: some 3 MiB for symbols and types, the log, and of tasks what ktasks_open() says of
 * tasks_max. One thread at a time.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "kernel/cpus.h"
#include "kernel/modules.h"
#include "kernel/tasks.h"
#include "kernel/unwind.h"
#include "triage/triage.h"

#include <stdio.h>

/*
 * The input of parts. Pointers are NULL if the dump lacks it; a part that needs one calls
 * report_needs() first.
 */
struct report {
	struct kernel *k; /* borrowed */
	struct view *v;	  /* borrowed */
	struct kallsyms *syms;
	struct kmem *mem; /* of syms: one cache for all */
	struct btf *btf;
	struct kmodules *mods;
	struct kcpus *cpus;
	struct ktasks *tasks;
	struct unwinder *unwinder;
	struct triage_report *log; /* why it died, by its own log */
	char missing[4096];	   /* why those that are NULL are; "" if none is */
};

/*
 * How many tasks are listed. All are counted; JSON needs up to 300 bytes for one that is listed.
 * FEW: made and kept in the memory of a capture kernel. MANY: a report of at most 8 MiB.
 */
#define REPORT_TASKS_FEW  8192u
#define REPORT_TASKS_MANY 24576u

/* Never fails for what the dump lacks; -ENOMEM. k and v must outlive it. */
int report_open(struct kernel *k, struct view *v, unsigned tasks_max, struct report **out);
void report_close(struct report *r);

/* False: neither the log nor the symbols can be read, so that it would say nothing. */
bool report_knows(const struct report *r);

/* All parts, for people. 0 or -EIO (f). */
int report_text(struct report *r, FILE *f);

/*
 * All parts as one JSON object: the members of triage_json(), then one member for each part by
 * its name; {"error": "why"} for one that could not be made.
 */
int report_json(struct report *r, FILE *f);

/*
 * One HTML page that loads nothing: the JSON and the end of the log, and a script that draws them;
 * without scripts the text. What came from the dump stands in it as text, whatever it holds.
 */
int report_html(struct report *r, FILE *f);

/* The kernel's log as text. 0, or a negative errno with a message in the trail. */
int report_log(struct report *r, FILE *f);

/* -ENOENT with a message in the trail if p is NULL: return report_needs(r->tasks, "tasks"). */
int report_needs(const void *p, const char *what);

/* --- for parts --- */

#define REPORT_SYMBOL_SIZE (KSYM_NAME_SIZE + KMODULE_NAME_SIZE + 64)

/*
 * "function+0x1f/0x40 [module]" of an address of code; exact: the address itself, else a return
 * address, which is named by the call before it. Without a symbol: the address in hexadecimal.
 */
void report_symbol(struct report *r, uint64_t va, bool exact, char out[REPORT_SYMBOL_SIZE]);

/* text with control bytes and what is not UTF-8 as \xNN: what a task calls itself, for a line. */
void report_escape(const char *text, char *out, size_t size);

#endif
