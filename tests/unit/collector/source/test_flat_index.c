/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_flat_index.c - a flattened stream read at any offset: order, overlaps, gaps, and lies */
#include "source/flat_index.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "check.h"
#include "noise.h"

#include <endian.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE 20000

/* A stream, and what the dump in it is. */
struct stream {
	int fd;
	uint64_t pos;
	uint8_t want[SIZE];
	uint64_t size;
};

static struct stream begin(void)
{
	struct stream s = { .fd = memfd_create("flat", MFD_CLOEXEC), .pos = FLAT_BLOCK };
	const struct flat_start start = { FLAT_MAGIC, htobe64(1), htobe64(1) };

	CHECK_EQ(pwrite(s.fd, &start, sizeof(start), 0), sizeof(start));
	return s;
}

static void put_head(struct stream *s, uint64_t off, uint64_t size)
{
	const struct flat_record rec = { htobe64(off), htobe64(size) };

	CHECK_EQ(pwrite(s->fd, &rec, sizeof(rec), (off_t)s->pos), sizeof(rec));
	s->pos += sizeof(rec);
}

static void put(struct stream *s, uint64_t off, uint64_t size, uint8_t byte)
{
	put_head(s, off, size);
	CHECK_OP(off + size, <=, SIZE);
	memset(s->want + off, byte, size);
	CHECK_EQ(pwrite(s->fd, s->want + off, size, (off_t)s->pos), size);
	s->pos += size;
	if (off + size > s->size)
		s->size = off + size;
}

static int opened(struct stream *s, struct flat_index **out)
{
	fail_clear();
	return flat_index_open(s->fd, out);
}

/* With its end mark: every byte, from some offsets on. */
static void check(struct stream *s)
{
	uint8_t got[SIZE];
	struct flat_index *x;

	put_head(s, UINT64_MAX, UINT64_MAX);
	CHECK_EQ(opened(s, &x), 0);
	CHECK_EQ(flat_index_size(x), s->size);
	for (uint64_t off = 0; off < s->size; off += 1 + s->size / 37) {
		for (size_t len = 1; len <= s->size - off; len = len * 3 + 1) {
			CHECK_EQ(flat_index_read(x, got, len, off), 0);
			CHECK_MEM(got, s->want + off, len);
		}
	}
	CHECK_EQ(flat_index_read(x, got, s->size, 0), 0);
	CHECK_MEM(got, s->want, s->size);
	flat_index_close(x);
	close(s->fd);
}

TEST(any_order_with_gaps)
{
	struct stream s = begin();

	put(&s, 9000, 1000, 1);
	put(&s, 0, 464, 2);
	put(&s, 10000, 5000, 3);
	put(&s, 4096, 104, 4);
	put(&s, 8999, 1, 5);
	check(&s);
	s = begin();
	check(&s); /* none at all */
}

TEST(later_ones_count)
{
	struct stream s = begin();

	put(&s, 1000, 5000, 1);
	put(&s, 2000, 100, 2); /* inside */
	put(&s, 500, 1000, 3); /* over its start */
	put(&s, 5500, 1000, 4);
	put(&s, 2000, 100, 5);	/* again */
	put(&s, 1900, 4000, 6); /* over several */
	put(&s, 0, 1, 7);
	put(&s, 1900, 10, 8);
	check(&s);
}

TEST(records_at_random)
{
	uint32_t seed = 3;

	for (unsigned round = 0; round < 50; round++) {
		struct stream s = begin();

		for (unsigned i = 0; i < 200; i++) {
			uint64_t off = next(&seed) % (SIZE - 1);
			uint64_t len = 1 + next(&seed) % (i % 7 ? 300 : SIZE - off);

			put(&s, off, len < SIZE - off ? len : SIZE - off, (uint8_t)i);
		}
		check(&s);
	}
}

static int refused(struct stream *s)
{
	struct flat_index *x;
	int rc = opened(s, &x);

	close(s->fd);
	fail_clear();
	if (rc == 0)
		flat_index_close(x);
	return rc;
}

TEST(streams_that_lie)
{
	static const uint64_t lies[][2] = {
		{ 0, 0 },
		{ UINT64_MAX, 1 },
		{ 0, UINT64_MAX },
		{ 1ull << 53, 1 },
		{ 0, (1ull << 53) + 1 },
		{ 100, 65ull << 20 }, /* no bytes behind it */
	};
	struct stream s;

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		s = begin();
		put(&s, 0, 100, 1);
		put_head(&s, lies[i][0], lies[i][1]);
		CHECK_EQ(refused(&s), -EBADMSG);
	}
	s = begin(); /* another version */
	CHECK_EQ(pwrite(s.fd, "\2", 1, 31), 1);
	CHECK_EQ(refused(&s), -EBADMSG);
}

/* At any byte: what came is there, and no more. */
TEST(streams_that_are_cut)
{
	struct stream s = begin();
	const off_t from = FLAT_BLOCK;
	struct flat_index *x;
	char bytes[200];
	off_t end;

	put(&s, 0, 100, 1);
	put(&s, 100, 100, 2);
	for (end = lseek(s.fd, 0, SEEK_END); end >= from; end--) {
		uint64_t rest = (uint64_t)(end - from), nr = 0;

		/* A head of 16 bytes, 100 bytes, and again. */
		if (rest > 16)
			nr = rest <= 116 ? rest - 16 : rest <= 132 ? 100 : rest - 32;
		CHECK_EQ(ftruncate(s.fd, end), 0);
		CHECK_EQ(flat_index_open(s.fd, &x), 0);
		CHECK(flat_index_is_cut(x));
		CHECK_EQ(flat_index_size(x), nr);
		CHECK_EQ(flat_index_read(x, bytes, nr, 0), 0);
		CHECK_EQ(nr == 0 || bytes[nr - 1] == (nr > 100 ? 2 : 1), true);
		flat_index_close(x);
	}
	close(s.fd);
}

TEST(heads)
{
	CHECK(flat_index_is("makedumpfile\0\0\0"));
	CHECK(!flat_index_is("makedumpfile.txt"));
	CHECK(!flat_index_is("\177ELF\0\0\0\0\0\0\0\0\0\0\0"));
}

RUN(any_order_with_gaps, later_ones_count, records_at_random, streams_that_lie,
    streams_that_are_cut, heads)
