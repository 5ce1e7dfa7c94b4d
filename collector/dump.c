/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump.c - the conductor: the only file that knows every stage */
#include "dump.h"

#include "base/err.h"
#include "filter/cursor.h"
#include "pack/packer.h"
#include "pack/pipeline.h"

#include <stdlib.h>

struct dump_run {
	struct dump_cfg cfg;
	struct pipeline *pipeline;
	void **slot;
	unsigned nr_slots;
	void **state;
	unsigned nr_states;
};

static int open_slots(struct dump_run *d)
{
	const struct memory_plan *plan = d->cfg.plan;
	int rc = 0;

	d->slot = calloc(plan->nr_slots, sizeof(d->slot[0]));
	if (!d->slot)
		return fail(-ENOMEM, "%u batches", plan->nr_slots);
	for (; rc == 0 && d->nr_slots < plan->nr_slots; d->nr_slots++) {
		struct batch *b = NULL;

		rc = batch_open(d->cfg.page_shift, &b);
		d->slot[d->nr_slots] = b;
	}
	return rc;
}

static int open_states(struct dump_run *d)
{
	unsigned nr = d->cfg.plan->nr_threads ? d->cfg.plan->nr_threads : 1;
	const struct packer_cfg cfg = {
		.src = d->cfg.src,
		.codec = d->cfg.codec,
		.codec_level = d->cfg.codec_level,
		.page_shift = d->cfg.page_shift,
		.recompress = d->cfg.recompress,
		.as_stored = d->cfg.as_stored,
	};
	int rc = 0;

	d->state = calloc(nr, sizeof(d->state[0]));
	if (!d->state)
		return fail(-ENOMEM, "%u packers", nr);
	for (; rc == 0 && d->nr_states < nr; d->nr_states++) {
		struct packer *p = NULL;

		rc = packer_open(&cfg, &p);
		d->state[d->nr_states] = p;
	}
	return rc;
}

int dump_open(const struct dump_cfg *cfg, struct dump_run **out)
{
	struct dump_run *d = calloc(1, sizeof(*d));
	int rc;

	if (!d)
		return fail(-ENOMEM, "open dump");
	d->cfg = *cfg;
	rc = open_slots(d);
	if (rc == 0)
		rc = open_states(d);
	if (rc == 0)
		rc = pipeline_open(&(struct pipeline_cfg){ .nr_threads = cfg->plan->nr_threads,
							   .nr_slots = cfg->plan->nr_slots,
							   .slot = d->slot,
							   .state = d->state,
							   .run = packer_run },
				   &d->pipeline);
	if (rc < 0) {
		dump_close(d);
		return rc;
	}
	*out = d;
	return 0;
}

void dump_close(struct dump_run *d)
{
	if (!d)
		return;
	pipeline_close(d->pipeline);
	for (unsigned i = 0; i < d->nr_slots; i++)
		batch_close(d->slot[i]);
	for (unsigned i = 0; i < d->nr_states; i++)
		packer_close(d->state[i]);
	free(d->slot);
	free(d->state);
	free(d);
}

/* The first nr pages of a batch. */
static void count(struct page_counts *t, const struct batch *b, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		t->zero += b->stored[i] == STORED_ZERO;
		t->missing += b->stored[i] == STORED_MISSING;
		t->bytes += b->size[i];
	}
	t->done += nr;
}

/* Pump all pages through the pipeline, oldest batch first. */
static int pump(struct dump_run *d, struct format *f, struct page_counts *counts)
{
	struct pipeline *p = d->pipeline;
	struct cursor cursor;
	bool more = true;
	struct batch *b;
	void *job;

	cursor_init(&cursor, d->cfg.selection, d->cfg.part);
	for (;;) {
		int rc;

		while (more && (b = pipeline_slot(p)) && (more = cursor_fill(&cursor, b)))
			pipeline_submit(p);
		if (pipeline_in_flight(p) == 0)
			return 0;
		rc = pipeline_next(p, &job);
		if (rc < 0)
			return rc;
		b = job;
		rc = format_pages(f, b);
		count(counts, b, rc < 0 ? f->kept : b->nr);
		if (rc < 0)
			return rc;
		pipeline_release(p);
		if (d->cfg.progress)
			d->cfg.progress(d->cfg.arg, counts);
	}
}

int dump_pump(struct dump_run *d, struct format *f, struct page_counts *counts)
{
	int rc;

	counts->done = counts->zero = counts->missing = counts->lost = counts->bytes = 0;
	rc = pump(d, f, counts);
	counts->lost = f->pages_lost;
	return rc;
}

int dump_pages(struct dump_run *d, struct format *f, const struct dump_info *info,
	       struct page_counts *counts)
{
	int rc = format_begin(f, info);

	counts->done = counts->zero = counts->missing = counts->lost = counts->bytes = 0;
	if (rc == 0)
		rc = dump_pump(d, f, counts);
	if (rc == 0)
		rc = format_end(f, counts->missing == 0 && !source_is_incomplete(d->cfg.src));
	counts->lost = f->pages_lost;
	return rc;
}
