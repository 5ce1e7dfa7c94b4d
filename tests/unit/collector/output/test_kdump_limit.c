/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_kdump_limit.c - a dump that does not fit has every page up to the first that does not */
#include "flat_stream.h"
#include "sample_dump.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#define DATA_AT	  (DATA_OFF + 4096u) /* behind the page of zeros */
#define DESC_SIZE sizeof(struct dump_desc)
#define REC_SIZE  sizeof(struct flat_record)

/* How many pages a dump of so many bytes holds; *next: the size of the first that is missing. */
static unsigned fitting(uint64_t limit, uint32_t *next)
{
	uint64_t end = DATA_AT;
	unsigned nr = 0;

	for (unsigned i = 0; i < NR_KEEP; i++) {
		uint64_t rank = sample_order(i);

		*next = sample_size(rank);
		end += *next;
		if (end > limit)
			break;
		nr += sample_stored(rank) != STORED_MISSING;
	}
	return nr;
}

static uint64_t whole_file(void)
{
	struct mem_sink *m = mem_open();
	uint64_t size;

	CHECK_EQ(sample_write(&m->base), 0);
	size = m->size;
	sink_close(&m->base);
	return size;
}

TEST(a_file_is_filled_up_to_the_last_page)
{
	const uint64_t whole = whole_file();
	struct sink *s;
	uint32_t next;

	for (uint64_t limit = DATA_AT; limit < whole; limit += limit < whole - 400 ? 397 : 1) {
		struct mem_sink *m = mem_open();
		unsigned nr = fitting(limit, &next);

		CHECK_EQ(sink_limit_open(&m->base, limit, &s), 0);
		CHECK_EQ(sample_write(s), -ENOSPC);
		CHECK(strstr(fail_text(), "page data: the limit of ") != NULL);
		fail_clear();
		CHECK_EQ(sample_check(m->buf, m->size, false), nr);
		CHECK_OP(m->size, <=, limit);
		CHECK_OP(limit - m->size, <, next);
		sink_close(s);
	}
}

TEST(a_file_that_fits_exactly_is_whole)
{
	const uint64_t whole = whole_file();
	struct mem_sink *m = mem_open();
	struct sink *s;

	CHECK_EQ(sink_limit_open(&m->base, whole, &s), 0);
	CHECK_EQ(sample_write(s), 0);
	sample_check(m->buf, m->size, true);
	sink_close(s);
}

/* A write that a full disk takes a part of: the file has the pages in it, as with a limit. */
TEST(a_file_on_a_full_disk_has_what_the_disk_took)
{
	char path[TEMP_PATH_MAX], part[TEMP_PATH_MAX];
	const struct sink_file_cfg cfg = { temp_path("full", path), true };
	static uint8_t buf[MEM_ROOM];
	const uint64_t whole = whole_file();
	struct rlimit old;
	struct sink *s;
	uint32_t next;

	CHECK_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, SIG_IGN);
	temp_path("full-incomplete", part);
	for (uint64_t size = DATA_AT; size < whole; size += 7919) {
		const struct rlimit small = { size, old.rlim_max };
		ssize_t n;
		int fd;

		memset(buf, 0, sizeof(buf));
		CHECK_EQ(sink_file_open(&cfg, &s), 0);
		CHECK_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
		CHECK_EQ(sample_write(s), -EFBIG);
		CHECK_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
		fail_clear();
		sink_close(s);
		fd = open(part, O_RDONLY);
		n = read(fd, buf, sizeof(buf));
		close(fd);
		CHECK_EQ(n, size);
		CHECK_EQ(sample_check(buf, size, false), fitting(size, &next));
		unlink(part);
	}
}

/* A limit that no page fits into, or not even what is before them. */
TEST(the_limit_is_never_exceeded)
{
	struct sink *s;

	for (uint64_t limit = 0; limit < DATA_AT + 100; limit += 1000) {
		struct mem_sink *m = mem_open();

		CHECK_EQ(sink_limit_open(&m->base, limit, &s), 0);
		CHECK_EQ(sample_write(s), -ENOSPC);
		fail_clear();
		CHECK_OP(m->size, <=, limit);
		sink_close(s);
	}
}

/* The sample in a stream of at most so many bytes: what sample_write() returns, and all of it. */
static int write_stream(struct mem_sink *m, uint64_t limit, uint8_t *stream, size_t *len)
{
	struct sink *s;
	int rc;

	CHECK_EQ(sink_limit_open(&m->base, limit, &s), 0);
	CHECK_EQ(sink_flat_open(s, &s), 0);
	rc = sample_write(s);
	fail_clear();
	CHECK_EQ(sink_commit(s), 0);
	CHECK_OP(m->size, <=, limit);
	*len = m->size;
	memcpy(stream, m->buf, m->size);
	sink_close(s);
	return rc;
}

/* Its status, descriptors and end mark are within the limit, too: readers open it. */
TEST(a_stream_is_filled_up_to_the_last_page)
{
	static uint8_t stream[MEM_ROOM];
	unsigned nr, before = 0;
	size_t whole, len;
	bool complete;

	CHECK_EQ(write_stream(mem_open(), MEM_ROOM, stream, &whole), 0);
	for (size_t limit = DATA_AT + 1000; limit < whole; limit += limit < whole - 400 ? 397 : 1) {
		struct mem_sink *m = mem_open();

		CHECK_EQ(write_stream(mem_open(), limit, stream, &len), -ENOSPC);
		CHECK_OP(limit - len, <, 4096 + DESC_SIZE + 2 * REC_SIZE);
		CHECK_EQ(run(stream, len, m, &complete), 0);
		CHECK(!complete);
		nr = sample_check(m->buf, m->size, false);
		CHECK_OP(nr, >=, before);
		before = nr;
		for (uint64_t i = 0; i < m->size; i++)
			CHECK(m->seen[i] <= 1 || i == offsetof(struct dump_header, status));
		sink_close(&m->base);
	}
	CHECK_EQ(write_stream(mem_open(), whole, stream, &len), 0);
	CHECK_EQ(len, whole);
}

RUN(a_file_is_filled_up_to_the_last_page, a_file_that_fits_exactly_is_whole,
    a_file_on_a_full_disk_has_what_the_disk_took, the_limit_is_never_exceeded,
    a_stream_is_filled_up_to_the_last_page)
