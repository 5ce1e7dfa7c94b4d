/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_klog.c - the kernel log: both kinds, whole and damaged */
#include "kernel/klog.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fixture.h"
#include "klog_case.h"

#include <string.h>

static struct fix_records records(const char *era, unsigned size, bool caller)
{
	struct fix_records r;

	fix_records_open(klog_machine(era), size, caller, &r);
	return r;
}

/* Print and compare. lost: how many records are; if negative, the error expected. */
static void expect(const struct fix *f, bool partial, const char *text, int lost)
{
	struct fix_printed r = fix_print(f, partial);

	CHECK_EQ(r.rc, lost < 0 ? lost : 0);
	CHECK_EQ(r.counts.lost, lost < 0 ? 0 : lost);
	CHECK_STR(r.text, text);
	fail_clear();
}

static void say(struct fix_ring *r, const char *text)
{
	fix_ring_log(r, 1000000 + r->seq, text);
}

TEST(format)
{
	struct fix_ring r = klog_ring_case("6.1", 5, 12);
	struct fix *f = r.f;

	fix_ring_log(&r, 0, "boot");
	fix_ring_log(&r, 12345678901, "two\nlines");
	fix_ring_log(&r, 1, "tab\tutf8 \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa7.");
	fix_ring_log(&r, 2, "esc \x1b[31m, c1 \xc2\x9b, latin1 \xe4 , overlong \xc0\xaf");
	fix_ring_log(&r, 3, "surrogate \xed\xa0\x80, cut \xe2\x82");
	expect(f, false,
	       "[    0.000000] boot\n"
	       "[12345.678901] two\n"
	       "               lines\n"
	       "[    0.000001] tab\tutf8 \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa7.\n"
	       "[    0.000002] esc \\x1b[31m, c1 \\xc2\\x9b, latin1 \\xe4 , overlong \\xc0\\xaf\n"
	       "[    0.000003] surrogate \\xed\\xa0\\x80, cut \\xe2\\x82\n",
	       0);
	fix_free(f);
}

/* Every ring has caller ids; the format in the image says if they are printed. */
TEST(caller)
{
	const char *all = "[    0.000000] [      T0] swapper\n"
			  "[    0.000000] [    T123] task\n"
			  "                          2nd\n"
			  "[    0.000000] [      C3] irq\n";
	struct fix_ring r = klog_ring_case("6.1", 4, 12);
	struct fix *f = r.f;

	fix_ring_add(&r, &(struct fix_msg){ 0, 0, "swapper", 7 });
	fix_ring_add(&r, &(struct fix_msg){ 0, 123, "task\n2nd", 8 });
	fix_ring_add(&r, &(struct fix_msg){ 0, 0x80000003, "irq", 3 });
	CHECK(strstr(fix_print(f, false).text, "] swapper\n[    0.000000] task\n   "));
	fix_write(f, f->image_pa + (1 << 20) - 3, "[%6s]", 6); /* across the reader's chunks */
	expect(f, false, all, 0);
	fix_poke(f, f->image_pa + (1 << 20), 0, 8);
	f->load[0].size = 1ull << 62; /* what no machine has */
	CHECK(strstr(fix_print(f, false).text, "] swapper\n"));
	/* A fault there is none of the log's. */
	f->damaged = (struct span){ f->image_pa + (8 << 20), f->image_pa + (9 << 20) };
	CHECK_EQ(fix_print(f, false).counts.lost, 0);
	fix_free(f);
}

/* The text of message i; their lengths differ. */
static const char *nth(unsigned i, char *buf)
{
	sprintf(buf, "message %u %.*s", i, (int)(i % 23), "abcdefghijklmnopqrstuvwxyz");
	return buf;
}

/* Of messages 0 .. nr - 1, the newest are there, whole, and nothing else. */
static void check_newest(const struct fix *f, unsigned nr, unsigned least)
{
	struct fix_printed res = fix_print(f, false);

	CHECK(res.rc == 0 && res.counts.lost == 0);
	CHECK(res.counts.records >= least && res.counts.records <= nr);
	CHECK_EQ(res.lines, res.counts.records);
	for (unsigned i = nr - (unsigned)res.counts.records; i < nr; i++) {
		char text[64], want[128];

		snprintf(want, sizeof(want), "[    0.%06u] %s\n", i, nth(i, text));
		CHECK(strstr(res.text, want));
	}
}

/* Ids, lpos and both rings overflow. */
TEST(ring_overwritten_many_times)
{
	for (int exact = 0; exact < 2; exact++) {
		struct fix_ring r = klog_ring_case("6.1", 5, 10);
		char text[64];

		r.exact_fit = exact;
		for (unsigned i = 0; i < 1000; i++)
			fix_ring_log(&r, i, nth(i, text));
		check_newest(r.f, 1000, 15);
		fix_free(r.f);
	}
}

/* 64 bytes of ring, 24 of blocks: the third begins at 48 and does not fit. */
TEST(block_at_the_end_of_the_ring)
{
	const char *all = "[    1.000000] 0123456789abcdef\n"
			  "[    1.000001] second, the same\n"
			  "[    1.000002] endblock\n";

	for (int exact = 0; exact < 2; exact++) {
		struct fix_ring r = klog_ring_case(exact ? "7.1" : "5.10", 3, 6);
		struct fix *f = r.f;
		uint64_t id;

		r.exact_fit = exact;
		say(&r, "0123456789abcdef");
		say(&r, "second, the same");
		say(&r, "endblock"); /* 48 to 64: to the last byte */
		expect(f, false, exact ? all : strchr(all, '\n') + 1, 0);
		id = (r.next_id - 1) & ((1ull << 62) - 1);
		CHECK_EQ(fix_peek(f, fix_ring_desc(&r, id) + 16, 8) % 64, exact ? 0 : 16);
		fix_free(f);
	}
}

TEST(ring_without_text)
{
	struct fix_ring r = klog_ring_case("6.6", 4, 10);
	struct fix *f = r.f;
	uint64_t id;

	say(&r, "a");
	say(&r, "");
	id = fix_ring_add(&r, &(struct fix_msg){ 0, 0, "lost", 4 });
	fix_poke(f, fix_ring_desc(&r, id) + 8, 1, 8); /* FAILED: no room for it */
	fix_poke(f, fix_ring_desc(&r, id) + 16, 1, 8);
	say(&r, "d");
	expect(f, false, "[    1.000000] a\n[    1.000001] \n[    1.000003] d\n", 1);
	fix_free(f);
}

TEST(ring_damaged_records)
{
	struct fix_ring r = klog_ring_case("6.1", 4, 10);
	struct fix *f = r.f;
	struct fix_printed res;
	uint64_t id[8];

	for (unsigned i = 0; i < 8; i++)
		id[i] = fix_ring_add(&r, &(struct fix_msg){ i * 1000, 0, "text", 4 });
	fix_ring_state(&r, id[0], 3);			      /* reusable: not lost */
	fix_ring_state(&r, id[1], 0);			      /* being written */
	fix_ring_state(&r, id[2], 1);			      /* committed: fine */
	fix_poke(f, r.data + 3 * 16, 77, 8);		      /* nobody's id: kept */
	fix_poke(f, fix_ring_desc(&r, id[4]) + 8, 12345, 8);  /* no such block: found by its id */
	fix_poke(f, fix_ring_desc(&r, id[5]), 5, 8);	      /* no such id: found as well */
	fix_poke(f, fix_ring_info(&r, id[6]) + 16, 60000, 2); /* too long: what is there */
	res = fix_print(f, false);
	CHECK(res.counts.lost == 1 && res.counts.records == 6);
	CHECK(strstr(res.text, "4] text\n[    0.000005] text\n[    0.000006] text"));
	CHECK(strstr(res.text, "\n[    0.000007] text\n"));
	fix_free(f);
}

TEST(ring_damaged_head_and_tail)
{
	const char *all = "[    1.000000] a\n[    1.000001] b\n[    1.000002] c\n";
	struct fix_ring r = klog_ring_case("6.1", 4, 10);
	struct fix *f = r.f;
	uint64_t head_at = r.rb + 24, tail_at = r.rb + 32, head;

	say(&r, "a");
	say(&r, "b");
	say(&r, "c");
	head = fix_peek(f, head_at, 8);
	fix_poke(f, tail_at, 0x123456789abcdef, 8);
	expect(f, false, all, 0);
	fix_poke(f, head_at, 0xfedcba9876543210, 8);
	expect(f, false, all, 1);
	fix_poke(f, tail_at, (head - 2) & ((1ull << 62) - 1), 8);
	expect(f, false, all, 1);
	fix_free(f);
}

TEST(ring_hostile_sizes)
{
	struct fix_ring r = klog_ring_case("6.1", 4, 10);
	struct fix *f = r.f;

	expect(f, false, "", 0);
	/* As many descriptors as the text can have. */
	fix_poke(f, r.rb, 25, 4);
	expect(f, false, "", 0);
	fix_poke(f, r.rb + 48, 0xffffffff, 4);
	expect(f, false, "", -EBADMSG);
	fix_poke(f, r.rb + 48, 30, 4);
	fix_print(f, false);
	fix_poke(f, r.prb, 0xffff800000000000, 8);
	expect(f, false, "", -EFAULT);
	fix_free(f);
}

TEST(ring_partial)
{
	for (int latched = 0; latched < 2; latched++) {
		struct fix_ring r = klog_ring_case(latched ? "6.1" : "5.10", 3, 10);

		say(&r, "old");
		expect(r.f, true, "[    1.000000] old\n", 0);
		fix_ring_clear(&r);
		expect(r.f, true, "", 0);
		say(&r, "new");
		expect(r.f, true, "[    1.000001] new\n", 0);
		expect(r.f, false, "[    1.000000] old\n[    1.000001] new\n", 0);
		/* Cleared long ago: all of what is left is new. */
		for (unsigned i = 0; i < 20; i++)
			say(&r, "x");
		CHECK_EQ(fix_print(r.f, true).counts.records, 8);
		fix_free(r.f);
	}
}

/* Half of the text cannot be read: that costs the records in it. */
TEST(ring_unreadable_text)
{
	struct fix_ring r = klog_ring_case("6.1", 4, 13);
	struct fix *f = r.f;
	struct fix_printed res;
	char text[1000];

	memset(text, 'x', sizeof(text));
	for (unsigned i = 0; i < 8; i++)
		fix_ring_add(&r, &(struct fix_msg){ i * 1000, 0, text, sizeof(text) });
	fix_map(f, 0xffff900000000000, (struct span){ r.data, r.data + 4096 }, FIX_4K);
	fix_poke(f, r.rb + 48 + 8, 0xffff900000000000, 8);
	res = fix_print(f, false);
	CHECK(res.rc == 0 && res.counts.records == 4 && res.counts.lost == 4);
	fix_free(f);
}

TEST(records_plain)
{
	const char *without = "[    0.000000] one\n               two\n[    0.000001] \n";
	const char *with = "[    0.000000] [      T7] one\n"
			   "                          two\n"
			   "[    0.000001] [      C1] \n";

	for (int caller = 0; caller < 2; caller++) {
		struct fix_records r = records(caller ? "5.4" : "4.19", 4096, caller);
		struct fix *f = r.f;

		expect(f, false, "", 0);
		fix_records_add(&r, &(struct fix_msg){ 0, 7, "one\ntwo", 7 });
		fix_records_add(&r, &(struct fix_msg){ 1500, 0x80000001, "", 0 });
		expect(f, false, caller ? with : without, 0);
		fix_free(f);
	}
}

/* After every record: the wrap falls everywhere. */
TEST(records_wrap)
{
	struct fix_records r = records("4.19", 512, false);
	char text[64];

	for (unsigned i = 0; i < 200; i++) {
		fix_records_log(&r, i, nth(i, text));
		check_newest(r.f, i + 1, i < 7 ? i + 1 : 7);
	}
	fix_free(r.f);
}

TEST(records_partial)
{
	struct fix_records r = records("4.19", 512, false);
	struct fix *f = r.f;

	fix_records_log(&r, 1, "old");
	expect(f, true, "[    0.000001] old\n", 0);
	fix_records_clear(&r);
	expect(f, true, "", 0);
	fix_records_log(&r, 2, "new");
	expect(f, true, "[    0.000002] new\n", 0);
	/* clear_idx now points into the middle of something else. */
	for (unsigned i = 3; i < 100; i++)
		fix_records_log(&r, i, "some text");
	fix_poke(f, r.clear_at, r.first + 6, 4);
	CHECK_OP(fix_print(f, true).counts.records, >, 10);
	/* Never cleared: 0 is not a place in the log. */
	fix_poke(f, r.clear_at, 0, 4);
	CHECK_EQ(fix_print(f, true).counts.records, fix_print(f, false).counts.records);
	fix_free(f);
}

TEST(records_damaged)
{
	const char *rest = "[    0.000001] abcd\n[    0.000002] abcd\n"
			   "[    0.000004] abcd\n[    0.000005] abcd\n";
	const uint16_t bad_len[] = { 0, 3, 15, 22, 65535 };
	struct fix_records r = records("4.19", 4096, false);
	struct fix *f = r.f;
	uint32_t at[5];

	for (unsigned i = 0; i < 5; i++)
		at[i] = fix_records_add(&r, &(struct fix_msg){ i * 1000 + 1000, 0, "abcd", 4 });
	for (unsigned i = 0; i < 5; i++) {
		fix_poke(f, r.buf + at[2] + 8, bad_len[i], 2);
		expect(f, false, rest, 1);
	}
	fix_poke(f, r.buf + at[2] + 8, 20, 2);
	fix_poke(f, r.buf + at[2] + 10, 5, 2); /* text longer than its record */
	expect(f, false, rest, 1);
	fix_free(f);
}

TEST(records_hostile_indexes)
{
	struct fix_records r = records("4.19", 512, false);
	struct fix *f = r.f;
	struct fix_printed whole, res;

	for (unsigned i = 0; i < 50; i++)
		fix_records_log(&r, i, "some text");
	whole = fix_print(f, false);
	fix_poke(f, r.next_at, 0xfffffff0, 4);
	res = fix_print(f, false);
	CHECK(res.counts.records >= whole.counts.records && res.counts.lost == 1);
	fix_poke(f, r.first_at, 0x10000, 4);
	fix_print(f, false);
	fix_poke(f, r.next_at, r.next, 4);
	res = fix_print(f, false);
	CHECK_OP(res.counts.records + 1, >=, whole.counts.records);
	fix_key_drop(f, "SYMBOL(log_buf_len)");
	expect(f, false, "", -ENOENT);
	fix_key_drop(f, "SYMBOL(log_buf)");
	expect(f, false, "", -ENOENT);
	fix_free(f);
}

TEST(write_error)
{
	struct fix_ring r = klog_ring_case("6.1", 4, 10);
	FILE *full = fopen("/dev/full", "w");
	struct klog_counts counts;

	say(&r, "x");
	CHECK_EQ(fix_print_to(r.f, false, full, &counts), -EIO);
	fail_clear();
	fclose(full);
	fix_free(r.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U12(format, caller, ring_overwritten_many_times, block_at_the_end_of_the_ring,
		    ring_without_text, ring_damaged_records, ring_damaged_head_and_tail,
		    ring_hostile_sizes, ring_partial, ring_unreadable_text, records_plain,
		    records_wrap),
		U4(records_partial, records_damaged, records_hostile_indexes, write_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
