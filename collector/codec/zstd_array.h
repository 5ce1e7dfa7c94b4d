/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zstd_array.h - zstd frames of arrays of struct page, by shapes.h
 *
 * Matches are looked for at the distances that such pages have: 256 bytes, after which the lowest
 * byte of an address of struct page comes again, 64 and 8. They follow from the marks alone, and so
 * do the sequences that libzstd makes of them; literals stay as they are. The frame of a known
 * shape is a copy with its own literals. It is smaller than what libzstd makes by itself, where
 * pages have few literals. Others are left to it.
 *
 * The number of literals is written in three bytes, where libzstd takes one or two. That tells
 * these frames from its own.
 */
#ifndef CODEC_ZSTD_ARRAY_H
#define CODEC_ZSTD_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For one thread, and pages of one size: at most 64 KiB. */
struct zstd_array;

/* Make one in zstd_array_memory(len) bytes at memory, which is aligned for uint64_t. */
size_t zstd_array_memory(size_t len);
struct zstd_array *zstd_array_init(void *memory, size_t len);

/*
 * The page at in as a frame of at most capacity bytes at out. Return its size, or 0: this is no
 * such page, or does not fit. The result depends on the page only, not on the pages before.
 */
size_t zstd_array_compress(struct zstd_array *a, const uint8_t *in, uint8_t *out, size_t capacity);

/* Is this a frame that zstd_array_compress() made? */
bool zstd_array_made(const uint8_t *frame, size_t size);

#endif
