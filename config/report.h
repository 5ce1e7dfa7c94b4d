/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.h - every error and warning about a file, with its position
 *
 *     config_report_init -> config_report_add ... -> config_report_line ... -> config_report_fini
 *
 * A complaint reads "what is wrong; what to write instead". It is made printable, so a report can
 * go to any terminal or log.
 *
 * Paths and commands in a complaint are never cut: a user copies them. Other words quoted from the
 * file are cut at 80 bytes: they only show which word is meant, which the position tells as well,
 * and in a file that is no kdump.conf a word may have thousands of bytes.
 */
#ifndef CONFIG_REPORT_H
#define CONFIG_REPORT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define REPORT_MAX	100		     /* complaints kept; the rest is counted */
#define REPORT_TEXT_MAX (2 * PATH_MAX + 512) /* two paths and the words around them */

/* Line and column count from 1, columns in bytes; line 0: the file as a whole. */
struct config_position {
	unsigned line;
	unsigned column;
};

enum config_severity { CONFIG_ERROR, CONFIG_WARNING };

struct config_complaint {
	enum config_severity severity;
	struct config_position position;
	char *text; /* owned by the report; at most REPORT_TEXT_MAX - 1 bytes */
};

struct config_report {
	char *file; /* the name to show; owned */
	struct config_complaint *complaints;
	unsigned nr;	    /* of complaints kept */
	unsigned nr_errors; /* all of them, kept or not */
	unsigned nr_warnings;
};

/* 0 or -ENOMEM. */
int config_report_init(struct config_report *r, const char *file);
void config_report_fini(struct config_report *r);

/* Add one; cannot fail: without memory it is still counted. */
void config_report_add(struct config_report *r, enum config_severity severity,
		       struct config_position position, const char *fmt, ...)
	__attribute__((format(printf, 4, 5), cold));

/* The file was cut at its greatest length: an error, since what is missing is unknown. */
void config_report_too_long(struct config_report *r);

/* 0; or -EINVAL, with "FILE has N errors" in the trail. */
int config_report_verdict(const struct config_report *r);

/* Sort the complaints from number first on by position; those of one position stay in order. */
void config_report_sort(struct config_report *r, unsigned first);

/*
 * Complaint i as one line without its end: "FILE:LINE:COLUMN: error: TEXT" (or
 * "warning"); buf holds as much as fits. Returns buf, NULL past the last.
 */
const char *config_report_line(const struct config_report *r, unsigned i, char *buf, size_t size);

/* All lines to f, and one more for those that were not kept. */
void config_report_print(const struct config_report *r, FILE *f);

#endif
