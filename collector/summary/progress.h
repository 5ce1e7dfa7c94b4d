/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress.h - progress of a run, for a console, a log or another program
 *
 *     init -> (start -> step ... step -> end) ... -> p->phases for the summary
 *
 * On a terminal one line is rewritten; anywhere else (journal, serial log) a
 * whole line comes every five seconds. Allocates nothing.
 *
 * All calls must come from one thread, and may wait as long as the console takes: make them
 * without a lock. Scanners and packers do not call anything here; their callers do, see the
 * progress callbacks of filter.h and dump.h.
 *
 * A program that started this one may have its own lines besides (--progress-fd),
 * one a second, one at both ends of a phase and one for the first bytes stored:
 *
 *     PHASE DONE TOTAL BYTES\n        Saving-pages 81920 262144 104857600
 *
 * Blanks in the phase are '-', TOTAL is 0 if it is not known, BYTES is what was
 * stored so far. Nobody waits for a reader: a full pipe loses lines.
 */
#ifndef SUMMARY_PROGRESS_H
#define SUMMARY_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define PROGRESS_PHASES 8

struct progress_phase {
	const char *name; /* borrowed for good: a literal */
	double seconds;	  /* of all rounds together */
};

struct progress_cfg {
	FILE *out;
	bool show;		      /* false: only keep the times */
	bool terminal;		      /* out understands \r */
	unsigned width;		      /* columns of the terminal */
	uint64_t (*clock)(void *arg); /* nanoseconds, never backwards */
	void *clock_arg;
	int feed; /* descriptor for a program's lines, 0 as well as any; borrowed. -1: none */
};

struct progress {
	struct progress_cfg cfg;
	struct progress_phase phases[PROGRESS_PHASES];
	unsigned nr_phases;

	/* the running phase; private */
	unsigned current;
	uint64_t total, done, unit_bytes;
	uint64_t started, last_shown;
	unsigned skip, stride; /* steps until the clock is read, and how many that were */
	uint64_t last_read, last_fed;
	uint64_t stored; /* bytes */
	bool fed_stored;
	unsigned drawn; /* columns of the line that stands on the terminal */
};

/* stderr, shown if LOG_PROGRESS is, the monotonic clock, no feed. Call after log_setup(). */
void progress_defaults(struct progress_cfg *out);

/* cfg NULL: the defaults. */
void progress_init(struct progress *p, const struct progress_cfg *cfg);

/*
 * A phase of total units (0: not known) of unit_bytes each (0: no rate is
 * shown). The same name again adds to the time of the first round. Of more
 * than PROGRESS_PHASES names the last slot remembers only the latest.
 */
void progress_start(struct progress *p, const char *name, uint64_t total, uint64_t unit_bytes);

/* So many more units are done. Cheap: meant to be called for every batch. */
void progress_step(struct progress *p, uint64_t units);

/* The same for who counts from the start of the phase; going back is ignored. */
static inline void progress_reach(struct progress *p, uint64_t done)
{
	progress_step(p, done > p->done ? done - p->done : 0);
}

/* So many bytes were stored so far; shown to programs only. */
static inline void progress_stored(struct progress *p, uint64_t bytes)
{
	p->stored = bytes;
}

/* Ends the phase; done < total is shown as "stopped at". No phase: nothing. */
void progress_end(struct progress *p);

/* Wipe the line on the terminal, to let a message through; the next step redraws it. */
void progress_hide(struct progress *p);

#endif
