/* SPDX-License-Identifier: GPL-2.0-or-later */
/* moment.h - where a line stands in a log, and how far apart two lines are */
#ifndef TRIAGE_MOMENT_H
#define TRIAGE_MOMENT_H

#include <stdbool.h>

struct moment {
	double seconds; /* by the clock of this log; negative: not known */
	unsigned line;	/* its number */
};

/*
 * Is b at most so many seconds behind a? Without a time: at most a screen of lines. False where
 * the time went back: the machine was booted between them.
 */
bool moment_near(const struct moment *a, const struct moment *b, double seconds);

#endif
