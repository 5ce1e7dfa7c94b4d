/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_impl.h - a kdump-compressed dump that is being written; for its own files only */
#ifndef OUTPUT_KDUMP_IMPL_H
#define OUTPUT_KDUMP_IMPL_H

#include "base/dumpfile.h"
#include "base/types.h"
#include "output/format.h"
#include "output/kdump_layout.h"
#include "output/kdump_lost.h"

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

/* Write to the sink; a length of 0 is no write. */
static inline int kdump_put(struct kdump_format *k, uint64_t off, const void *buf, size_t len)
{
	int rc;

	if (len == 0)
		return 0;
	rc = sink_write_at(k->base.sink, off, buf, len);
	if (rc == 0)
		k->base.bytes_written += len;
	return rc;
}

/* format_ops.begin: all that comes before the page data, and the page of zeros. */
int kdump_begin(struct format *f, const struct dump_info *info);

/* A wrong batch would make a dump that looks valid: refuse it. */
bool kdump_batch_is_sound(const struct kdump_format *k, const struct batch *b);

/*
 * How many pages of a batch, from its first on, fit into the limit of the sink together with all
 * that must still be written for them.
 */
unsigned kdump_batch_fit(const struct kdump_format *k, const struct batch *b);

/*
 * The descriptor of page i of a batch, whose data lies at this offset. Equal pages share their
 * data: last is the descriptor of the last page with data.
 */
struct dump_desc kdump_describe(const struct kdump_format *k, const struct batch *b, unsigned i,
				uint64_t data, const struct dump_desc *last);

#endif
