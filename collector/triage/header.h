/* SPDX-License-Identifier: GPL-2.0-or-later */
/* header.h - which lines begin the kernel's messages about problems (headers.def, follows.def) */
#ifndef TRIAGE_HEADER_H
#define TRIAGE_HEADER_H

#include "triage/line.h"

#include <stdbool.h>

#define PANIC_TEXT "Kernel panic - not syncing: "

/* Where the guilty function is: see headers.def. */
enum event_where {
	WHERE_REGS,
	WHERE_BUG,
	WHERE_LINE,
	WHERE_TRACE,
	WHERE_LOCK,
	WHERE_STALL,
	WHERE_HUNG,
	WHERE_ENTRY,
	WHERE_CALLER,
	WHERE_BEFORE,
	WHERE_NOBODY
};

enum event_weight { WEIGHT_NOTHING, WEIGHT_MORE, WEIGHT_WARNING, WEIGHT_DEADLY };

struct header_row {
	const char *pattern; /* the beginning of the line, with at most one '*' */
	enum event_where where;
	enum event_weight weight;
};

/*
 * The row of headers.def that the line fits; NULL: it begins no message. What stands in front of
 * the message, brackets or the output of another CPU, is removed from l->text.
 */
const struct header_row *header_find(struct triage_line *l);

/* The text without the brackets, stars and equal signs that some messages begin with. */
const char *header_bare(const char *text);

/* Is the text of panic() one whose reason is an earlier event? */
bool header_follows(const char *panic);

#endif
