/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_klog.c - the kernel log: both kinds, whole and damaged */
#include "kernel/klog.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fixture.h"

#include <string.h>

static struct fix *machine(const char *era)
{
	struct fix *f = fix_new();

	log_setup(0, false);
	fix_machine(f, &(struct fix_opts){ .era = era });
	return f;
}

struct result {
	int rc;
	char *text; /* never NULL */
	struct klog_counts counts;
};

/* Print the log of f as it is now. The caller frees text. */
static struct result print(const struct fix *f, bool partial)
{
	struct source *src = fix_source(f);
	struct result r = { 0 };
	struct kernel *k;
	struct view *v;
	size_t len;
	FILE *out = open_memstream(&r.text, &len);

	CHECK(kernel_open(src, &k) == 0);
	CHECK(view_open(src, &v) == 0);
	r.rc = klog_print(k, v, partial, out, &r.counts);
	fclose(out);
	view_close(v);
	kernel_close(k);
	source_close(src);
	return r;
}

/* Print, compare, and check how many records were lost. */
static void expect(const struct fix *f, bool partial, const char *text, uint64_t lost)
{
	struct result r = print(f, partial);

	CHECK_EQ(r.rc, 0);
	CHECK_STR(r.text, text);
	CHECK_EQ(r.counts.lost, lost);
	free(r.text);
	fail_clear();
}

static void expect_error(const struct fix *f, int rc)
{
	struct result r = print(f, false);

	CHECK_EQ(r.rc, rc);
	CHECK_STR(r.text, "");
	free(r.text);
	fail_clear();
}

static void say(struct fix_ring *r, const char *text)
{
	fix_ring_say(r, 1000000 + r->seq, text);
}

static size_t lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

TEST(format)
{
	struct fix *f = machine("6.1");
	struct fix_ring r;

	fix_ring_open(f, 5, 12, &r);
	fix_ring_say(&r, 0, "boot");
	fix_ring_say(&r, 12345678901, "two\nlines");
	fix_ring_say(&r, 1, "tab\tutf8 \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa7.");
	fix_ring_say(&r, 2, "esc \x1b[31m, c1 \xc2\x9b, latin1 \xe4 , overlong \xc0\xaf");
	fix_ring_say(&r, 3, "surrogate \xed\xa0\x80, cut \xe2\x82");
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

TEST(caller)
{
	struct fix *f = machine("6.1");
	struct fix_ring r;

	fix_ring_open(f, 4, 12, &r);
	fix_ring_add(&r, &(struct fix_msg){ 0, 0, "swapper", 7 });
	fix_ring_add(&r, &(struct fix_msg){ 0, 123, "task\n2nd", 8 });
	fix_ring_add(&r, &(struct fix_msg){ 0, 0x80000003, "irq", 3 });
	expect(f, false,
	       "[    0.000000] [      T0] swapper\n"
	       "[    0.000000] [    T123] task\n"
	       "                          2nd\n"
	       "[    0.000000] [      C3] irq\n",
	       0);
	fix_free(f);
}

/* Ids, lpos and both rings overflow; what is left is printed in order. */
TEST(ring_overwritten_many_times)
{
	for (int exact = 0; exact < 2; exact++) {
		struct fix *f = machine("6.1");
		struct fix_ring r;
		struct result res;
		char want[64];

		fix_ring_open(f, 5, 10, &r);
		r.exact_fit = exact;
		for (unsigned i = 0; i < 1000; i++) {
			char text[64];
			int n = snprintf(text, sizeof(text), "message %u %.*s", i, (int)(i % 23),
					 "abcdefghijklmnopqrstuvwxyz");

			fix_ring_add(&r, &(struct fix_msg){ i * 1000ull, 0, text, (size_t)n });
		}
		res = print(f, false);
		CHECK_EQ(res.rc, 0);
		CHECK_EQ(res.counts.lost, 0);
		CHECK(res.counts.records > 20 && res.counts.records <= 32);
		for (unsigned i = 1000 - (unsigned)res.counts.records; i < 1000; i++) {
			snprintf(want, sizeof(want), "[    0.%06u] message %u %.*s\n", i, i,
				 (int)(i % 23), "abcdefghijklmnopqrstuvwxyz");
			CHECK(strstr(res.text, want));
		}
		CHECK_EQ(lines(res.text), res.counts.records);
		free(res.text);
		fix_free(f);
	}
}

/* 64 bytes of ring, 24 of blocks: the third begins at 48 and does not fit. */
TEST(block_at_the_end_of_the_ring)
{
	for (int exact = 0; exact < 2; exact++) {
		struct fix *f = machine(exact ? "7.1" : "5.10");
		struct fix_ring r;
		uint64_t id;

		fix_ring_open(f, 3, 6, &r);
		r.exact_fit = exact;
		say(&r, "0123456789abcdef");
		say(&r, "second, the same");
		say(&r, "endblock"); /* 48 to 64: to the last byte */
		expect(f, false,
		       exact ? "[    1.000000] 0123456789abcdef\n"
			       "[    1.000001] second, the same\n"
			       "[    1.000002] endblock\n"
			     : "[    1.000001] second, the same\n"
			       "[    1.000002] endblock\n",
		       0);
		id = (r.next_id - 1) & ((1ull << 62) - 1);
		CHECK_EQ(fix_peek(f, fix_ring_desc(&r, id) + 16, 8) % 64, exact ? 0 : 16);
		fix_free(f);
	}
}

TEST(ring_without_text)
{
	struct fix *f = machine("6.6");
	struct fix_ring r;
	uint64_t id;

	fix_ring_open(f, 4, 10, &r);
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
	struct fix *f = machine("6.1");
	struct fix_ring r;
	uint64_t id[8];

	fix_ring_open(f, 4, 10, &r);
	for (unsigned i = 0; i < 8; i++)
		id[i] = fix_ring_add(&r, &(struct fix_msg){ i * 1000, 0, "text", 4 });
	fix_ring_state(&r, id[0], 3);			      /* reusable: not lost */
	fix_ring_state(&r, id[1], 0);			      /* being written */
	fix_ring_state(&r, id[2], 1);			      /* committed: fine */
	fix_poke(f, r.data + 3 * 16, 77, 8);		      /* text of another */
	fix_poke(f, fix_ring_desc(&r, id[4]) + 8, 12345, 8);  /* no such block */
	fix_poke(f, fix_ring_desc(&r, id[5]), 5, 8);	      /* no such id */
	fix_poke(f, fix_ring_info(&r, id[6]) + 16, 60000, 2); /* too long: what is there */
	{
		struct result res = print(f, false);

		CHECK_EQ(res.counts.lost, 4);
		CHECK_EQ(res.counts.records, 3);
		CHECK(!strncmp(res.text, "[    0.000002] text\n[    0.000006] text", 39));
		CHECK(strstr(res.text, "\n[    0.000007] text\n"));
		free(res.text);
	}
	fix_free(f);
}

TEST(ring_damaged_head_and_tail)
{
	const char *all = "[    1.000000] a\n[    1.000001] b\n[    1.000002] c\n";
	struct fix *f = machine("6.1");
	struct fix_ring r;
	uint64_t head_at, tail_at, head;

	fix_ring_open(f, 4, 10, &r);
	say(&r, "a");
	say(&r, "b");
	say(&r, "c");
	head_at = r.rb + 24;
	tail_at = r.rb + 32;
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
	struct fix *f = machine("6.1");
	struct fix_ring r;

	fix_ring_open(f, 4, 10, &r);
	expect(f, false, "", 0);
	fix_poke(f, r.rb, 25, 4);
	expect_error(f, -EBADMSG);
	fix_poke(f, r.rb, 24, 4);
	fix_poke(f, r.rb + 48, 0xffffffff, 4);
	expect_error(f, -EBADMSG);
	fix_poke(f, r.rb + 48, 30, 4);
	free(print(f, false).text);
	fix_poke(f, r.prb, 0xffff800000000000, 8);
	expect_error(f, -EFAULT);
	fix_free(f);
}

static void check_partial(const char *era)
{
	struct fix *f = machine(era);
	struct fix_ring r;

	fix_ring_open(f, 3, 10, &r);
	say(&r, "old");
	expect(f, true, "[    1.000000] old\n", 0);
	fix_ring_clear(&r);
	expect(f, true, "", 0);
	say(&r, "new");
	expect(f, true, "[    1.000001] new\n", 0);
	expect(f, false, "[    1.000000] old\n[    1.000001] new\n", 0);
	/* Cleared long ago: all of what is left is new. */
	for (unsigned i = 0; i < 20; i++)
		say(&r, "x");
	{
		struct result res = print(f, true);

		CHECK_EQ(res.counts.records, 8);
		free(res.text);
	}
	fix_free(f);
}

TEST(ring_partial)
{
	check_partial("5.10");
	check_partial("6.1");
}

/* Half of the text cannot be read: that costs the records in it. */
TEST(ring_unreadable_text)
{
	struct fix *f = machine("6.1");
	struct fix_ring r;
	struct result res;
	char text[1000];

	fix_ring_open(f, 4, 13, &r);
	memset(text, 'x', sizeof(text));
	for (unsigned i = 0; i < 8; i++)
		fix_ring_add(&r, &(struct fix_msg){ i * 1000, 0, text, sizeof(text) });
	fix_map(f, 0xffff900000000000, (struct span){ r.data, r.data + 4096 }, FIX_4K);
	fix_poke(f, r.rb + 48 + 8, 0xffff900000000000, 8);
	res = print(f, false);
	CHECK_EQ(res.rc, 0);
	CHECK_EQ(res.counts.records, 4);
	CHECK_EQ(res.counts.lost, 4);
	free(res.text);
	fix_free(f);
}

TEST(records)
{
	for (int caller = 0; caller < 2; caller++) {
		struct fix *f = machine(caller ? "5.4" : "4.19");
		struct fix_records r;

		fix_records_open(f, 4096, caller, &r);
		expect(f, false, "", 0);
		fix_records_add(&r, &(struct fix_msg){ 0, 7, "one\ntwo", 7 });
		fix_records_add(&r, &(struct fix_msg){ 1500, 0x80000001, "", 0 });
		expect(f, false,
		       caller ? "[    0.000000] [      T7] one\n"
				"                          two\n"
				"[    0.000001] [      C1] \n"
			      : "[    0.000000] one\n"
				"               two\n"
				"[    0.000001] \n",
		       0);
		fix_free(f);
	}
}

/* After every record the log holds the newest ones, whole and in order. */
TEST(records_wrap)
{
	struct fix *f = machine("4.19");
	struct fix_records r;

	fix_records_open(f, 512, false, &r);
	for (unsigned i = 0; i < 200; i++) {
		struct result res;
		char want[64];

		snprintf(want, sizeof(want), "record %u%.*s", i, (int)(i % 7), "abcdefg");
		fix_records_say(&r, i, want);
		res = print(f, false);
		CHECK_EQ(res.counts.lost, 0);
		CHECK(res.counts.records >= (i < 10 ? i : 10));
		for (unsigned at = i + 1 - (unsigned)res.counts.records; at <= i; at++) {
			snprintf(want, sizeof(want), "0.%06u] record %u%.*s\n", at, at,
				 (int)(at % 7), "abcdefg");
			CHECK(strstr(res.text, want));
		}
		CHECK_EQ(lines(res.text), res.counts.records);
		free(res.text);
	}
	fix_free(f);
}

TEST(records_partial)
{
	struct fix *f = machine("4.19");
	struct fix_records r;
	struct result res, all;

	fix_records_open(f, 512, false, &r);
	fix_records_say(&r, 1, "old");
	expect(f, true, "[    0.000001] old\n", 0);
	fix_records_clear(&r);
	expect(f, true, "", 0);
	fix_records_say(&r, 2, "new");
	expect(f, true, "[    0.000002] new\n", 0);
	/* clear_idx now points into the middle of something else. */
	for (unsigned i = 3; i < 100; i++)
		fix_records_say(&r, i, "some text");
	fix_poke(f, r.clear_at, r.first + 6, 4);
	res = print(f, true);
	CHECK(res.counts.records > 10);
	free(res.text);
	/* Never cleared: 0 is not a place in the log. */
	fix_poke(f, r.clear_at, 0, 4);
	res = print(f, true);
	free(res.text);
	all = print(f, false);
	free(all.text);
	CHECK_EQ(res.counts.records, all.counts.records);
	fix_free(f);
}

TEST(records_damaged)
{
	const uint16_t bad_len[] = { 0, 3, 15, 22, 65535 };
	struct fix *f = machine("4.19");
	struct fix_records r;
	uint32_t at[5];

	fix_records_open(f, 4096, false, &r);
	for (unsigned i = 0; i < 5; i++)
		at[i] = fix_records_add(&r, &(struct fix_msg){ i * 1000 + 1000, 0, "abcd", 4 });
	for (unsigned i = 0; i < 5; i++) {
		fix_poke(f, r.buf + at[2] + 8, bad_len[i], 2);
		expect(f, false,
		       "[    0.000001] abcd\n[    0.000002] abcd\n"
		       "[    0.000004] abcd\n[    0.000005] abcd\n",
		       1);
	}
	fix_poke(f, r.buf + at[2] + 8, 20, 2);
	fix_poke(f, r.buf + at[2] + 10, 5, 2); /* text longer than its record */
	expect(f, false,
	       "[    0.000001] abcd\n[    0.000002] abcd\n"
	       "[    0.000004] abcd\n[    0.000005] abcd\n",
	       1);
	fix_free(f);
}

TEST(records_hostile_indexes)
{
	struct fix *f = machine("4.19");
	struct fix_records r;
	struct result whole, res;

	fix_records_open(f, 512, false, &r);
	for (unsigned i = 0; i < 50; i++)
		fix_records_say(&r, i, "some text");
	whole = print(f, false);
	fix_poke(f, r.next_at, 0xfffffff0, 4);
	res = print(f, false);
	CHECK(res.counts.records >= whole.counts.records && res.counts.lost == 1);
	free(res.text);
	fix_poke(f, r.first_at, 0x10000, 4);
	free(print(f, false).text);
	fix_poke(f, r.next_at, r.next, 4);
	res = print(f, false);
	CHECK(res.counts.records + 1 >= whole.counts.records);
	free(res.text);
	free(whole.text);
	fix_poke(f, r.buf + 0, 0, 8);
	fix_key_drop(f, "SYMBOL(log_buf_len)");
	expect_error(f, -ENOENT);
	fix_key_drop(f, "SYMBOL(log_buf)");
	expect_error(f, -ENOENT);
	fix_free(f);
}

TEST(write_error)
{
	struct fix *f = machine("6.1");
	struct source *src = fix_source(f);
	struct klog_counts counts;
	struct fix_ring r;
	struct kernel *k;
	struct view *v;
	FILE *full = fopen("/dev/full", "w");

	source_close(src);
	fix_ring_open(f, 4, 10, &r);
	say(&r, "x");
	src = fix_source(f);
	CHECK(kernel_open(src, &k) == 0 && view_open(src, &v) == 0);
	CHECK_EQ(klog_print(k, v, false, full, &counts), -EIO);
	fail_clear();
	fclose(full);
	view_close(v);
	kernel_close(k);
	source_close(src);
	fix_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U12(format, caller, ring_overwritten_many_times, block_at_the_end_of_the_ring,
		    ring_without_text, ring_damaged_records, ring_damaged_head_and_tail,
		    ring_hostile_sizes, ring_partial, ring_unreadable_text, records, records_wrap),
		U4(records_partial, records_damaged, records_hostile_indexes, write_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
