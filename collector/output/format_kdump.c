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
#include "output/kdump_impl.h"

#include "base/err.h"
#include "base/util.h"

#include <stdlib.h>

/* On failure they are kept for another try: the disk may be full only for now. */
static int flush_desc(struct kdump_format *k)
{
	uint64_t off = k->at.desc_off + k->first_rank * sizeof(k->desc[0]);
	int rc = kdump_trail_note(&k->trail, k->base.sink, k->first_rank, k->desc, k->nr_desc);

	if (rc == 0)
		rc = kdump_put(k, off, k->desc, k->nr_desc * sizeof(k->desc[0]));
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

/* Descriptors of the first nr pages, whose data is written. */
static int describe_pages(struct kdump_format *k, const struct batch *b, unsigned nr)
{
	struct dump_desc last = { 0 };
	uint64_t pos = k->data_pos;
	int rc = 0;

	for (unsigned i = 0; i < nr && rc == 0; i++) {
		struct dump_desc desc = kdump_describe(k, b, i, pos, &last);

		if (b->stored[i] == STORED_DATA)
			last = desc;
		rc = add_desc(k, b->rank[i] - k->below, &desc);
		pos += b->size[i];
		k->base.kept += rc == 0;
	}
	return rc;
}

/* A full disk took part of the data: pages that are there as a whole stay. */
static void keep_taken(struct kdump_format *k, const struct batch *b, unsigned nr, int rc)
{
	size_t taken = k->base.sink->taken, len = 0;
	struct err_saved error;
	unsigned n = 0;

	for (; n < nr && len + b->size[n] <= taken; n++)
		len += b->size[n];
	err_save(&error, rc);
	if (!k->base.sink->write_once)
		(void)describe_pages(k, b, n);
	k->data_pos += len;
	k->base.bytes_written += len;
	err_restore(&error);
}

static int put_batch(struct kdump_format *k, const struct batch *b)
{
	unsigned nr = kdump_batch_fit(k, b);
	size_t len = 0;
	int rc;

	for (unsigned i = 0; i < nr; i++)
		len += b->size[i];
	rc = kdump_put(k, k->data_pos, b->data, len);
	if (rc < 0) {
		keep_taken(k, b, nr, rc);
		return fail(rc, "page data");
	}
	rc = describe_pages(k, b, nr);
	k->data_pos += len;
	if (rc < 0 || nr == b->nr)
		return rc;
	rc = fail(-ENOSPC, "the limit of %ju bytes", (uintmax_t)k->base.sink->limit);
	return fail(rc, "page data");
}

/* How many bytes from the start of the file are certainly stored. */
static uint64_t cut_lost(struct sink *s)
{
	uint64_t size;

	return s->ops->cut_lost && s->ops->cut_lost(s, &size) == 0 ? size : UINT64_MAX;
}

/* Clear the incomplete mark only after everything else is on disk. */
static int put_status(struct kdump_format *k, bool complete)
{
	uint32_t status = complete ? k->status & ~(uint32_t)DUMP_INCOMPLETE : k->status;
	int rc = 0;

	k->cleared = complete && !k->base.sink->write_once;
	if (complete || (k->base.sink->write_once && !k->base.stream_ends))
		rc = kdump_put(k, STATUS_OFF, &status, STATUS_LEN);
	return rc < 0 ? rc : sink_sync(k->base.sink);
}

/* At a limit a stream goes on, up to its end; one that is broken off takes no more. */
static void end_stream(struct kdump_format *k)
{
	k->base.stream_ends = flush_desc(k) == 0 && put_status(k, false) == 0;
}

/* The end of a file may be lost, whatever was accepted. */
static void rescue_desc(struct kdump_format *k)
{
	struct sink *s = k->base.sink;

	k->base.pages_lost += kdump_forget(k->desc, k->nr_desc, cut_lost(s));
	if (flush_desc(k) < 0)
		k->base.pages_lost += k->nr_desc;
	/* Some servers report a full disk long after they accepted the bytes. */
	(void)sink_sync(s);
	k->base.pages_lost += kdump_forget_lost(s, &k->at, &k->trail, cut_lost(s));
	/* Readers map the descriptors: a file that ends before their end kills them. */
	if (cut_lost(s) < k->at.data_off + (k->nr_keep ? k->at.block : 0))
		k->base.opens = false;
	k->nr_desc = 0;
}

/* Try to save the pages before the failure; the message stays that of rc. */
static void rescue(struct kdump_format *k, int rc)
{
	struct err_saved error;

	err_save(&error, rc);
	if (k->base.sink->write_once)
		end_stream(k);
	else
		rescue_desc(k);
	err_restore(&error);
}

static int kdump_pages(struct format *f, const struct batch *b)
{
	struct kdump_format *k = container_of(f, struct kdump_format, base);
	int rc;

	if (!kdump_batch_is_sound(k, b))
		return fail(-EINVAL, "kdump format: unsound batch");
	f->kept = 0;
	rc = put_batch(k, b);
	if (rc < 0) {
		if (!k->failed)
			k->failed = rc;
		rescue(k, rc);
	}
	return rc;
}

static void kdump_withdraw(struct format *f)
{
	struct kdump_format *k = container_of(f, struct kdump_format, base);
	struct err_saved error;

	if (!k->cleared)
		return;
	err_save(&error, 0);
	if (kdump_put(k, STATUS_OFF, &k->status, STATUS_LEN) == 0)
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
		if (!f->sink->write_once)
			rescue(k, rc);
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
