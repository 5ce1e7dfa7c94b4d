/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * format_elf.c - write an ELF core
 *
 * The keep bitmap is known before the first page is read, so headers go first and the offset of
 * each page is known. A page of zeros is not written: it becomes a hole.
 */
#include "output/elf_impl.h"

#include "base/err.h"
#include "base/util.h"

#include <stdlib.h>

/* A wrong batch would make a core that looks valid: refuse it. */
static bool batch_is_sound(const struct elf_format *e, const struct batch *b)
{
	bool data = false;
	uint64_t sum = 0;

	if (b->nr > BATCH_PAGES)
		return false;
	for (unsigned i = 0; i < b->nr; i++) {
		data |= b->stored[i] == STORED_DATA;
		if (b->rank[i] >= e->nr_keep || b->flags[i] != 0 ||
		    b->size[i] != (b->stored[i] == STORED_DATA ? e->at.page : 0) ||
		    (b->stored[i] == STORED_SAME && !data))
			return false;
		sum += b->size[i];
	}
	return sum == b->len;
}

static uint64_t offset_of(const struct elf_format *e, uint64_t rank)
{
	return e->at.data_off + rank * e->at.page;
}

/*
 * Each page has its place, the most important ones too: those below the limit are saved. In a
 * stream they are written one behind the other: there is what is left behind nr pages of the same
 * record, and the flags.
 */
static bool is_beyond(const struct elf_format *e, uint64_t rank, unsigned nr)
{
	const struct sink *s = e->base.sink;

	if (s->write_once)
		return sink_left(s, 0) < (nr + 1) * e->at.page + 2 * s->record + FLAGS_LEN;
	return s->limit > 0 && offset_of(e, rank) + e->at.page > s->limit;
}

static void pass_over(struct elf_format *e)
{
	e->nr_beyond++;
	e->base.pages_lost++;
}

/* Write page i and the pages that follow it both in the batch and in the file; *nr: how many. */
static int put_data(struct elf_format *e, const struct batch *b, unsigned i, size_t at,
		    unsigned *nr)
{
	unsigned n = 1;

	while (i + n < b->nr && b->stored[i + n] == STORED_DATA &&
	       b->rank[i + n] == b->rank[i] + n && !is_beyond(e, b->rank[i + n], n))
		n++;
	*nr = n;
	return elf_put(e, offset_of(e, b->rank[i]), b->data + at, n * e->at.page);
}

/*
 * Zeros, or a page that could not be read. The last one of all is written, so that the file does
 * not end before it.
 */
static int put_nothing(struct elf_format *e, uint64_t rank)
{
	if (!e->base.sink->stale && rank + 1 < e->nr_keep)
		return 0;
	return elf_put(e, offset_of(e, rank), e->zeros, e->at.page);
}

/* The stream has the first nr pages of a batch. */
static int at_limit(struct elf_format *e, unsigned nr)
{
	int rc = fail(-ENOSPC, "the limit of %ju bytes", (uintmax_t)e->base.sink->limit);

	e->base.kept = nr;
	return fail(rc, "page data");
}

static int put_batch(struct elf_format *e, const struct batch *b)
{
	size_t at = 0; /* of the next page in b->data */
	unsigned nr;
	int rc = 0;

	for (unsigned i = 0; i < b->nr && rc == 0; i += nr) {
		nr = 1;
		if (is_beyond(e, b->rank[i], 0)) {
			if (e->base.sink->write_once) /* so is all that follows */
				return at_limit(e, i);
			pass_over(e);
			at += b->size[i];
			continue;
		}
		switch ((enum stored_as)b->stored[i]) {
		case STORED_DATA:
			rc = put_data(e, b, i, at, &nr);
			at += nr * e->at.page;
			break;
		case STORED_SAME:
			rc = elf_put(e, offset_of(e, b->rank[i]), b->data + at - e->at.page,
				     e->at.page);
			break;
		case STORED_ZERO:
		case STORED_MISSING:
			rc = put_nothing(e, b->rank[i]);
			break;
		}
		e->nr_given += rc == 0 ? nr : 0;
	}
	return rc < 0 ? fail(rc, "page data") : 0;
}

/* Bytes that a server lost after it accepted them are at the end of the file. */
static void count_lost(struct elf_format *e, int rc)
{
	struct sink *s = e->base.sink;
	struct err_saved error;
	uint64_t size;

	if (s->write_once)
		return;
	err_save(&error, rc);
	(void)sink_sync(s);
	if (s->ops->cut_lost && s->ops->cut_lost(s, &size) == 0 && size < e->end) {
		uint64_t from = size > e->at.data_off ? size : e->at.data_off;

		if (from < e->end)
			e->base.pages_lost += (e->end - from + e->at.page - 1) / e->at.page;
		e->end = size;
	}
	err_restore(&error);
}

/* Clear the incomplete mark only after everything else is on disk. */
static int put_flags(struct elf_format *e, bool complete)
{
	uint32_t flags = complete ? 0 : INCOMPLETE;
	int rc = 0;

	e->cleared = complete && !e->base.sink->write_once;
	if (complete || (e->base.sink->write_once && !e->base.stream_ends))
		rc = elf_put(e, FLAGS_OFF, &flags, FLAGS_LEN);
	return rc < 0 ? rc : sink_sync(e->base.sink);
}

/* At a limit a stream goes on, up to its end; one that is broken off takes no more. */
static void end_stream(struct elf_format *e, int rc)
{
	struct err_saved error;

	err_save(&error, rc);
	e->base.stream_ends = put_flags(e, false) == 0;
	err_restore(&error);
}

static int elf_pages(struct format *f, const struct batch *b)
{
	struct elf_format *e = container_of(f, struct elf_format, base);
	int rc;

	if (!batch_is_sound(e, b))
		return fail(-EINVAL, "ELF format: unsound batch");
	rc = put_batch(e, b);
	if (rc < 0) {
		if (!e->failed)
			e->failed = rc;
		if (f->sink->write_once)
			end_stream(e, rc);
		else
			count_lost(e, rc);
	}
	return rc;
}

static void elf_withdraw(struct format *f)
{
	struct elf_format *e = container_of(f, struct elf_format, base);
	const uint32_t flags = INCOMPLETE;
	struct err_saved error;

	if (!e->cleared)
		return;
	err_save(&error, 0);
	if (elf_put(e, FLAGS_OFF, &flags, FLAGS_LEN) == 0)
		(void)sink_sync(f->sink);
	e->cleared = false;
	err_restore(&error);
}

static int elf_end_dump(struct format *f, bool complete)
{
	struct elf_format *e = container_of(f, struct elf_format, base);
	bool whole = e->failed == 0 && e->nr_given == e->nr_keep;
	int rc = sink_sync(f->sink);

	if (rc == 0 && e->nr_beyond)
		rc = fail(-ENOSPC, "the limit of %ju bytes, beyond which are %ju pages",
			  (uintmax_t)f->sink->limit, (uintmax_t)e->nr_beyond);
	if (rc == 0)
		rc = put_flags(e, complete && whole);
	if (rc < 0) {
		elf_withdraw(f);
		count_lost(e, rc);
		return fail(rc, "end ELF core");
	}
	if (complete && !whole)
		return fail(-EINVAL, "end ELF core: %ju of %ju pages given", (uintmax_t)e->nr_given,
			    (uintmax_t)e->nr_keep);
	return 0;
}

static void elf_close(struct format *f)
{
	struct elf_format *e = container_of(f, struct elf_format, base);

	elf_layout_close(&e->at);
	free(e);
}

static uint64_t elf_max_size(const struct dump_info *info)
{
	struct elf_layout at;

	if (elf_layout_open(&at, info) < 0) {
		fail_clear(); /* begin() writes the mark */
		return 0;
	}
	elf_layout_close(&at);
	return at.data_off + info->nr_keep * at.page;
}

static const struct format_ops elf_ops = {
	.name = "ELF",
	.begin = elf_begin_dump,
	.pages = elf_pages,
	.end = elf_end_dump,
	.withdraw = elf_withdraw,
	.max_size = elf_max_size,
	.close = elf_close,
};

int format_elf_open(struct sink *sink, struct format **out)
{
	struct elf_format *e = calloc(1, sizeof(*e));

	if (!e)
		return fail(-ENOMEM, "open ELF format");
	e->base = (struct format){ .ops = &elf_ops, .sink = sink };
	*out = &e->base;
	return 0;
}
