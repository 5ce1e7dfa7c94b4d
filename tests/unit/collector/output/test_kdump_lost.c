/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_kdump_lost.c - whatever a server loses, no descriptor on the disk points at it */
#include "output/kdump_lost.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"

#include <string.h>

#define NR    400000u
#define DATA  (1u << 24) /* where page data begins; the page of zeros first */
#define START (DATA + 4096u)

/* A file that holds descriptors only; of page data it knows how much is sure to be there. */
struct lossy_sink {
	struct sink base;
	uint64_t sure;
	uint64_t accepted;
	unsigned nr_syncs;
	int sync_says;
	struct dump_desc desc[NR];
};

static int lossy_write_at(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	struct lossy_sink *l = container_of(s, struct lossy_sink, base);

	assert_true(off + len <= sizeof(l->desc));
	memcpy((char *)l->desc + off, buf, len);
	return 0;
}

static int lossy_sync(struct sink *s)
{
	struct lossy_sink *l = container_of(s, struct lossy_sink, base);

	l->nr_syncs++;
	if (l->sync_says < 0)
		return (fail)(l->sync_says, "sync");
	l->sure = l->accepted;
	return 0;
}

static uint64_t lossy_sure(const struct sink *s)
{
	return container_of(s, const struct lossy_sink, base)->sure;
}

static const struct sink_ops lossy_ops = {
	.kind = "lossy",
	.write_at = lossy_write_at,
	.sync = lossy_sync,
	.sure = lossy_sure,
};

static struct lossy_sink sink;
static struct kdump_trail trail;
static uint64_t lost; /* by lose() */

static void begin(void)
{
	memset(&sink, 0, sizeof(sink));
	memset(&trail, 0, sizeof(trail));
	sink.base.ops = &lossy_ops;
	sink.sure = sink.accepted = START;
}

/* nr descriptors to pages of so many bytes each, 0 the page of zeros, in flushes of 64 KiB. */
static int put(uint64_t rank, unsigned nr, unsigned size)
{
	int rc = 0;

	assert_true(rank + nr <= NR);
	for (unsigned i = 0; i < nr && rc == 0; i += 2730) {
		unsigned n = nr - i < 2730 ? nr - i : 2730;

		for (unsigned j = 0; j < n; j++) {
			uint64_t at = size ? sink.accepted : DATA;

			sink.desc[rank + i + j] =
				(struct dump_desc){ (int64_t)at, size ? size : 4096, 0, 0 };
			sink.accepted += size;
		}
		rc = kdump_trail_note(&trail, &sink.base, rank + i, &sink.desc[rank + i], n);
	}
	return rc;
}

/* All past size is lost: how many descriptors are left, none of which may point there. */
static unsigned lose(uint64_t size)
{
	const struct kdump_layout at = { .desc_off = 0 };
	unsigned left = 0;

	lost = kdump_forget_lost(&sink.base, &at, &trail, size);
	CHECK_EQ(kdump_forget_lost(&sink.base, &at, &trail, size), 0);
	for (unsigned i = 0; i < NR; i++) {
		CHECK_OP((uint64_t)sink.desc[i].offset + sink.desc[i].size, <=, size);
		left += sink.desc[i].offset != 0;
	}
	return left;
}

TEST(pages_of_zeros_push_nothing_out)
{
	begin();
	CHECK_EQ(put(0, 2000, 4096), 0);
	CHECK_EQ(put(2000, 390000, 0), 0);
	CHECK_EQ(lose(START + 1000 * 4096), 391000);
	CHECK_EQ(lost, 1000);
	CHECK_EQ(sink.nr_syncs, 0);
}

/* A page of one byte over and over is some twenty bytes with zstd: 8 MiB hold them all. */
TEST(tiny_pages_are_all_remembered)
{
	unsigned left;

	begin();
	CHECK_EQ(put(0, 390000, 20), 0);
	left = lose(START + 380000 * 20);
	CHECK(left <= 380000 && left > 380000 - STRETCH_RANKS);
}

/* A free or huge page of 2 MiB is eight pages of struct page, the last seven alike. */
TEST(shared_bytes_are_remembered_together)
{
	begin();
	for (unsigned i = 0; i < 390000; i += 8) {
		CHECK_EQ(put(i, 1, 200), 0);
		for (unsigned j = 1; j < 8; j++)
			sink.desc[i + j] = sink.desc[i];
		CHECK_EQ(kdump_trail_note(&trail, &sink.base, i + 1, &sink.desc[i + 1], 7), 0);
	}
	CHECK_EQ(sink.nr_syncs, 0);
	CHECK_EQ(lose(START), 0);
	CHECK_EQ(lost, 390000);
}

TEST(what_the_sink_is_sure_of_needs_no_room)
{
	begin();
	for (unsigned i = 0; i < 100000; i++) {
		CHECK_EQ(put(i, 1, 4096), 0);
		sink.sure = sink.accepted - (8u << 20 < sink.accepted - START ? 8u << 20 : 0);
	}
	CHECK_EQ(sink.nr_syncs, 0);
	CHECK_EQ(lose(sink.accepted - (8u << 20)), 100000 - 2048);
}

/* Ranks that jump fill the trail soonest: a sync makes room, and loses nothing. */
TEST(a_full_trail_asks_for_a_sync)
{
	unsigned left;

	begin();
	for (unsigned i = 0; i < 12000; i++)
		CHECK_EQ(put((i * 1009u) % NR, 1, 4096), 0);
	CHECK(sink.nr_syncs > 0 && sink.nr_syncs < 5);
	left = lose(sink.sure + 4096);
	CHECK_EQ(left, (sink.sure - START) / 4096 + 1);
}

TEST(a_failed_sync_forgets_nothing)
{
	int rc = 0;

	begin();
	sink.sync_says = -ENOSPC;
	for (unsigned i = 0; i < 12000 && rc == 0; i++)
		rc = put((i * 1009u) % NR, 1, 4096);
	CHECK_EQ(rc, -ENOSPC);
	fail_clear();
	sink.desc[(TRAIL_STRETCHES * 1009u) % NR].offset = 0; /* the one that found no room */
	sink.desc[(TRAIL_STRETCHES * 1009u) % NR].size = 0;
	CHECK_EQ(lose(START), 0);
}

/* A flush that failed is tried again, with fewer descriptors. */
TEST(noted_twice_is_forgotten)
{
	begin();
	CHECK_EQ(put(0, 3, 4096), 0);
	sink.accepted = START;
	CHECK_EQ(put(0, 1, 4096), 0);
	CHECK_EQ(lose(START), 0);
}

RUN(pages_of_zeros_push_nothing_out, tiny_pages_are_all_remembered,
    shared_bytes_are_remembered_together, what_the_sink_is_sure_of_needs_no_room,
    a_full_trail_asks_for_a_sync, a_failed_sync_forgets_nothing, noted_twice_is_forgotten)
