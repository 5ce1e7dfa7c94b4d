/* SPDX-License-Identifier: GPL-2.0-or-later */
/* convert.h - sysconfig variables into lines of kdump.conf; private to config/ */
#ifndef CONFIG_SYSCONFIG_CONVERT_H
#define CONFIG_SYSCONFIG_CONVERT_H

#include "config/sysconfig/sysconfig.h"

#include <stdio.h>

#define CONVERT_LINES 32 /* more than there are variables of that kind */

struct convert {
	struct sysconfig *s;
	FILE *out;
	bool lenient; /* it is only looked at: what would be an error is a warning */
	const char *names[CONVERT_LINES]; /* the variable behind each line */
	unsigned nr_lines;
	unsigned nr_targets;
	bool streams; /* the main target takes a stream */
};

/* A variable's value; NULL: not set, or "". */
const char *convert_value(const struct convert *v, const char *name);

/* The same as a number; false: not set, or not a number, which was reported. */
bool convert_number(struct convert *v, const char *name, unsigned *out);

/* Complain where this variable stands. */
void convert_complain(struct convert *v, enum config_severity severity, const char *name,
		      const char *message);

/* One line, made of this variable. */
void convert_line(struct convert *v, const char *name, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The main target, or a fallback if there is one already. */
void convert_target(struct convert *v, const char *name, const char *kind, const char *where);

/* convert_savedir.c: KDUMP_SAVEDIR, a path or a URL. */
void convert_savedir(struct convert *v);

/* convert_collector.c: MAKEDUMP_ARGS and the like; targets must be known. */
void convert_collector(struct convert *v);

/* convert_hooks.c */
void convert_failure(struct convert *v);
void convert_hooks(struct convert *v);

/*
 * All of it: the text, NULL if there is none, with one comment in front of its lines. 0 or -ENOMEM;
 * complaints are in the report.
 */
int convert_run(struct convert *v, char **out);

/* One of the spellings of "no", or of "yes". */
bool convert_is_off(const char *value);
bool convert_is_on(const char *value);

#endif
