/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * format_kdump.c - write a kdump-compressed dump, version 6
 *
 * Data is written first, its descriptors later: if the program is killed, no descriptor points at
 * missing data. Descriptors are collected while their ranks are consecutive, so a dump in pfn
 * order costs one write of 64 KiB for 2730 pages, between the data of two batches.
 *
 * In a flattened stream each byte is written once. There begin() leaves out the status, which
 * changes at the end.
 */
#include "output/format.h"
#include "output/kdump_lost.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/util.h"
#include "output/kdump_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_SIZE      (64 * 1024) /* also the largest page */
#define DESC_CAPACITY (BUF_SIZE / sizeof(struct dump_desc))

#define STATUS_OFF    offsetof(struct dump_header, status)
#define STATUS_LEN    sizeof(uint32_t)

struct kdump_format {
	struct format base;
	struct kdump_layout at;
	uint64_t nr_keep;    /* descriptors of this file */
	uint64_t below;	     /* of other files, before them */
	uint64_t nr_given;   /* descriptors so far, missing ones too */
	uint64_t data_pos;   /* where the next batch goes */
	uint64_t first_rank; /* of desc[0] */
	unsigned nr_desc;
	uint32_t status;
	bool cleared; /* the header may say by now that the dump is complete */
	int failed;   /* the first error of pages() */
	struct kdump_trail trail;
	struct dump_desc desc[DESC_CAPACITY];
	uint8_t buf[BUF_SIZE]; /* bitmap pieces, zeros */
};

static int put(struct kdump_format *k, uint64_t off, const void *buf, size_t len)
{
	int rc;

	if (len == 0)
		return 0;
	rc = sink_write_at(k->base.sink, off, buf, len);
	if (rc == 0)
		k->base.bytes_written += len;
	return rc;
}

static int put_zeros(struct kdump_format *k, uint64_t off, uint64_t len)
{
	int rc = 0;

	memset(k->buf, 0, sizeof(k->buf));
	while (len > 0 && rc == 0) {
		size_t n = len < BUF_SIZE ? (size_t)len : BUF_SIZE;

		rc = put(k, off, k->buf, n);
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
		return put(k, 0, k->buf, k->at.block);
	rc = put(k, 0, k->buf, STATUS_OFF);
	return rc < 0 ? rc : put(k, after, k->buf + after, k->at.block - after);
}

/* Sub header, notes, zeros up to the next block. */
static int put_notes(struct kdump_format *k, const struct dump_info *info)
{
	uint64_t pos = k->at.sub_off;
	struct dump_sub_header sub;
	int rc;

	kdump_fill_sub_header(&k->at, info, &sub);
	rc = put(k, pos, &sub, sizeof(sub));
	pos += sizeof(sub);
	if (rc == 0)
		rc = put(k, pos, info->notes.data, info->notes.len);
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
		rc = put(k, off + pos, k->buf, n);
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

static int kdump_begin(struct format *f, const struct dump_info *info)
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

/* On failure they are kept for another try: the disk may be full only for now. */
static int flush_desc(struct kdump_format *k)
{
	uint64_t off = k->at.desc_off + k->first_rank * sizeof(k->desc[0]);
	int rc = kdump_trail_note(&k->trail, k->base.sink, k->first_rank, k->desc, k->nr_desc);

	if (rc == 0)
		rc = put(k, off, k->desc, k->nr_desc * sizeof(k->desc[0]));
	if (rc < 0)
		return fail(rc, "page descriptors");
	k->nr_desc = 0;
	return 0;
}

static int add_desc(struct kdump_format *k, uint64_t rank, const struct dump_desc *desc)
{
	int rc;

	if (k->nr_desc == DESC_CAPACITY || (k->nr_desc > 0 && rank != k->first_rank + k->nr_desc)) {
		rc = flush_desc(k);
		if (rc < 0)
			return rc;
	}
	if (k->nr_desc == 0)
		k->first_rank = rank;
	k->desc[k->nr_desc++] = *desc;
	k->nr_given++;
	return 0;
}

/*
 * All zero pages share one block; crash needs them in the dump. Equal pages share their data: last
 * is the descriptor of the last page with data.
 */
static struct dump_desc describe(const struct kdump_format *k, const struct batch *b, unsigned i,
				 uint64_t data, const struct dump_desc *last)
{
	const int64_t zero_page = (int64_t)k->at.data_off;

	switch ((enum stored_as)b->stored[i]) {
	case STORED_DATA:
		return (struct dump_desc){ (int64_t)data, b->size[i], b->flags[i], 0 };
	case STORED_ZERO:
		return (struct dump_desc){ zero_page, k->at.block, 0, 0 };
	case STORED_SAME:
		return *last;
	case STORED_MISSING:
		break;
	}
	return (struct dump_desc){ 0 };
}

/* A wrong batch would make a dump that looks valid: refuse it. */
static bool batch_is_sound(const struct kdump_format *k, const struct batch *b)
{
	uint64_t sum = 0;
	bool data = false;

	if (b->nr > BATCH_PAGES)
		return false;
	for (unsigned i = 0; i < b->nr; i++) {
		uint32_t size = b->size[i];

		if (b->rank[i] < k->below || b->rank[i] - k->below >= k->nr_keep)
			return false;
		if (b->stored[i] != STORED_DATA && size != 0)
			return false;
		if (b->stored[i] == STORED_SAME && !data)
			return false;
		if (b->stored[i] == STORED_DATA && (size == 0 || size > k->at.block))
			return false;
		if (b->stored[i] == STORED_DATA && !b->flags[i] && size != k->at.block)
			return false;
		data |= b->stored[i] == STORED_DATA;
		sum += size;
	}
	return sum == b->len;
}

static int put_batch(struct kdump_format *k, const struct batch *b)
{
	struct dump_desc last = { 0 };
	uint64_t pos = k->data_pos;
	int rc = put(k, pos, b->data, b->len);

	if (rc < 0)
		return fail(rc, "page data");
	k->data_pos += b->len;
	for (unsigned i = 0; i < b->nr && rc == 0; i++) {
		struct dump_desc desc = describe(k, b, i, pos, &last);

		if (b->stored[i] == STORED_DATA)
			last = desc;
		rc = add_desc(k, b->rank[i] - k->below, &desc);
		pos += b->size[i];
	}
	return rc;
}

/* How many bytes from the start of the file are certainly stored. */
static uint64_t cut_lost(struct sink *s)
{
	uint64_t size;

	return s->ops->cut_lost && s->ops->cut_lost(s, &size) == 0 ? size : UINT64_MAX;
}

/* Try to save the pages before the failure; the message stays that of rc. */
static void rescue_desc(struct kdump_format *k, int rc)
{
	struct sink *s = k->base.sink;
	struct err_saved error;

	if (s->write_once)
		return;
	err_save(&error, rc);
	k->base.pages_lost += kdump_forget(k->desc, k->nr_desc, cut_lost(s));
	(void)flush_desc(k);
	/* Some servers report a full disk long after they accepted the bytes. */
	(void)sink_sync(s);
	k->base.pages_lost += kdump_forget_lost(s, &k->at, &k->trail, cut_lost(s));
	/* Readers map the descriptors: a file that ends before their end kills them. */
	if (cut_lost(s) < k->at.data_off + (k->nr_keep ? k->at.block : 0))
		k->base.opens = false;
	k->nr_desc = 0;
	err_restore(&error);
}

static int kdump_pages(struct format *f, const struct batch *b)
{
	struct kdump_format *k = container_of(f, struct kdump_format, base);
	int rc;

	if (!batch_is_sound(k, b))
		return fail(-EINVAL, "kdump format: unsound batch");
	rc = put_batch(k, b);
	if (rc < 0) {
		if (!k->failed)
			k->failed = rc;
		rescue_desc(k, rc);
	}
	return rc;
}

/* Clear the incomplete mark only after everything else is on disk. */
static int put_status(struct kdump_format *k, bool complete)
{
	uint32_t status = complete ? k->status & ~(uint32_t)DUMP_INCOMPLETE : k->status;
	int rc = 0;

	k->cleared = complete && !k->base.sink->write_once;
	if (complete || k->base.sink->write_once)
		rc = put(k, STATUS_OFF, &status, STATUS_LEN);
	return rc < 0 ? rc : sink_sync(k->base.sink);
}

static void kdump_withdraw(struct format *f)
{
	struct kdump_format *k = container_of(f, struct kdump_format, base);
	struct err_saved error;

	if (!k->cleared)
		return;
	err_save(&error, 0);
	if (put(k, STATUS_OFF, &k->status, STATUS_LEN) == 0)
		(void)sink_sync(f->sink);
	k->cleared = false;
	err_restore(&error);
}

static int kdump_end(struct format *f, bool complete)
{
	struct kdump_format *k = container_of(f, struct kdump_format, base);
	bool whole = k->failed == 0 && k->nr_given == k->nr_keep;
	int rc = flush_desc(k);

	if (rc == 0)
		rc = sink_sync(f->sink);
	if (rc == 0)
		rc = put_status(k, complete && whole);
	if (rc < 0) {
		kdump_withdraw(f);
		rescue_desc(k, rc);
		return fail(rc, "end dump");
	}
	if (complete && !whole)
		return fail(-EINVAL, "end dump: %ju of %ju pages given", (uintmax_t)k->nr_given,
			    (uintmax_t)k->nr_keep);
	return 0;
}

static void kdump_close(struct format *f)
{
	free(container_of(f, struct kdump_format, base));
}

uint64_t format_kdump_max_size(const struct dump_info *info)
{
	struct kdump_layout at;

	if (kdump_layout_init(&at, info) < 0) {
		fail_clear(); /* begin() writes the mark */
		return 0;
	}
	return at.data_off + ((info->part ? info->part->nr : info->nr_keep) + 1) * at.block;
}

static const struct format_ops kdump_ops = {
	.name = "kdump",
	.begin = kdump_begin,
	.pages = kdump_pages,
	.end = kdump_end,
	.withdraw = kdump_withdraw,
	.max_size = format_kdump_max_size,
	.close = kdump_close,
};

int format_kdump_open(struct sink *sink, struct format **out)
{
	struct kdump_format *k = calloc(1, sizeof(*k));

	if (!k)
		return fail(-ENOMEM, "open kdump format");
	k->base = (struct format){ .ops = &kdump_ops, .sink = sink };
	*out = &k->base;
	return 0;
}
