/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdump_frames.c - bits of both bitmaps
 *
 *     file 1  |#######|       |       |
 *     file 2  |       |#######|       |     #: what counts of the bitmaps of each file
 *     file 3  |       |       |#######|
 *
 * Each file of a split dump has the bitmaps of all frames, and descriptors in the order of its own
 * second one. Those of another file may differ: its disk was full before all of them were written,
 * or another run made it of the same memory.
 */
#include "source/kdump_view.h"

#include "base/util.h"

#include <string.h>

/* Of the frames of a byte, which lie in s? pfn: the first of them. */
static uint8_t bits_in(const struct span *s, uint64_t pfn)
{
	uint64_t from = s->start <= pfn ? 0 : s->start - pfn;
	uint64_t to = s->end <= pfn ? 0 : s->end - pfn;

	if (from >= 8 || to == 0)
		return 0;
	return (uint8_t)(0xffu << from & (to >= 8 ? 0xffu : (1u << to) - 1));
}

/* Add the bits of some bytes of the bitmap at off, KDUMP_ROW_BYTES of them at most. */
static int add_bits(const struct kdump_file *f, const struct infile *maps, uint64_t off,
		    struct span bytes, uint8_t *out)
{
	size_t len = (size_t)(bytes.end - bytes.start);
	uint8_t bits[KDUMP_ROW_BYTES];
	int rc = infile_read(maps, bits, len, off + bytes.start);

	if (rc < 0)
		return rc;
	bits[0] &= bits_in(&f->frames, bytes.start * 8);
	if (len > 1)
		bits[len - 1] &= bits_in(&f->frames, (bytes.end - 1) * 8);
	for (size_t i = 0; i < len; i++)
		out[i] |= bits[i];
	return 0;
}

/* Add what counts of one file. out: the bits of these bytes of the bitmap. */
static int add_file(const struct kdump_source *src, const struct kdump_file *f, uint64_t off,
		    struct span bytes, uint8_t *out)
{
	const struct infile *maps = f->in.size ? &f->in : src->maps;
	uint64_t at = f->frames.start / 8, to = (f->frames.end + 7) / 8;
	int rc = 0;

	if (f->frames.start == f->frames.end)
		return 0;
	at = at > bytes.start ? at : bytes.start;
	to = to < bytes.end ? to : bytes.end;
	while (rc == 0 && at < to) {
		uint64_t n = to - at < KDUMP_ROW_BYTES ? to - at : KDUMP_ROW_BYTES;

		rc = add_bits(f, maps, off, (struct span){ at, at + n }, out + (at - bytes.start));
		at += n;
	}
	return rc;
}

int kdump_frames(struct source *base, enum source_frames which, uint64_t first, uint8_t *buf,
		 size_t len)
{
	struct kdump_source *src = container_of(base, struct kdump_source, base);
	struct span bytes = { first / 8, first / 8 + len };
	int rc = 0;

	memset(buf, 0, len);
	for (size_t i = 0; rc == 0 && i < src->nr_file; i++)
		rc = add_file(src, &src->file[i], src->head.bitmap[which], bytes, buf);
	if (rc < 0)
		memset(buf, 0, len);
	return rc;
}
