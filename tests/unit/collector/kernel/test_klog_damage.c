/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_klog_damage.c - a damaged lockless ring: what is sound is kept, what is crafted is bounded
 */
#include "base/log.h"
#include "check.h"
#include "fixture.h"
#include "klog_case.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RING_BITS    17		  /* a ring of 128 KiB */
#define LINE_MAX_LEN ((size_t)40) /* of what is before a line's text: time and caller */

/* Every record claims all that follows: no byte of the ring is printed twice. */
TEST(ring_records_do_not_overlap)
{
	struct fix_ring r = klog_ring_case("6.1", 6, 12);
	struct fix *f = r.f;
	struct fix_printed res;
	uint64_t id[64];

	for (unsigned i = 0; i < 64; i++)
		id[i] = fix_ring_add(&r, &(struct fix_msg){ i * 1000, 0, "0123456789abcdef", 16 });
	for (unsigned i = 0; i < 64; i++) {
		fix_poke(f, fix_ring_desc(&r, id[i]) + 16, r.head_lpos, 8);
		fix_poke(f, fix_ring_info(&r, id[i]) + 16, 65535, 2);
	}
	res = fix_print(f, false);
	CHECK(res.rc == 0 && res.counts.records + res.counts.lost == 64);
	/* Each byte at most as four (\\xNN), a time in front of each record. */
	CHECK_OP(strlen(res.text), <=, 64 * 24 * 4 + 64 * 16);
	CHECK_EQ(res.counts.records, 1);
	fix_free(f);
}

/* Nothing of the descriptors is left: ids in the data and numbers in the infos say enough. */
TEST(ring_without_descriptors)
{
	struct fix_ring r = klog_ring_case("6.1", 4, 10);
	struct fix *f = r.f;
	struct fix_printed res;
	uint64_t id[8];

	for (unsigned i = 0; i < 8; i++)
		id[i] = fix_ring_add(&r, &(struct fix_msg){ i * 1000, 0, "text", 4 });
	for (unsigned i = 1; i < 7; i++)
		for (unsigned word = 0; word < 3; word++)
			fix_poke(f, fix_ring_desc(&r, id[i]) + 8 * word, 0x5a5a5a5a5a5a5a5a, 8);
	res = fix_print(f, false);
	CHECK(res.counts.records == 8 && res.counts.lost == 0);
	/* A number that cannot be: not believed. */
	fix_poke(f, fix_ring_info(&r, id[3]), 4711, 8);
	res = fix_print(f, false);
	CHECK(res.counts.records == 7 && res.counts.lost == 1);
	fix_free(f);
}

/* The id in front of a text is damaged: no other record claims the text, so it is printed. */
TEST(ring_block_without_its_id)
{
	struct fix_ring r = klog_ring_case("6.1", 4, 10);
	struct fix *f = r.f;
	struct fix_printed res;
	uint64_t id[8], at[8];
	const char zeros[16] = { 0 };

	for (unsigned i = 0; i < 8; i++) {
		at[i] = r.data + r.head_lpos % 1024;
		id[i] = fix_ring_add(&r, &(struct fix_msg){ i * 1000, 0, "text", 4 });
	}
	fix_poke(f, at[1], 0x5a5a, 8);
	fix_poke(f, at[3], id[3] ^ 1, 8); /* as another one's */
	res = fix_print(f, false);
	CHECK_EQ(res.counts.records, 8);
	CHECK_EQ(res.counts.lost, 0);
	/* A page that was lost is zeros: not a text. */
	fix_write(f, at[4], zeros, sizeof(zeros));
	res = fix_print(f, false);
	CHECK_EQ(res.counts.records, 7);
	CHECK_EQ(res.counts.lost, 1);
	/* The block belongs to another record: it was reused, and this one's text is gone. */
	fix_poke(f, fix_ring_desc(&r, id[6]) + 8, fix_peek(f, fix_ring_desc(&r, id[5]) + 8, 8), 8);
	fix_poke(f, fix_ring_desc(&r, id[6]) + 16, fix_peek(f, fix_ring_desc(&r, id[5]) + 16, 8),
		 8);
	fix_poke(f, at[6], 0x5a5a, 8);
	res = fix_print(f, false);
	CHECK_EQ(res.counts.records, 6);
	fix_free(f);
}

/* Either size is the other one and five bits: every kernel makes them so. */
TEST(ring_with_one_damaged_size)
{
	const uint64_t bad[] = { 0, 3, 12, 20, 31, 0xffffffff };
	struct fix_ring r = klog_ring_case("6.1", 6, 11);
	struct fix *f = r.f;

	for (unsigned i = 0; i < 40; i++)
		fix_ring_add(&r, &(struct fix_msg){ i * 1000, 0, "text", 4 });
	for (unsigned i = 0; i < 6; i++) {
		fix_poke(f, r.rb, bad[i], 4);
		CHECK_EQ(fix_print(f, false).counts.records, 40);
		fix_poke(f, r.rb, 6, 4);
		fix_poke(f, r.rb + 48, bad[i], 4);
		CHECK_EQ(fix_print(f, false).counts.records, 40);
		fix_poke(f, r.rb + 48, 11, 4);
	}
	fix_free(f);
}

/* How long the log of a machine is, and what was counted. */
static size_t log_size(const struct fix *f, struct klog_counts *counts)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	CHECK(out);
	CHECK_EQ(fix_print_to(f, false, out, counts), 0);
	fclose(out);
	free(text);
	return len;
}

/* Records of new lines alone, with the longest time there is. */
static struct fix_ring crafted(unsigned count_bits)
{
	const uint64_t nr = UINT64_C(1) << count_bits;
	struct fix_ring r = klog_ring_case("6.1", count_bits, RING_BITS);
	char lines[16];

	memset(lines, '\n', sizeof(lines));
	for (uint64_t i = 0; i < nr; i++)
		fix_ring_add(&r, &(struct fix_msg){ UINT64_MAX, UINT32_MAX, lines, sizeof(lines) });
	for (uint64_t i = r.tail_id; i != r.next_id; i = (i + 1) & ((UINT64_C(1) << 62) - 1)) {
		fix_ring_state(&r, i, 2);
		fix_poke(r.f, fix_ring_info(&r, i) + 16, 65535, 2);
	}
	return r;
}

/* 128 KiB of log whose records claim 1 GiB: each byte of the ring becomes one line at most. */
TEST(crafted_ring_gives_a_small_log)
{
	struct fix_ring r = crafted(14);
	struct klog_counts counts;

	CHECK_OP(log_size(r.f, &counts), <=, LINE_MAX_LEN << RING_BITS);
	CHECK_OP(counts.records, >, 0);
	CHECK_EQ(counts.records + counts.lost, 1 << 14);
	CHECK(!counts.stopped);
	fix_free(r.f);
}

/* Descriptors without text cost no byte of the ring, so their number is limited by its size. */
TEST(crafted_ring_of_empty_records_gives_a_small_log)
{
	struct fix_ring r = klog_ring_case("6.1", 20, 10);
	struct klog_counts counts;

	for (unsigned i = 0; i < 1 << 20; i++)
		fix_ring_add(&r, &(struct fix_msg){ UINT64_MAX, UINT32_MAX, "", 0 });
	CHECK_OP(log_size(r.f, &counts), <=, LINE_MAX_LEN << 10);
	CHECK(!counts.stopped);
	fix_free(r.f);
}

/* The clock of this program; it runs by seconds when a test says so. */
static unsigned long clock_jump, clock_seconds;

int clock_gettime(clockid_t id, struct timespec *ts)
{
	if (!clock_jump)
		return (int)syscall(SYS_clock_gettime, id, ts);
	clock_seconds += clock_jump;
	*ts = (struct timespec){ .tv_sec = (time_t)clock_seconds };
	return 0;
}

TEST(crafted_ring_is_left_when_the_time_is_over)
{
	struct fix_ring r = crafted(14);
	struct klog_counts counts;

	clock_jump = 1;
	log_size(r.f, &counts);
	clock_jump = 0;
	CHECK(counts.stopped);
	CHECK_OP(counts.records + counts.lost, <, 1 << 14);
	fix_free(r.f);
}

RUN(ring_records_do_not_overlap, ring_without_descriptors, ring_block_without_its_id,
    ring_with_one_damaged_size, crafted_ring_gives_a_small_log,
    crafted_ring_of_empty_records_gives_a_small_log, crafted_ring_is_left_when_the_time_is_over)
