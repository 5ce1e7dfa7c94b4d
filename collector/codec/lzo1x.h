/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lzo1x.h - LZO1X for pages, in two ways: as an array of struct page, and as anything
 *
 * liblzo2 alone would be too slow for a whole dump, so pages are compressed and decompressed here.
 * The result is plain LZO1X, which every decompressor reads.
 *
 * Both ways depend on nothing but the page: the same page must become the same bytes on every
 * thread.
 */
#ifndef CODEC_LZO1X_H
#define CODEC_LZO1X_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LZO1X_TABLE_BITS = 12,
	LZO1X_PAGE_MIN = 4096,
	LZO1X_PAGE_MAX = 65536,
};

/* Where each word was seen last: a work area, cleared for each page. */
struct lzo1x_table {
	uint16_t seen[1 << LZO1X_TABLE_BITS];
};

/* The most that len bytes become, and then some that is written and overwritten: LZO's own bound.
 */
static inline size_t lzo1x_bound(size_t len)
{
	return len + len / 16 + 64 + 3;
}

/*
 * Whether most words of the page are as 64 bytes before, from a sample: most of what dump
 * level 31 keeps of a large machine is mem_map. len is a multiple of 64.
 */
bool lzo1x_is_array(const uint8_t *in, size_t len);

/*
 * Compress len bytes, LZO1X_PAGE_MIN to LZO1X_PAGE_MAX, into out, which has lzo1x_bound(len)
 * bytes. Return how many were written; cannot fail.
 */
size_t lzo1x_compress(struct lzo1x_table *table, const uint8_t *in, size_t len, uint8_t *out);

/*
 * The same with matches at a distance of 64 only. On a page that is an array it takes a sixth of
 * the time of a hash table, and the result is a fifth smaller; on others it finds next to nothing.
 *
 * A lzo1x_shapes knows streams of the last pages, because the next are often like them but for
 * the literals; this takes less time, and the bytes are the same, whatever pages came before. It
 * is for one thread and for pages of one size: lzo1x_shapes_init() makes one for len bytes in
 * lzo1x_shapes_memory(len) bytes at memory, which is aligned for uint64_t.
 */
struct lzo1x_shapes;
size_t lzo1x_shapes_memory(size_t len);
struct lzo1x_shapes *lzo1x_shapes_init(void *memory, size_t len);
size_t lzo1x_compress_array(struct lzo1x_shapes *s, const uint8_t *in, uint8_t *out);

/*
 * The reverse, of any LZO1X stream, whoever made it: 0, or -EBADMSG if size bytes at in do not
 * become exactly len bytes. Bytes of out beyond what the stream holds may be written; none past
 * len.
 */
int lzo1x_decompress_page(const uint8_t *in, size_t size, uint8_t *out, size_t len);

#endif
