/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_format.c - each byte of a kdump-compressed file, and what a broken one still holds */
#include "sample_dump.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

static uint64_t get(const uint8_t *p, size_t len)
{
	uint64_t v = 0;

	memcpy(&v, p, len);
	return v;
}

static unsigned nr_present(void)
{
	unsigned nr = 0;

	for (uint64_t rank = 0; rank < NR_KEEP; rank++)
		nr += sample_stored(rank) != STORED_MISSING;
	return nr;
}

TEST(header_is_as_makedumpfile_writes_it)
{
	struct mem_sink *m = mem_open();
	const uint8_t *b = m->buf, zeros[4096] = { 0 };

	CHECK_EQ(sample_write(&m->base), 0);
	CHECK_MEM(b, "KDUMP   \6\0\0\0Linux\0", 18);
	CHECK_STR((const char *)b + 12 + 65, "node");
	CHECK_STR((const char *)b + 12 + 4 * 65, "x86_64");
	CHECK_EQ(get(b + 402, 6), 0);
	CHECK(get(b + 408, 8) == 0x1122334455 && get(b + 416, 8) == 0);
	CHECK_EQ(get(b + 424, 4), DUMP_ZSTD);
	CHECK(get(b + 428, 4) == 4096 && get(b + 432, 4) == 2 && get(b + 436, 4) == 4);
	CHECK_EQ(get(b + 440, 4), MAX_PFN);
	CHECK(get(b + 444, 8) == 0 && get(b + 452, 8) == 0);
	CHECK_EQ(get(b + 460, 4), 3);
	CHECK_MEM(b + 464, zeros, 4096 - 464);
	sink_close(&m->base);
}

TEST(sub_header_points_into_the_notes)
{
	struct mem_sink *m = mem_open();
	const uint8_t *b = m->buf + SUB_OFF, zeros[4096] = { 0 };

	CHECK_EQ(sample_write(&m->base), 0);
	CHECK(get(b, 8) == 0x12000000 && get(b + 8, 4) == 31 && get(b + 12, 4) == 0);
	CHECK(get(b + 16, 8) == 0 && get(b + 24, 8) == 0);
	CHECK(get(b + 32, 8) == SUB_OFF + 104 + 1000 && get(b + 40, 8) == 11);
	CHECK(get(b + 48, 8) == SUB_OFF + 104 && get(b + 56, 8) == NOTES_LEN);
	CHECK(memcmp(b + 64, zeros, 32) == 0 && get(b + 96, 8) == MAX_PFN);
	CHECK(b[104] == 'n' && b[104 + NOTES_LEN - 1] == 'n');
	CHECK_MEM(b + 1104, "OSRELEASE=6", 11);
	CHECK_MEM(b + 104 + NOTES_LEN, zeros, 8192 - 104 - NOTES_LEN);
	sink_close(&m->base);
}

TEST(pages_lie_where_descriptors_say)
{
	struct mem_sink *m = mem_open();
	uint64_t data = 0;

	CHECK_EQ(sample_write(&m->base), 0);
	for (uint64_t rank = 0; rank < NR_KEEP; rank++)
		data += sample_size(rank);
	CHECK_EQ(sample_check(m->buf, m->size, true), nr_present());
	CHECK_EQ(m->size, DATA_OFF + 4096 + data);
	/* rank 200 was given first */
	CHECK_EQ(get(m->buf + DESC_OFF + 200 * 24, 8), DATA_OFF + 4096);
	sink_close(&m->base);
}

/* A part of a split dump: its own descriptors from the start, its data where all would have it. */
TEST(a_part_has_its_own_descriptors)
{
	static uint8_t data[BATCH_BYTES];
	static struct batch b;
	const struct dump_part part = { 512, 1024, 100, 128 };
	struct mem_sink *m = mem_open();
	const uint8_t *sub = m->buf + SUB_OFF;
	struct dump_info info;
	struct format *f;

	b.data = data;
	sample_info(&info);
	info.part = &part;
	CHECK_EQ(format_kdump_open(&m->base, &f), 0);
	CHECK_EQ(format_begin(f, &info), 0);
	CHECK(get(sub + 12, 4) == 1 && get(sub + 16, 8) == 512 && get(sub + 24, 8) == 1024);
	CHECK(get(sub + 80, 8) == 512 && get(sub + 88, 8) == 1024);
	sample_batch(&b, 0); /* the first pages belong to another part */
	CHECK_EQ(format_pages(f, &b), -EINVAL);
	for (unsigned i = 0; i < b.nr; i++)
		b.rank[i] = 100 + i;
	CHECK_EQ(format_pages(f, &b), 0);
	CHECK_EQ(format_end(f, b.nr == part.nr), 0);
	CHECK_EQ(get(m->buf + DESC_OFF + 8, 4), (b.stored[0] == STORED_DATA ? b.size[0] : 4096));
	CHECK_EQ(f->ops->max_size(&info), DATA_OFF + 4096 * (part.nr + 1));
	info.part = &(const struct dump_part){ 0, 512, NR_KEEP, 1 };
	CHECK_EQ(format_begin(f, &info), -EINVAL);
	fail_clear();
	format_close(f);
	sink_close(&m->base);
}

TEST(max_size_is_an_upper_bound)
{
	struct dump_info info;

	sample_info(&info);
	CHECK_EQ(format_kdump_max_size(&info), DATA_OFF + 4096ull * (NR_KEEP + 1));
	info.max_pfn = 1ull << 33;
	info.nr_keep = 1ull << 33;
	CHECK_OP(format_kdump_max_size(&info), >, 1ull << 45);
	info.max_pfn = 0;
	CHECK_EQ(format_kdump_max_size(&info), 0);
}

TEST(absurd_facts_are_refused)
{
	struct mem_sink *m = mem_open();
	struct dump_info info;
	struct format *f;

	CHECK_EQ(format_kdump_open(&m->base, &f), 0);
	sample_info(&info);
	info.page_shift = 17;
	CHECK_EQ(format_begin(f, &info), -EINVAL);
	sample_info(&info);
	info.nr_keep = MAX_PFN + 1;
	CHECK_EQ(format_begin(f, &info), -EINVAL);
	fail_clear();
	CHECK_EQ(m->nr_writes, 0);
	format_close(f);
	sink_close(&m->base);
}

/* A batch that does not add up must not make a dump that looks right. */
TEST(unsound_batch_is_refused)
{
	static uint8_t data[BATCH_BYTES];
	static struct batch b;
	struct mem_sink *m = mem_open();
	struct dump_info info;
	struct format *f;

	b.data = data;
	sample_info(&info);
	CHECK_EQ(format_kdump_open(&m->base, &f), 0);
	CHECK_EQ(format_begin(f, &info), 0);
	sample_batch(&b, 0);
	b.rank[3] = NR_KEEP;
	CHECK_EQ(format_pages(f, &b), -EINVAL);
	sample_batch(&b, 0);
	b.size[0]--; /* raw, and not a page */
	b.len--;
	CHECK_EQ(format_pages(f, &b), -EINVAL);
	sample_batch(&b, 0);
	b.len++;
	CHECK_EQ(format_pages(f, &b), -EINVAL);
	sample_batch(&b, 0);
	b.len -= b.size[0];
	b.size[0] = 0;
	b.stored[0] = STORED_SAME; /* as which? */
	CHECK_EQ(format_pages(f, &b), -EINVAL);
	CHECK_EQ(format_end(f, true), -EINVAL); /* nothing was given */
	fail_clear();
	CHECK_EQ(sample_check(m->buf, m->size, false), 0);
	format_close(f);
	sink_close(&m->base);
}

TEST(each_byte_of_a_stream_comes_once)
{
	struct mem_sink *m = mem_open(), *once = mem_open();

	once->base.write_once = true;
	CHECK_EQ(sample_write(&m->base), 0);
	CHECK_EQ(sample_write(&once->base), 0);
	CHECK(m->size == once->size && memcmp(m->buf, once->buf, m->size) == 0);
	for (uint64_t i = 0; i < once->size; i++)
		CHECK(once->seen[i] <= 1 && (once->seen[i] || once->buf[i] == 0));
	sink_close(&m->base);
	sink_close(&once->base);
}

/* Each page of the descriptor area but the missing: old bytes must not shine through. */
TEST(block_device_gets_explicit_zeros)
{
	struct mem_sink *m = mem_open(), *stale = mem_open();

	stale->base.stale = true;
	memset(stale->buf, 0xaa, MEM_ROOM);
	CHECK_EQ(sample_write(&m->base), 0);
	CHECK_EQ(sample_write(&stale->base), 0);
	CHECK(m->size == stale->size && memcmp(m->buf, stale->buf, m->size) == 0);
	sink_close(&m->base);
	sink_close(&stale->base);
}

#define BEGIN_WRITES 7u /* header, sub header, notes, padding, bitmaps, zero page */

static void check_if_killed_now(const struct mem_sink *m)
{
	struct dump_header h;

	if (m->nr_writes < BEGIN_WRITES)
		return;
	memcpy(&h, m->buf, sizeof(h));
	sample_check(m->buf, m->size, (h.status & DUMP_INCOMPLETE) == 0);
}

TEST(killed_at_any_moment_it_is_readable)
{
	struct mem_sink *m = mem_open();

	m->after_write = check_if_killed_now;
	CHECK_EQ(sample_write(&m->base), 0);
	CHECK_OP(m->nr_writes, >, BEGIN_WRITES + NR_BATCHES + 4);
	sink_close(&m->base);
}

/* One run per write and kind of failure; returns false once none was hit. */
static bool fail_once(int at, bool after, bool torn)
{
	struct mem_sink *m = mem_open();
	struct dump_header h;
	bool hit;
	int rc;

	m->fail_at = at;
	m->fail_after = after;
	m->torn = torn;
	rc = sample_write(&m->base);
	hit = (int)m->nr_writes > at;
	CHECK_EQ(rc, hit ? -ENOSPC : 0);
	if (hit)
		CHECK(strstr(fail_text(), ": No space left on device"));
	fail_clear();
	memcpy(&h, m->buf, sizeof(h));
	if (at >= (int)BEGIN_WRITES)
		sample_check(m->buf, m->size, !hit);
	else if (at > 0)
		CHECK(h.status & DUMP_INCOMPLETE);
	sink_close(&m->base);
	return hit;
}

TEST(any_write_may_fail)
{
	for (unsigned how = 0; how < 4; how++) {
		int at = 0;

		while (fail_once(at, how & 1, how & 2))
			at++;
		CHECK_OP(at, >, (int)(BEGIN_WRITES + NR_BATCHES));
	}
}

/* Space for descriptors was reserved: all pages before the full disk are there. */
TEST(full_disk_keeps_all_pages_before)
{
	struct mem_sink *m = mem_open();
	unsigned want = 0;

	m->fail_at = (int)BEGIN_WRITES + 1 + 1; /* data 4, data 0, then descriptors of 4 */
	m->fail_after = true;
	m->reserved[0] = DESC_OFF;
	CHECK_EQ(sample_write(&m->base), -ENOSPC);
	fail_clear();
	for (uint64_t rank = 200; rank < 250; rank++)
		want += sample_stored(rank) != STORED_MISSING;
	CHECK_EQ(sample_check(m->buf, m->size, false), want);
	sink_close(&m->base);
}

/* A file system that had no space to reserve for them, or does not keep it (btrfs). */
TEST(descriptors_that_are_not_written_are_counted)
{
	struct mem_sink *m = mem_open();
	uint64_t lost;

	m->base.stale = true; /* zeros in place of reserved space: one write more */
	m->reserved[0] = UINT64_MAX;
	m->fail_at = (int)BEGIN_WRITES + 1 + 2; /* data 4, data 0, then descriptors of 4 */
	m->fail_after = true;
	CHECK_EQ(sample_write_counted(&m->base, &lost), -ENOSPC);
	fail_clear();
	CHECK_EQ(lost, PER_BATCH);
	CHECK_EQ(sample_check(m->buf, m->size, false), 0);
	sink_close(&m->base);
}

/* No descriptor may point at bytes that were accepted and lost: readers die of it. */
TEST(lost_bytes_have_no_descriptors)
{
	uint64_t lost;

	for (uint64_t lose = DATA_OFF + 4096; lose < DATA_OFF + 150000; lose += 7777) {
		struct mem_sink *m = mem_open();

		m->lose = lose;
		CHECK_EQ(sample_write_counted(&m->base, &lost), -ENOSPC);
		fail_clear();
		CHECK(lost > 0 && sample_check(m->buf, m->size, false) + lost >= nr_present());
		sink_close(&m->base);
	}
}

/* The same with a true file and a true limit. */
TEST(file_at_its_limit_is_readable)
{
	char path[TEMP_PATH_MAX], part[TEMP_PATH_MAX], words[200];
	const struct sink_file_cfg cfg = { temp_path("format", path), true };
	const struct rlimit small = { 200000, RLIM_INFINITY };
	static uint8_t buf[MEM_ROOM];
	struct rlimit old;
	struct sink *s;
	ssize_t n;
	int fd;

	CHECK_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, SIG_IGN);
	CHECK_EQ(sink_file_open(&cfg, &s), 0);
	CHECK_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
	CHECK_EQ(sample_write(s), -EFBIG);
	CHECK_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
	snprintf(words, sizeof(words), "page data: %s: write ",
		 temp_path("format-incomplete", part));
	CHECK(strstr(fail_text(), words));
	fail_clear();
	sink_close(s);
	fd = open(part, O_RDONLY);
	n = read(fd, buf, sizeof(buf));
	CHECK(n > 0 && sample_check(buf, (uint64_t)n, false) > 50);
	close(fd);
	unlink(part);
}

RUN(a_part_has_its_own_descriptors, header_is_as_makedumpfile_writes_it,
    sub_header_points_into_the_notes, pages_lie_where_descriptors_say, max_size_is_an_upper_bound,
    absurd_facts_are_refused, unsound_batch_is_refused, each_byte_of_a_stream_comes_once,
    block_device_gets_explicit_zeros, killed_at_any_moment_it_is_readable, any_write_may_fail,
    full_disk_keeps_all_pages_before, descriptors_that_are_not_written_are_counted,
    lost_bytes_have_no_descriptors, file_at_its_limit_is_readable)
