/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lzo1x_array.h - the steps of LZO1X of an array of struct page
 *
 * Bit b of marks[i]: byte b of row i is what it was 64 bytes before, in row i - 1. The first row
 * has none before it, but much of it is words that repeat: there it is what it was 8 bytes before.
 * A page has as many marks as rows of 64 bytes, and where matches lie follows from them alone.
 */
#ifndef CODEC_LZO1X_ARRAY_H
#define CODEC_LZO1X_ARRAY_H

#include <stddef.h>
#include <stdint.h>

enum { LZO1X_ROW = 64 }; /* sizeof(struct page), and bits in a word */

/* Find the marks of the page of len bytes at in. */
typedef void lzo1x_find_marks(const uint8_t *in, size_t len, uint64_t *marks);

/*
 * The way that takes the least time here, found by a try: with SSE2 half as long as with words on a
 * processor, four times as long where one is emulated. Both find the same.
 */
lzo1x_find_marks *lzo1x_choose_find_marks(void);

/*
 * Write the page with these marks to out, which has lzo1x_bound(len) bytes. Return how many were
 * written; cannot fail.
 */
size_t lzo1x_write_array(const uint8_t *in, size_t len, const uint64_t *marks, uint8_t *out);

#endif
