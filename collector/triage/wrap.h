/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wrap.h - put lines together that a terminal or a mail program broke at its width */
#ifndef TRIAGE_WRAP_H
#define TRIAGE_WRAP_H

#include "triage/line.h"

struct wrapped {
	const char *at, *end;	     /* what is still to be read */
	size_t width;		     /* of the terminal; 0: no line was broken */
	bool stamped;		     /* lines of this log begin with a time */
	char line[2 * LINE_MAX_LEN]; /* one that was put together */
};

/* Of a log, any bytes, which must stay. */
void wrap_begin(struct wrapped *w, const char *text, size_t len);

/* The next line and its length, valid until the next call; NULL: there is none. */
const char *wrap_next(struct wrapped *w, size_t *len);

#endif
