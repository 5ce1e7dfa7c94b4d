/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pack_case.c - a packer over a fake source, and a packed batch against that source */
#include "pack_case.h"

#include <string.h>

struct packer *open_packer(struct fake_source *s, const struct codec *c)
{
	const struct packer_cfg cfg = {
		.src = &s->base,
		.codec = c,
		.codec_level = c ? c->default_level : 0,
		.page_shift = s->shift,
	};
	struct packer *p;

	CHECK_EQ(packer_open(&cfg, &p), 0);
	return p;
}

static const uint8_t *page_at(const struct fake_source *s, uint64_t pfn)
{
	return s->mem + (pfn << s->shift);
}

/* The page whose bytes this one shares. */
static uint64_t shared_with(const struct batch *b, unsigned i)
{
	while (i-- > 0)
		if (b->stored[i] == STORED_DATA)
			return b->pfn[i];
	fail_msg("no page to share with");
	return 0;
}

/* One page of a packed batch against the source; returns its bytes in data. */
static size_t check_page(const struct fake_source *s, const struct batch *b, unsigned i, size_t at)
{
	size_t len = (size_t)1 << s->shift;
	uint8_t *back = malloc(len);
	uint64_t pfn = b->pfn[i];

	if (b->stored[i] == STORED_SAME) {
		CHECK_MEM(page_at(s, pfn), page_at(s, shared_with(b, i)), len);
	} else if (pfn >= NR_PAGES || (s->health[pfn] != FINE && s->health[pfn] != HOLE)) {
		CHECK_EQ(b->stored[i], STORED_MISSING);
	} else if (pfn % 5 == 0 || s->health[pfn] == HOLE) {
		CHECK_EQ(b->stored[i], STORED_ZERO);
	} else {
		CHECK_EQ(b->stored[i], STORED_DATA);
		if (b->flags[i])
			CHECK_EQ(codec_by_flag(b->flags[i])
					 ->decompress(b->data + at, b->size[i], back, len),
				 0);
		else
			memcpy(back, b->data + at, len);
		CHECK_MEM(back, page_at(s, pfn), len);
		CHECK_EQ((b->flags[i] == 0), (b->size[i] == len));
	}
	if (b->stored[i] != STORED_DATA)
		CHECK(b->size[i] == 0 && b->flags[i] == 0);
	free(back);
	return b->size[i];
}

void check_batch(const struct fake_source *s, const struct batch *b)
{
	size_t at = 0;

	for (unsigned i = 0; i < b->nr; i++)
		at += check_page(s, b, i, at);
	CHECK_EQ(at, b->len);
}

void copy_page(struct fake_source *s, size_t to, size_t from)
{
	memcpy(s->mem + (to << s->shift), s->mem + (from << s->shift), (size_t)1 << s->shift);
}

void make_alike(struct fake_source *s)
{
	for (size_t i = 2; i < NR_PAGES; i++)
		if (i % 5)
			copy_page(s, i, 1);
}
