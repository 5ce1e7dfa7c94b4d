/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_unflatten.c - streams back into files: whole, cut anywhere, and hostile */
#include "flat_stream.h"

#include <endian.h>
#include <unistd.h>

TEST(whole_stream_gives_the_direct_bytes)
{
	static uint8_t stream[MEM_ROOM];
	size_t len = make_stream(stream, sizeof(stream));
	struct mem_sink *direct = mem_open(), *m = mem_open(), *stale = mem_open();
	bool complete;

	CHECK_EQ(sample_write(&direct->base), 0);
	CHECK_EQ(run(stream, len, m, &complete), 0);
	CHECK(complete && m->size == direct->size);
	CHECK_MEM(m->buf, direct->buf, m->size);

	memset(stale->buf, 0xaa, MEM_ROOM);
	stale->base.stale = true;
	CHECK_EQ(run(stream, len, stale, &complete), 0);
	CHECK(complete && memcmp(stale->buf, direct->buf, direct->size) == 0);
	sink_close(&direct->base);
	sink_close(&m->base);
	sink_close(&stale->base);
}

/* Returns whether it could be salvaged. */
static bool check_cut(const uint8_t *stream, size_t len, bool stale)
{
	struct mem_sink *m = mem_open();
	bool complete;
	int rc;

	m->base.stale = stale;
	rc = run(stream, len, m, &complete);
	CHECK(!complete && (rc == 0 || rc == -EBADMSG));
	fail_clear();
	if (rc == 0) {
		struct dump_header h;

		memcpy(&h, m->buf, sizeof(h));
		CHECK(h.status & DUMP_INCOMPLETE);
		CHECK_OP(m->size, >=, BITMAP_OFF + 2 * BITMAP_LEN);
	}
	sink_close(&m->base);
	return rc == 0;
}

static uint64_t be64_at(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return be64toh(v);
}

/*
 * Around each record boundary and in the middle of each record. Once the
 * header is whole, there must always be a file with the mark and both bitmaps.
 */
TEST(cut_stream_is_salvaged)
{
	static uint8_t stream[MEM_ROOM];
	size_t len = make_stream(stream, sizeof(stream)), pos = FLAT_BLOCK, nr = 0;

	CHECK(!check_cut(stream, 0, false) && !check_cut(stream, FLAT_BLOCK - 1, false));
	while (be64_at(stream + pos) != UINT64_MAX) {
		size_t size = be64_at(stream + pos + 8);
		/* the header comes in two records; its part of the second is 36 bytes */
		size_t cuts[] = { pos, pos + 1, pos + 15, pos + 16, pos + 17, pos + 16 + size / 2 };

		for (unsigned i = 0; i < ARRAY_SIZE(cuts); i++) {
			bool whole = cuts[i] >= FLAT_BLOCK + 16 + 424 + 16 + 36;

			CHECK_EQ(check_cut(stream, cuts[i], nr % 2), whole);
		}
		pos += 16 + size;
		nr++;
	}
	CHECK(pos + 16 == len && nr > 16);
	CHECK(check_cut(stream, pos, false) && check_cut(stream, pos + 15, false));
}

/* Data came before their descriptors, so what is described has arrived. */
TEST(salvaged_dump_keeps_what_arrived)
{
	static uint8_t stream[MEM_ROOM];
	size_t len = make_stream(stream, sizeof(stream)), start = FLAT_BLOCK;
	unsigned last = 0;
	bool complete;

	for (unsigned i = 0; i < 7; i++) /* up to and with the second bitmap */
		start += 16 + be64_at(stream + start + 8);
	for (size_t cut = start + 7; cut < len; cut += 1021) {
		struct mem_sink *m = mem_open();
		unsigned nr;

		CHECK_EQ(run(stream, cut, m, &complete), 0);
		nr = sample_check(m->buf, m->size, false);
		CHECK_OP(nr, >=, last);
		last = nr;
		sink_close(&m->base);
	}
	CHECK_OP(last, >, 200);
}

static size_t add_record(uint8_t *stream, size_t pos, uint64_t off, const char *text)
{
	struct flat_record rec = { htobe64(off), htobe64(strlen(text)) };

	memcpy(stream + pos, &rec, sizeof(rec));
	memcpy(stream + pos + sizeof(rec), text, strlen(text));
	return pos + sizeof(rec) + strlen(text);
}

TEST(records_in_any_order_and_the_later_wins)
{
	uint8_t stream[2 * FLAT_BLOCK];
	struct mem_sink *m = mem_open();
	size_t pos = start_stream(stream);
	bool complete;

	m->base.stale = true;
	memset(m->buf, 0xaa, 64);
	pos = add_record(stream, pos, 10, "later");
	pos = add_record(stream, pos, 2, "early");
	pos = add_record(stream, pos, 3, "X");
	memset(stream + pos, 0xff, 16);
	memcpy(stream + pos + 16, "rubbish behind", 14);
	CHECK_EQ(run(stream, pos + 30, m, &complete), 0);
	CHECK(complete && m->size == 15);
	CHECK_MEM(m->buf, "\0\0eXrly\0\0\0later", 15);
	sink_close(&m->base);
}

TEST(absurd_streams_are_refused)
{
	static const uint64_t bad[][2] = {
		{ 0, 0 },	   { 0, 1ull << 60 },	   { 1ull << 60, 1 },
		{ UINT64_MAX, 1 }, { UINT64_MAX - 4, 16 }, { 5, UINT64_MAX }
	};
	uint8_t stream[2 * FLAT_BLOCK] = { 0 };
	size_t pos = start_stream(stream);

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		uint64_t rec[2] = { htobe64(bad[i][0]), htobe64(bad[i][1]) };

		memcpy(stream + pos, rec, sizeof(rec));
		check_refused(stream, sizeof(stream), "cut before the dump header");
	}
	check_refused(stream, pos, "cut before the dump header");
	stream[23] = 2;
	check_refused(stream, pos, "type 2");
	stream[0] = 'M';
	check_refused(stream, pos, "not a flattened dump");
	memcpy(stream, "age-encryption.org/v1\n", 22);
	check_refused(stream, sizeof(stream), "decrypt it before: age -d");
	check_refused(stream, 22, "decrypt it before: age -d");
	check_refused(stream, 21, "not a flattened dump");
}

/* The stream with other numbers in one record: all but that record arrives. */
static void check_damage(const uint8_t *stream, size_t len, size_t pos, const uint64_t numbers[2])
{
	static uint8_t damaged[MEM_ROOM];
	struct mem_sink *direct = mem_open(), *m = mem_open();
	uint64_t from = be64_at(stream + pos), size = be64_at(stream + pos + 8);
	uint64_t rec[2] = { htobe64(numbers[0]), htobe64(numbers[1]) };
	struct dump_header h;
	bool complete;

	CHECK_EQ(sample_write(&direct->base), 0);
	memcpy(damaged, stream, len);
	memcpy(damaged + pos, rec, sizeof(rec));
	CHECK_EQ(run(damaged, len, m, &complete), 0);
	CHECK(!complete && m->size <= direct->size);
	memcpy(&h, m->buf, sizeof(h));
	CHECK(h.status & DUMP_INCOMPLETE);
	/* What was lost, and the mark, are the only differences. */
	memcpy(m->buf, direct->buf, sizeof(h));
	memcpy(m->buf + from, direct->buf + from, size);
	CHECK_MEM(m->buf, direct->buf, direct->size);
	sink_close(&direct->base);
	sink_close(&m->base);
}

TEST(one_damaged_record_costs_that_record)
{
	static const uint64_t bad[][2] = {
		{ 0, 0 }, { 1ull << 60, 4096 }, { 4096, 1ull << 60 }, { 1ull << 45, 4096 }
	};
	static uint8_t stream[MEM_ROOM];
	size_t len = make_stream(stream, sizeof(stream)), pos = FLAT_BLOCK;
	unsigned nr = 0;

	for (; be64_at(stream + pos) != UINT64_MAX; nr++) {
		if (nr >= 7) { /* behind header, notes and bitmaps */
			for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
				check_damage(stream, len, pos, bad[i]);
		}
		pos += 16 + be64_at(stream + pos + 8);
	}
	CHECK_OP(nr, >, 16);
}

/* A cut ELF header opens nowhere; a lie about the bitmaps' size is not believed. */
TEST(cut_headers_and_lying_ones_are_refused)
{
	struct dump_header h = { .signature = "KDUMP  ",
				 .block_size = 65536,
				 .sub_hdr_size = INT32_MAX,
				 .bitmap_blocks = UINT32_MAX };
	uint8_t stream[2 * FLAT_BLOCK];
	struct flat_record rec = { 0, htobe64(sizeof(h)) };
	size_t pos = start_stream(stream);

	check_refused(stream, add_record(stream, pos, 0, "\177ELF and so on"),
		      "cut within the headers of the core");
	h.signature[7] = ' ';
	h.block_size = 12345;
	memcpy(stream + pos, &rec, sizeof(rec));
	memcpy(stream + pos + sizeof(rec), &h, sizeof(h));
	check_refused(stream, pos + sizeof(rec) + sizeof(h), "cut within the dump header");
}

/* A sender that stays silent is a cut stream, not a wait for ever. */
TEST(silence_is_the_end)
{
	static uint8_t stream[MEM_ROOM];
	struct mem_sink *m = mem_open();
	struct unflatten_result res;
	int p[2];

	make_stream(stream, sizeof(stream));
	CHECK_EQ(pipe(p), 0);
	CHECK_EQ(write(p[1], stream, 60000), 60000);
	CHECK_EQ(unflatten(p[0], &m->base, 1, &res), 0);
	CHECK(!res.complete && !m->committed && res.bytes > 50000);
	sample_check(m->buf, m->size, false);
	close(p[0]);
	close(p[1]);
	sink_close(&m->base);
}

TEST(full_disk_is_an_error_and_marked)
{
	static uint8_t stream[MEM_ROOM];
	size_t len = make_stream(stream, sizeof(stream));
	struct mem_sink *m = mem_open();
	bool complete;

	m->fail_at = 12;
	CHECK_EQ(run(stream, len, m, &complete), -ENOSPC);
	CHECK_STR(fail_text(), "unflatten: write 12: No space left on device");
	fail_clear();
	sample_check(m->buf, m->size, false);
	sink_close(&m->base);
}

RUN(one_damaged_record_costs_that_record, whole_stream_gives_the_direct_bytes,
    cut_stream_is_salvaged, salvaged_dump_keeps_what_arrived,
    records_in_any_order_and_the_later_wins, absurd_streams_are_refused,
    cut_headers_and_lying_ones_are_refused, silence_is_the_end, full_disk_is_an_error_and_marked)
