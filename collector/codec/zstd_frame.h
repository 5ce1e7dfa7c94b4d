/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zstd_frame.h - the literals of a zstd frame of one compressed block
 *
 * RFC 8878, 3.1.1.2 and 3.1.1.3.1:
 *
 *     | frame header | last, type, size (3 bytes) | type, format, number | literals | sequences
 *                      bit 0 bits 1-2 rest          bits 0-1, 2-3, rest
 *
 * The number takes one to three bytes, less where it is small. A long head is one of three bytes
 * though the number needs less: libzstd writes none.
 */
#ifndef CODEC_ZSTD_FRAME_H
#define CODEC_ZSTD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ZSTD_FRAME_BLOCK_HEAD = 3,
	ZSTD_FRAME_LONG_HEAD = 3,
	ZSTD_FRAME_HEADS = 13, /* that zstd_frame_put_heads() writes */
};

struct zstd_frame {
	bool raw; /* literals are not coded; only then what follows is set */
	size_t nr_literals;
	bool is_long; /* the head of the literals */
	const uint8_t *literals;
};

/* False: this is not a frame that begins with a compressed block. */
bool zstd_frame_read(const uint8_t *in, size_t size, struct zstd_frame *f);

/*
 * Write ZSTD_FRAME_HEADS bytes: the header of a frame of len bytes of content, 256 to 64 KiB, and
 * the heads of its only block, of `block` bytes, and of nr raw literals, the latter a long one.
 */
struct zstd_frame_sizes {
	size_t len, block, nr;
};
void zstd_frame_put_heads(uint8_t *out, const struct zstd_frame_sizes *sizes);

#endif
