/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repack.c - pages of a dump: copied, or compressed again
 *
 *     stored as        and asked for      becomes
 *     the codec        the same codec     copied, if it can be what it says
 *     as it is         what the dump has  copied: that codec gained nothing by it
 *     anything         anything else      unpacked, compressed
 *
 * The result is the same as packing the page itself (packer.h), as far as that can be decided
 * without unpacking pages that are copied.
 */
#include "pack/packer_impl.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

/*
 * With every codec, a page of zeros gets smaller than this fraction of a page. Only pages below it
 * are unpacked to check, and only if the writer of the dump did not detect zero pages.
 */
#define ZEROS_PART 16
#define LEVEL_ZERO 1u

/* The last page stored as data in this run. */
struct last {
	uint64_t id; /* where it lies in the source; 0: there is none */
	uint32_t size, flags;
	const uint8_t *copy; /* its bytes in the batch, if it was copied; else p->like has it */
};

struct repack {
	uint64_t zero_id; /* a page of zeros lies there in the source; 0: none seen yet */
	struct last last;
	unsigned spare; /* which of page p->like does not use */
	char *page[2];	/* unpacked */
};

static size_t page_size(const struct packer *p)
{
	return (size_t)1 << p->cfg.page_shift;
}

int repack_open(struct packer *p)
{
	struct repack *r = calloc(1, sizeof(*r));

	if (!r)
		return fail(-ENOMEM, "open packer");
	p->repack = r;
	for (unsigned n = 0; n < 2; n++) {
		r->page[n] = malloc(page_size(p));
		if (!r->page[n])
			return fail(-ENOMEM, "open packer");
	}
	return 0;
}

void repack_close(struct repack *r)
{
	if (!r)
		return;
	free(r->page[0]);
	free(r->page[1]);
	free(r);
}

size_t repack_memory(unsigned page_shift)
{
	return sizeof(struct repack) + 2 * ((size_t)1 << page_shift);
}

/*
 * Into buffer which. What cannot be unpacked is missing and counted: there may be many, so no
 * message.
 */
static int unpack(struct packer *p, const struct packed_page *in, unsigned which, char **out)
{
	const struct codec *codec = in->flags ? codec_by_flag(in->flags) : NULL;
	int rc = 0;

	*out = p->repack->page[which];
	if (codec)
		rc = codec->decompress(in->data, in->size, *out, page_size(p));
	else if (in->flags)
		rc = -ENOTSUP;
	else
		memcpy(*out, in->data, page_size(p));
	if (rc < 0)
		fail_clear();
	return rc;
}

/* Is it stored with the requested codec already? */
static bool may_copy(const struct packer *p, const struct packed_page *in)
{
	const struct codec *codec = p->cfg.codec;
	uint32_t flag = codec ? codec->flag : 0;

	if (p->cfg.as_stored)
		return !in->flags || !codec_by_flag(in->flags) ||
		       codec_by_flag(in->flags)->plausible(in->data, in->size, page_size(p));
	if (p->cfg.recompress)
		return false;
	if (in->flags == 0)
		return flag == 0 || flag == p->cfg.src->saved->codec_flag;
	return in->flags == flag && codec->plausible(in->data, in->size, page_size(p));
}

static bool is_zero(struct packer *p, const struct packed_page *in)
{
	char *page;

	if (in->flags == 0)
		return packer_is_zero(in->data, page_size(p));
	if (p->cfg.src->saved->level & LEVEL_ZERO || in->size > page_size(p) / ZEROS_PART)
		return false;
	return unpack(p, in, p->repack->spare, &page) == 0 && packer_is_zero(page, page_size(p));
}

static void put_shared(struct batch *b, unsigned i, enum stored_as stored)
{
	b->size[i] = b->flags[i] = 0;
	b->stored[i] = (uint8_t)stored;
}

static void note_last(struct packer *p, const struct packed_page *in, const uint8_t *copy)
{
	p->repack->last = (struct last){ in->id, in->size, in->flags, copy };
}

static void put_bytes(struct packer *p, struct batch *b, unsigned i, const struct packed_page *in)
{
	uint8_t *to = b->data + b->len;

	if (to != in->data)
		memcpy(to, in->data, in->size);
	b->stored[i] = STORED_DATA;
	b->size[i] = in->size;
	b->flags[i] = in->flags;
	p->like = NULL;
	note_last(p, in, to);
}

/* Does the last page unpack to the same bytes? */
static bool is_like_last(struct packer *p, const char *page)
{
	const struct last *last = &p->repack->last;
	const struct packed_page stored = { .data = last->copy,
					    .size = last->size,
					    .flags = last->flags };
	char *like;

	return last->copy && unpack(p, &stored, !p->repack->spare, &like) == 0 &&
	       memcmp(like, page, page_size(p)) == 0;
}

/*
 * How a page is compressed depends on the pages before it, and these may differ from the pages in
 * the old dump. Store what a dump of the vmcore itself would have.
 */
static void settle(struct packer *p, struct batch *b, unsigned i, const struct packed_page *in)
{
	struct codec_page page = { .packed = in->data, .len = page_size(p) };
	struct packed_page now = *in;
	char *unpacked;
	size_t size;

	if (unpack(p, in, p->repack->spare, &unpacked) < 0) {
		packer_missing(b, i);
		return;
	}
	if (is_like_last(p, unpacked)) {
		put_shared(b, i, STORED_SAME);
		return;
	}
	page.page = unpacked;
	page.size = in->flags ? in->size : 0;
	size = p->cfg.codec->settle(p->codec, &page, b->data + b->len, BATCH_BYTES - b->len);
	if (size != CODEC_NOT_OURS) {
		now.data = size ? (const void *)(b->data + b->len) : unpacked;
		now.size = (uint32_t)(size ? size : page_size(p));
		now.flags = size ? p->cfg.codec->flag : 0;
	}
	put_bytes(p, b, i, &now);
}

static void copy(struct packer *p, struct batch *b, unsigned i, const struct packed_page *in)
{
	const struct last *last = &p->repack->last;
	const struct codec *codec = p->cfg.codec;

	if (is_zero(p, in)) {
		p->repack->zero_id = in->id;
		put_shared(b, i, STORED_ZERO);
	} else if (last->copy && last->size == in->size && last->flags == in->flags &&
		   memcmp(last->copy, in->data, in->size) == 0) {
		put_shared(b, i, STORED_SAME);
	} else if (codec && codec->adopt && (in->flags == 0 || in->flags == codec->flag) &&
		   !codec->adopt(p->codec, in->data, in->flags ? in->size : 0)) {
		settle(p, b, i, in);
	} else {
		put_bytes(p, b, i, in);
	}
}

static void compress(struct packer *p, struct batch *b, unsigned i, const struct packed_page *in)
{
	char *page;

	if (unpack(p, in, p->repack->spare, &page) < 0) {
		packer_missing(b, i);
		return;
	}
	packer_put(p, b, i, page);
	if (b->stored[i] == STORED_ZERO)
		p->repack->zero_id = in->id;
	if (b->stored[i] != STORED_DATA)
		return;
	p->like = page;
	p->repack->spare ^= 1;
	note_last(p, in, NULL);
}

static void repack_one(struct packer *p, struct batch *b, unsigned i)
{
	struct repack *r = p->repack;
	struct packed_page in;

	if (view_packed(p->view, b->pfn[i], &in) < 0)
		packer_missing(b, i);
	else if (in.id == r->zero_id)
		put_shared(b, i, STORED_ZERO);
	else if (in.id == r->last.id && in.size == r->last.size && in.flags == r->last.flags)
		put_shared(b, i, STORED_SAME);
	else if (may_copy(p, &in))
		copy(p, b, i, &in);
	else
		compress(p, b, i, &in);
	b->len += b->size[i];
}

void repack_run(struct packer *p, struct batch *b, unsigned i, unsigned nr)
{
	p->repack->last = (struct last){ 0 };
	p->like = NULL;
	for (unsigned n = 0; n < nr; n++)
		repack_one(p, b, i + n);
}
