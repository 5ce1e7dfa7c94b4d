/* SPDX-License-Identifier: GPL-2.0-or-later */
/* moment.c - where a line stands in a log, and how far apart two lines are */
#include "triage/moment.h"

#define SCREEN	30 /* lines; between a stack and what comes of it: registers, modules, code */
#define UNORDER 5  /* seconds; lines of several CPUs change places */

bool moment_near(const struct moment *a, const struct moment *b, double seconds)
{
	double apart = b->seconds - a->seconds;

	if (a->seconds < 0 || b->seconds < 0)
		return b->line - a->line <= SCREEN;
	return apart <= seconds && apart >= -UNORDER;
}
