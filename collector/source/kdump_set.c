/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdump_set.c - sort the files of a split dump
 *
 *     frames  0              start           end             nr_pfn
 *             | part, missing | part          | part          |
 *
 * Each part has all headers and both bitmaps, but descriptors of its own frames only.
 */
#include "source/kdump_set.h"

#include "base/err.h"
#include "base/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct part {
	const struct infile *in;
	const char *name;
	struct kdump_headers head;
};

static int read_part(struct part *p, const struct infile *in, const char *name)
{
	int rc = kdump_headers_read(in, &p->head);

	p->in = in;
	p->name = name;
	return rc < 0 ? fail(rc, "%s", name) : 0;
}

static int check_part(const struct part *first, const struct part *p)
{
	const struct source_saved *a = &first->head.facts, *b = &p->head.facts;

	if (!p->head.split)
		return fail_adopt(-EINVAL, "it is no part of a dump that was split; name it alone");
	if (first->head.block != p->head.block || first->head.nr_pfn != p->head.nr_pfn ||
	    memcmp(first->head.bitmap, p->head.bitmap, sizeof(p->head.bitmap)) != 0 ||
	    first->head.desc_off != p->head.desc_off || a->crash_time != b->crash_time ||
	    a->level != b->level || memcmp(a->uts, b->uts, sizeof(a->uts)) != 0)
		return fail_adopt(-EINVAL, "it is a part of another dump");
	return 0;
}

static int by_frames(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	return x->head.frames.start < y->head.frames.start
		       ? -1
		       : x->head.frames.start > y->head.frames.start;
}

/* The pages of [from, to) are in none of the files. */
static void add_gap(struct kdump_source *src, uint64_t from, uint64_t to)
{
	log_msg(LOG_ERROR,
		"a part of the dump is missing, with the page frames 0x%" PRIx64 " to 0x%" PRIx64
		"; name all its parts",
		from, to - 1);
	src->head.facts.incomplete = true;
	src->file[src->nr_file++] =
		(struct kdump_file){ .in = { .fd = -1 }, .frames = { from, to } };
}

static int same_pages(const struct part *a, const struct part *b)
{
	fail_adopt(-EINVAL, "both have the same pages; name each part once");
	return fail(-EINVAL, "%s, %s", a->name, b->name);
}

/* Turn sorted parts into a list of files that covers all frames. */
static int line_up(struct kdump_source *src, const struct part *part, unsigned nr)
{
	uint64_t at = 0;

	for (unsigned i = 0; i < nr; i++) {
		const struct kdump_headers *h = &part[i].head;

		if (h->frames.start < at)
			return same_pages(&part[i - 1], &part[i]);
		at = h->frames.end;
	}
	at = 0;
	for (unsigned i = 0; i < nr; i++) {
		const struct kdump_headers *h = &part[i].head;

		if (h->frames.start > at)
			add_gap(src, at, h->frames.start);
		src->head.facts.incomplete |= h->facts.incomplete;
		src->file[src->nr_file++] = (struct kdump_file){ .in = *part[i].in,
								 .desc_off = h->desc_off,
								 .frames = h->frames };
		src->maps = src->maps ? src->maps : &src->file[src->nr_file - 1].in;
		at = h->frames.end;
	}
	if (at < src->head.nr_pfn)
		add_gap(src, at, src->head.nr_pfn);
	return 0;
}

int kdump_set_open(struct kdump_source *src, const struct infile *in, const char *const *name,
		   unsigned nr)
{
	struct part *part = calloc(nr, sizeof(*part));
	int rc = 0;

	/* Up to one missing file before each part, and one after the last. */
	src->file = calloc(2 * (size_t)nr + 1, sizeof(*src->file));
	if (!part || !src->file)
		rc = fail(-ENOMEM, "open %s", name[0]);
	for (unsigned i = 0; rc == 0 && i < nr; i++) {
		rc = read_part(&part[i], &in[i], name[i]);
		if (rc == 0 && nr > 1 && check_part(&part[0], &part[i]) < 0)
			rc = fail(-EINVAL, "%s", name[i]);
	}
	if (rc == 0) {
		qsort(part, nr, sizeof(*part), by_frames);
		src->head = part[0].head;
		rc = line_up(src, part, nr);
	}
	free(part);
	if (rc < 0) {
		free(src->file);
		src->file = NULL;
	}
	return rc;
}
