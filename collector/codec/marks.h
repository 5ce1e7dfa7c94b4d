/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * marks.h - which bytes of a page are what they were some bytes before
 *
 * A row is 64 bytes, the size of struct page. Bit b of its mark: byte b is what it was `distance`
 * bytes before.
 */
#ifndef CODEC_MARKS_H
#define CODEC_MARKS_H

#include <stddef.h>
#include <stdint.h>

enum { MARKS_ROW = 64 };

/* Rows, with `distance` bytes before the first. */
struct marks_rows {
	const uint8_t *first;
	size_t nr, distance;
};

/* Find the marks of some rows. Any thread may call it. */
typedef void marks_find(const struct marks_rows *rows, uint64_t *marks);

/*
 * The way that takes the least time here, found by a try: with SSE2 half as long as with integers
 * on a processor, four times as long where one is emulated. Both find the same.
 */
marks_find *marks_choose(void);

/* The mark of the first row of a page for a distance of 8: its first 8 bits are 0. */
uint64_t marks_first_row(const uint8_t *page);

#endif
