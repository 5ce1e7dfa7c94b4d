/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_packer_same.c - pages alike share their bytes, as long as both can be looked at */
#include "pack_case.h"

/* Of 60 pages from frame 1 on, so far apart: how many share the bytes of another. */
static unsigned nr_same(struct fake_source *s, const struct codec *c, uint64_t step)
{
	struct packer *p = open_packer(s, c);
	struct batch *b;
	unsigned same = 0;

	CHECK_EQ(batch_open(s->shift, &b), 0);
	for (b->nr = 0; b->nr < 60; b->nr++)
		b->pfn[b->nr] = b->nr * step + 1;
	CHECK_EQ(packer_run(p, b), 0);
	check_batch(s, b);
	for (unsigned i = 0; i < b->nr; i++)
		same += b->stored[i] == STORED_SAME;
	batch_close(b);
	packer_close(p);
	return same;
}

TEST(a_page_like_the_one_before_shares_its_bytes)
{
	const struct codec *c;

	for (unsigned i = 0; (c = codec_at(i)); i++) {
		struct fake_source s;

		fake_open(&s, 12);
		CHECK_EQ(nr_same(&s, c, 1), 0);
		copy_page(&s, 3, 2);
		copy_page(&s, 4, 2);
		copy_page(&s, 6, 4); /* zeros lie between */
		copy_page(&s, 9, 7); /* another page does */
		CHECK_EQ(nr_same(&s, c, 1), 3);
		CHECK_EQ(nr_same(&s, NULL, 1), 3);
		s.mem[(4 << 12) + 4095] ^= 1;
		CHECK_EQ(nr_same(&s, c, 1), 1);
		free(s.mem);
	}
}

/* Only what is mapped can be looked at again. */
TEST(pages_apart_share_nothing)
{
	struct fake_source s;

	fake_open(&s, 12);
	make_alike(&s);
	CHECK_EQ(nr_same(&s, codec_at(0), 1), 47);
	CHECK_EQ(nr_same(&s, codec_at(0), 2), 0);
	free(s.mem);
}

RUN(a_page_like_the_one_before_shares_its_bytes, pages_apart_share_nothing)
