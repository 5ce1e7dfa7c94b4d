/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_begin.c - what comes before the page data: headers, notes, bitmaps, empty descriptors */
#include "output/kdump_impl.h"

#include "base/err.h"
#include "base/util.h"

#include <string.h>

static int put_zeros(struct kdump_format *k, uint64_t off, uint64_t len)
{
	int rc = 0;

	memset(k->buf, 0, sizeof(k->buf));
	while (len > 0 && rc == 0) {
		size_t n = len < BUF_SIZE ? (size_t)len : BUF_SIZE;

		rc = kdump_put(k, off, k->buf, n);
		off += n;
		len -= n;
	}
	return rc;
}

static int put_header(struct kdump_format *k, const struct dump_info *info)
{
	const size_t after = STATUS_OFF + STATUS_LEN;
	struct dump_header header;
	int rc;

	kdump_fill_header(&k->at, info, &header);
	k->status = header.status;
	memset(k->buf, 0, k->at.block);
	memcpy(k->buf, &header, sizeof(header));
	if (!k->base.sink->write_once)
		return kdump_put(k, 0, k->buf, k->at.block);
	rc = kdump_put(k, 0, k->buf, STATUS_OFF);
	return rc < 0 ? rc : kdump_put(k, after, k->buf + after, k->at.block - after);
}

/* Sub header, notes, zeros up to the next block. */
static int put_notes(struct kdump_format *k, const struct dump_info *info)
{
	uint64_t pos = k->at.sub_off;
	struct dump_sub_header sub;
	int rc;

	kdump_fill_sub_header(&k->at, info, &sub);
	rc = kdump_put(k, pos, &sub, sizeof(sub));
	pos += sizeof(sub);
	if (rc == 0)
		rc = kdump_put(k, pos, info->notes.data, info->notes.len);
	pos += info->notes.len;
	return rc < 0 ? rc : put_zeros(k, pos, k->at.bitmap_off - pos);
}

static int put_bitmap(struct kdump_format *k, uint64_t off, bits_fn *bits, void *arg)
{
	int rc = 0;

	for (uint64_t pos = 0; pos < k->at.bitmap_len && rc == 0; pos += BUF_SIZE) {
		uint64_t left = k->at.bitmap_len - pos;
		size_t n = left < BUF_SIZE ? (size_t)left : BUF_SIZE;

		bits(arg, pos * 8, k->buf, n);
		rc = kdump_put(k, off + pos, k->buf, n);
	}
	return rc;
}

/*
 * Descriptors that are not written yet must read as zeros, and their space must be reserved in
 * case the disk fills up. The page of zeros behind them is the first data, and makes the file
 * long enough for all of them.
 */
static int put_desc_area(struct kdump_format *k)
{
	uint64_t len = k->nr_keep * sizeof(k->desc[0]);
	int rc = k->base.sink->stale ? put_zeros(k, k->at.desc_off, k->at.data_off - k->at.desc_off)
				     : sink_reserve(k->base.sink, k->at.desc_off, len);

	if (rc < 0 || k->nr_keep == 0)
		return rc;
	k->data_pos = k->at.data_off + k->at.block;
	return put_zeros(k, k->at.data_off, k->at.block);
}

int kdump_begin(struct format *f, const struct dump_info *info)
{
	struct kdump_format *k = container_of(f, struct kdump_format, base);
	int rc = kdump_layout_init(&k->at, info);

	if (rc < 0)
		return rc;
	k->nr_keep = info->part ? info->part->nr : info->nr_keep;
	k->below = info->part ? info->part->first_rank : 0;
	k->data_pos = k->at.data_off;
	f->sink->data_from = k->at.data_off;
	rc = put_header(k, info);
	if (rc == 0)
		rc = put_notes(k, info);
	if (rc == 0)
		rc = put_bitmap(k, k->at.bitmap_off, info->ram, info->ram_arg);
	if (rc == 0)
		rc = put_bitmap(k, k->at.bitmap_off + k->at.bitmap_len, info->keep, info->keep_arg);
	if (rc == 0)
		rc = put_desc_area(k);
	f->opens = rc == 0;
	return rc < 0 ? fail(rc, "begin dump") : 0;
}
