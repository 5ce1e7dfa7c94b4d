/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * summary.h - the summary of a run: as text, for scripts of makedumpfile, as JSON
 *
 * The conductor fills struct dump_stats as it goes; zero is a good start. All
 * numbers may be zero and all strings NULL: what is not known is not shown.
 */
#ifndef SUMMARY_SUMMARY_H
#define SUMMARY_SUMMARY_H

#include "base/err.h"
#include "base/page_counts.h"
#include "summary/progress.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define STATS_WARNINGS 16

struct dump_stats {
	const char *release; /* of the crashed kernel */
	char build_id[48];   /* its, in hexadecimal; "": not known */
	int64_t crash_time;  /* seconds since 1970, 0 unknown */
	const char *input;
	const char *output; /* name at the end of the run; NULL: nothing was written */
	unsigned level;
	const char *codec; /* NULL: not compressed */
	int codec_level;
	int threads;
	bool dry_run;
	uint64_t sampled; /* pages read for an estimate; 0: all, nothing is estimated */

	uint32_t page_size;
	struct page_counts pages; /* the second part of a sample, if sampled is not 0 */
	uint64_t written;	  /* bytes: headers, bitmaps, descriptors, data */

	struct progress_phase phases[PROGRESS_PHASES];
	unsigned nr_phases;
	uint64_t peak_resident;	 /* bytes; VmHWM */
	uint64_t peak_anonymous; /* bytes; the largest RssAnon that was seen */

	char *warnings[STATS_WARNINGS]; /* owned, see stats_fini() */
	unsigned nr_warnings;		/* in warnings */
	unsigned warnings_dropped;	/* past the last slot, or without memory */

	bool complete;
	char error[ERR_MESSAGE_MAX]; /* why it is not; "" if there is no error */
	int error_number; /* errno(3) of that error; 0: none, or it is none of the system's */
};

/*
 * Derived counts. A sum over the done pages is scaled to all kept ones, in case only a sample was
 * taken or the dump was cut. Zero pages are left out only by level 1; else they count as kept.
 */
uint64_t stats_scaled(const struct page_counts *c, uint64_t of_done);
uint64_t stats_zero(const struct dump_stats *s); /* zero pages that were left out */
uint64_t stats_kept(const struct dump_stats *s); /* pages in the dump */
uint64_t stats_ram(const struct dump_stats *s);	 /* frames that the input has */

/* Remember a line for the end; when all slots are used it is only counted. Does not print. */
void stats_warn(struct dump_stats *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Free the warnings. */
void stats_fini(struct dump_stats *s);

/* The phases so far. */
void stats_phases(struct dump_stats *s, const struct progress *p);

/*
 * Sample the memory of this process. The kernel keeps no peak of RssAnon: call
 * it at the end of each phase. stats_memory_from() reads a given status file.
 */
void stats_memory(struct dump_stats *s);
void stats_memory_from(struct dump_stats *s, FILE *status);

/* A few lines for a person. */
void summary_print(FILE *f, const struct dump_stats *s);

/* Page counts in the fields that makedumpfile --show-stats has. */
void summary_report(FILE *f, const struct dump_stats *s);

/* The table of makedumpfile --mem-usage: pages by class; the rows add up to the total. */
void summary_usage(FILE *f, const struct dump_stats *s);

/* One JSON object and a newline; its keys are in kdump-collect(8). 0, or -EIO. */
int summary_json(FILE *f, const struct dump_stats *s);

/*
 * The last lines under the name makedumpfile, for scripts that match them.
 * what: "dumpfile" or "dmesg log"; path NULL: nothing was saved.
 */
void summary_trailer(FILE *f, const char *what, const char *path, bool ok);

#endif
