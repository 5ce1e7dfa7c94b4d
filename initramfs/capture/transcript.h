/* SPDX-License-Identifier: GPL-2.0-or-later */
/* transcript.h - the last lines that were said, in a fixed piece of memory */
#ifndef CAPTURE_TRANSCRIPT_H
#define CAPTURE_TRANSCRIPT_H

#include <stddef.h>
#include <stdint.h>

#define TRANSCRIPT_SIZE (64 * 1024)
#define TRANSCRIPT_HEAD (8 * 1024) /* how it began is never dropped */

struct transcript {
	size_t len;
	unsigned dropped; /* lines that had to go to make room */
	char text[TRANSCRIPT_SIZE];
};

/* "[   12.345678] line\n" at the end; the oldest lines behind the head make room. */
void transcript_add(struct transcript *t, uint64_t ns, const char *line, size_t len);

#endif
