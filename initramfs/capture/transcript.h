/* SPDX-License-Identifier: GPL-2.0-or-later */
/* transcript.h - the last lines that were logged, in a buffer of fixed size */
#ifndef CAPTURE_TRANSCRIPT_H
#define CAPTURE_TRANSCRIPT_H

#include <stddef.h>
#include <stdint.h>

#define TRANSCRIPT_SIZE (64 * 1024)
#define TRANSCRIPT_HEAD (8 * 1024) /* the beginning is never dropped */

struct transcript {
	size_t len;
	unsigned dropped; /* number of lines that were dropped */
	char text[TRANSCRIPT_SIZE];
};

/* Append "[   12.345678] line "; the oldest lines after the head are dropped if needed. */
void transcript_add(struct transcript *t, uint64_t ns, const char *line, size_t len);

#endif
