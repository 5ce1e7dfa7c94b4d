/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packer.c - from page frame numbers to stored bytes */
#include "pack/packer_impl.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define RUN_MAX ((size_t)512 << 10) /* map so much at once where frames lie in a row */

int packer_open(const struct packer_cfg *cfg, struct packer **out)
{
	struct packer *p = calloc(1, sizeof(*p));
	int rc;

	if (!p)
		return fail(-ENOMEM, "open packer");
	p->cfg = *cfg;
	rc = view_open(cfg->src, &p->view);
	if (rc == 0 && cfg->codec) {
		p->codec = cfg->codec->open(cfg->codec_level, (size_t)1 << cfg->page_shift);
		if (!p->codec)
			rc = fail(-ENOMEM, "open %s", cfg->codec->name);
	}
	if (rc == 0 && cfg->src->saved)
		rc = repack_open(p);
	p->alone = malloc((size_t)1 << cfg->page_shift);
	if (rc == 0 && !p->alone)
		rc = fail(-ENOMEM, "open packer");
	if (rc < 0) {
		packer_close(p);
		return rc;
	}
	*out = p;
	return 0;
}

void packer_close(struct packer *p)
{
	if (!p)
		return;
	if (p->codec)
		p->cfg.codec->close(p->codec);
	repack_close(p->repack);
	free(p->alone);
	view_close(p->view);
	free(p);
}

size_t packer_memory(const struct codec *codec, int level, unsigned page_shift, bool of_dump)
{
	return sizeof(struct packer) + ((size_t)1 << page_shift) +
	       (of_dump ? repack_memory(page_shift) : 0) +
	       (codec ? codec->memory(level, (size_t)1 << page_shift) : 0);
}

/*
 * Most pages that are not zero show it at once; the rest is worth a loop that
 * the compiler makes wide.
 */
bool packer_is_zero(const char *page, size_t len)
{
	uint64_t word[8], any = 0;

	for (size_t i = 0; i < len; i += sizeof(word)) {
		memcpy(word, page + i, sizeof(word));
		for (unsigned w = 0; w < 8; w++)
			any |= word[w];
		if (any)
			return false;
	}
	return true;
}

/*
 *     data:  | page 0 | page 1 | ... | page i goes here ->        |
 *            0                        len                BATCH_BYTES
 *
 * No page takes more than its own size, so there is always space for the rest.
 */
void packer_put(struct packer *p, struct batch *b, unsigned i, const char *page)
{
	size_t len = (size_t)1 << p->cfg.page_shift, size = 0;
	uint8_t *to = b->data + b->len;

	b->size[i] = b->flags[i] = 0;
	if (packer_is_zero(page, len)) {
		b->stored[i] = STORED_ZERO;
		return;
	}
	if (p->like && memcmp(p->like, page, len) == 0) {
		b->stored[i] = STORED_SAME;
		return;
	}
	/* Offer all remaining space: then a codec without an output limit needs no copy. */
	if (p->codec)
		size = p->cfg.codec->compress(p->codec, page, len, to, BATCH_BYTES - b->len);
	b->flags[i] = size ? p->cfg.codec->flag : 0;
	if (!size) {
		memcpy(to, page, len);
		size = len;
	}
	b->stored[i] = STORED_DATA;
	b->size[i] = (uint32_t)size;
}

/*
 * After a fault the window is zero-filled, so check for damage before the next page: a retry would
 * see a readable page of zeros.
 */
static void store(struct packer *p, struct batch *b, unsigned i, const char *page)
{
	packer_put(p, b, i, page);
	if (view_damaged(p->view)) {
		packer_missing(b, i);
		p->like = NULL; /* it may be the one that faulted */
	}
	if (b->stored[i] == STORED_DATA)
		p->like = page;
	b->len += b->size[i];
}

/* nr frames from pfn on; what was mapped before is gone. */
static int map_frames(struct packer *p, uint64_t pfn, unsigned nr, const void **out)
{
	unsigned shift = p->cfg.page_shift;

	return view_map(p->view, pfn << shift, (size_t)nr << shift, out);
}

/* The next page is compared with a copy: how memory can be mapped must not change the dump. */
static void store_alone(struct packer *p, struct batch *b, unsigned i)
{
	const void *page;

	if (map_frames(p, b->pfn[i], 1, &page) < 0) {
		packer_missing(b, i);
		return;
	}
	store(p, b, i, page);
	if (p->like == page)
		p->like = memcpy(p->alone, page, (size_t)1 << p->cfg.page_shift);
}

/* How many frames from i on lie in a row. */
static unsigned run_length(const struct packer *p, const struct batch *b, unsigned i)
{
	unsigned n = 1;

	while (i + n < b->nr && b->pfn[i + n] == b->pfn[i] + n &&
	       ((size_t)(n + 1) << p->cfg.page_shift) <= RUN_MAX)
		n++;
	return n;
}

/* Prefetch the next page while this one is compressed; a prefetch never faults. */
static void prefetch_page(const char *page, size_t len)
{
	for (size_t i = 0; i < len; i += 64)
		__builtin_prefetch(page + i, 0, 2);
}

/* False, and nothing stored, if the row cannot be mapped as one. */
static bool store_run(struct packer *p, struct batch *b, unsigned i, unsigned nr)
{
	unsigned shift = p->cfg.page_shift;
	const void *at;

	if (map_frames(p, b->pfn[i], nr, &at) < 0)
		return false;
	/* A view that copies may fault inside view_map(), on any page of the row. */
	if (view_damaged(p->view))
		return false;
	for (unsigned n = 0; n < nr; n++) {
		const char *page = (const char *)at + ((size_t)n << shift);

		if (n + 1 < nr)
			prefetch_page(page + ((size_t)1 << shift), (size_t)1 << shift);
		store(p, b, i + n, page);
	}
	return true;
}

/* Pages in a hole of the file are zeros, and are not touched: how many of nr from i on. */
static unsigned store_hole(struct packer *p, struct batch *b, unsigned i, unsigned nr)
{
	unsigned shift = p->cfg.page_shift;
	uint64_t zeros = view_zeros(p->view, b->pfn[i] << shift, (uint64_t)nr << shift);

	nr = (unsigned)(zeros >> shift);
	for (unsigned n = 0; n < nr; n++) {
		b->size[i + n] = b->flags[i + n] = 0;
		b->stored[i + n] = STORED_ZERO;
	}
	return nr;
}

int packer_run(void *state, void *job)
{
	struct packer *p = state;
	struct batch *b = job;
	unsigned nr, holes;

	b->len = 0;
	/* The result does not depend on the thread that takes the batch. */
	if (p->codec && p->cfg.codec->restart)
		p->cfg.codec->restart(p->codec);
	for (unsigned i = 0; i < b->nr; i += nr) {
		nr = run_length(p, b, i);
		p->like = NULL; /* it is mapped no longer */
		if (p->repack) {
			repack_run(p, b, i, nr);
			continue;
		}
		holes = store_hole(p, b, i, nr);
		if (holes) {
			nr = holes;
			continue;
		}
		if (nr > 1 && store_run(p, b, i, nr))
			continue;
		for (unsigned n = 0; n < nr; n++)
			store_alone(p, b, i + n);
	}
	fail_clear(); /* a missing page is counted, it is not an error of this thread */
	return 0;
}
