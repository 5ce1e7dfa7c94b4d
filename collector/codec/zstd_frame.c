/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zstd_frame.c - the literals of a zstd frame of one compressed block */
#if HAVE_ZSTD
#define ZSTD_STATIC_LINKING_ONLY
#define ZSTD_DISABLE_DEPRECATE_WARNINGS
#include "codec/zstd_frame.h"

#include <string.h>
#include <zstd.h>

enum {
	ONE_SEGMENT = 0x20, /* of the frame header: its window is the content */
	SIZE_IN_TWO_BYTES = 0x40,
	SIZE_BASE = 256,
	BLOCK_LAST = 1,
	BLOCK_COMPRESSED = 2,
	LITERALS_RAW = 0,
	FORMAT_TWO_BYTES = 1,
	FORMAT_THREE_BYTES = 3,
	TWO_BYTES_MAX = 0xfff,
};

static uint32_t three_bytes(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

static void put_three_bytes(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
}

/* head: the first three bytes of the section at in. */
static void read_raw(const uint8_t *in, uint32_t head, struct zstd_frame *f)
{
	switch (head >> 2 & 3) {
	case FORMAT_TWO_BYTES:
		f->nr_literals = head >> 4 & TWO_BYTES_MAX;
		f->literals = in + 2;
		break;
	case FORMAT_THREE_BYTES:
		f->nr_literals = head >> 4;
		f->literals = in + 3;
		f->is_long = f->nr_literals <= TWO_BYTES_MAX;
		break;
	default:
		f->nr_literals = head >> 3 & 0x1f;
		f->literals = in + 1;
	}
}

bool zstd_frame_read(const uint8_t *in, size_t size, struct zstd_frame *f)
{
	size_t at = ZSTD_frameHeaderSize(in, size);
	uint32_t block, head;

	if (ZSTD_isError(at) || size < at + ZSTD_FRAME_BLOCK_HEAD + 3)
		return false;
	block = three_bytes(in + at);
	head = three_bytes(in + at + ZSTD_FRAME_BLOCK_HEAD);
	*f = (struct zstd_frame){ .raw = (head & 3) == LITERALS_RAW };
	if ((block >> 1 & 3) != BLOCK_COMPRESSED)
		return false;
	if (f->raw)
		read_raw(in + at + ZSTD_FRAME_BLOCK_HEAD, head, f);
	return !f->raw || f->nr_literals <= (size_t)(in + size - f->literals);
}

void zstd_frame_put_heads(uint8_t *out, const struct zstd_frame_sizes *sizes)
{
	static const uint8_t start[] = { 0x28, 0xb5, 0x2f, 0xfd, ONE_SEGMENT | SIZE_IN_TWO_BYTES };
	size_t len = sizes->len - SIZE_BASE;

	memcpy(out, start, sizeof(start));
	out += sizeof(start);
	*out++ = (uint8_t)len;
	*out++ = (uint8_t)(len >> 8);
	put_three_bytes(out, sizes->block << 3 | BLOCK_COMPRESSED << 1 | BLOCK_LAST);
	put_three_bytes(out + ZSTD_FRAME_BLOCK_HEAD,
			sizes->nr << 4 | FORMAT_THREE_BYTES << 2 | LITERALS_RAW);
}
#endif
