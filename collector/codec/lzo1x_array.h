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

/*
 * Write the page with these marks to out, which has lzo1x_bound(len) bytes. Return how many were
 * written; cannot fail.
 */
size_t lzo1x_write_array(const uint8_t *in, size_t len, const uint64_t *marks, uint8_t *out);

#endif
