/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sample_dump.c - a small dump whose every byte is known, and a sink in memory */
#include "sample_dump.h"

#include <stdbool.h>
#include <string.h>

static void mem_put(struct mem_sink *m, uint64_t off, const void *buf, size_t len)
{
	assert_true(off + len <= MEM_ROOM);
	memcpy(m->buf + off, buf, len);
	for (size_t i = 0; i < len; i++)
		m->seen[off + i]++;
	if (off + len > m->size)
		m->size = off + len;
}

static int mem_write_at(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	struct mem_sink *m = container_of(s, struct mem_sink, base);
	bool has_room = off >= m->reserved[0] && off + len <= m->size;
	int nr = (int)m->nr_writes++;

	assert_true(len > 0);
	if (m->fail_at >= 0 &&
	    (nr == m->fail_at || (nr > m->fail_at && m->fail_after && !has_room))) {
		s->taken = m->torn && len > 4 ? len / 2 : 0; /* a word is written or not */
		mem_put(m, off, buf, s->taken);
		return (fail)(-ENOSPC, "write %d", nr); /* cmocka has a macro fail() */
	}
	mem_put(m, off, buf, len);
	if (m->after_write)
		m->after_write(m);
	return 0;
}

static int mem_reserve(struct sink *s, uint64_t off, uint64_t len)
{
	struct mem_sink *m = container_of(s, struct mem_sink, base);

	m->reserved[0] = off;
	m->reserved[1] = off + len;
	if (off + len > m->size)
		m->size = off + len;
	return 0;
}

/* As a file on a server that took bytes into its cache and then had no room for them. */
static int mem_sync(struct sink *s)
{
	struct mem_sink *m = container_of(s, struct mem_sink, base);

	if (!m->lose)
		return 0;
	if (m->size <= m->lose)
		return 0;
	memset(m->buf + m->lose, 0, m->size - m->lose);
	return (fail)(-ENOSPC, "sync");
}

static uint64_t mem_sure(const struct sink *s)
{
	(void)s;
	return 0;
}

static int mem_cut_lost(struct sink *s, uint64_t *out)
{
	struct mem_sink *m = container_of(s, struct mem_sink, base);

	if (m->lose && m->size > m->lose)
		m->size = m->lose;
	*out = m->size;
	return 0;
}

static int mem_commit(struct sink *s)
{
	container_of(s, struct mem_sink, base)->committed = true;
	return 0;
}

static void mem_close(struct sink *s)
{
	free(container_of(s, struct mem_sink, base));
}

struct mem_sink *mem_open(void)
{
	static const struct sink_ops ops = {
		.kind = "mem",
		.write_at = mem_write_at,
		.reserve = mem_reserve,
		.sync = mem_sync,
		.sure = mem_sure,
		.cut_lost = mem_cut_lost,
		.commit = mem_commit,
		.close = mem_close,
	};
	struct mem_sink *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	m->base = (struct sink){ .ops = &ops, .seekable = true };
	m->fail_at = -1;
	return m;
}

/* Every 133rd frame is kept; every frame but each 8th is RAM. */
static bool sample_keeps(uint64_t pfn)
{
	return pfn % 133 == 1 && pfn / 133 < NR_KEEP;
}

static void sample_ram(void *arg, uint64_t first, uint8_t *buf, size_t len)
{
	(void)arg;
	for (size_t i = 0; i < len; i++)
		buf[i] = first + i * 8 < MAX_PFN ? 0xfe : 0;
}

static void sample_keep(void *arg, uint64_t first, uint8_t *buf, size_t len)
{
	(void)arg;
	memset(buf, 0, len);
	for (uint64_t i = 0; i < len * 8; i++)
		if (sample_keeps(first + i))
			buf[i / 8] = (uint8_t)(buf[i / 8] | 1u << (i % 8));
}

static enum stored_as sample_kind(uint64_t rank)
{
	return rank % 7 == 3 ? STORED_ZERO : rank % 31 == 5 ? STORED_MISSING : STORED_DATA;
}

/* The rank whose bytes this one has: its own, or that before it in the batch. */
static uint64_t sample_owner(uint64_t rank)
{
	return rank % 11 == 6 && rank % PER_BATCH > 0 && sample_kind(rank) == STORED_DATA &&
			       sample_kind(rank - 1) == STORED_DATA
		       ? rank - 1
		       : rank;
}

enum stored_as sample_stored(uint64_t rank)
{
	return sample_owner(rank) != rank ? STORED_SAME : sample_kind(rank);
}

static uint32_t sample_flags(uint64_t rank)
{
	return rank % 5 == 0 || sample_stored(rank) == STORED_SAME ? 0 : DUMP_ZSTD;
}

uint32_t sample_size(uint64_t rank)
{
	if (sample_stored(rank) != STORED_DATA)
		return 0;
	return sample_flags(rank) ? (uint32_t)(100 + rank) : 4096;
}

void sample_info(struct dump_info *info)
{
	static uint8_t notes[NOTES_LEN];

	memset(notes, 'n', sizeof(notes));
	memcpy(notes + 1000, "OSRELEASE=6", 11);
	*info = (struct dump_info){
		.uts = { "Linux", "node", "6.1.0", "#1 SMP", "x86_64", "(none)" },
		.crash_time = 0x1122334455,
		.notes = { notes, NOTES_LEN },
		.vmcoreinfo = { notes + 1000, 11 },
		.nr_cpus = 3,
		.max_pfn = MAX_PFN,
		.nr_keep = NR_KEEP,
		.phys_base = 0x12000000,
		.page_shift = 12,
		.dump_level = 31,
		.codec_flag = DUMP_ZSTD,
		.ram = sample_ram,
		.keep = sample_keep,
	};
}

void sample_batch(struct batch *b, uint64_t first)
{
	b->nr = 0;
	b->len = 0;
	for (uint64_t rank = first; rank < first + PER_BATCH; rank++) {
		unsigned i = b->nr++;

		b->rank[i] = rank;
		b->pfn[i] = 1 + rank * 133;
		b->stored[i] = (uint8_t)sample_stored(rank);
		b->size[i] = sample_size(rank);
		b->flags[i] = sample_flags(rank);
		memset(b->data + b->len, (int)(rank & 0xff), b->size[i]);
		b->len += b->size[i];
	}
}

static const unsigned order[NR_BATCHES] = { 4, 0, 1, 2, 5, 3 };

uint64_t sample_order(unsigned n)
{
	return order[n / PER_BATCH] * PER_BATCH + n % PER_BATCH;
}

/* begin and all batches: the first error. */
static int sample_pages(struct format *f)
{
	static struct batch b;
	static uint8_t data[BATCH_BYTES];
	int rc = 0;

	b.data = data;
	for (unsigned i = 0; i < NR_BATCHES && rc == 0; i++) {
		sample_batch(&b, order[i] * PER_BATCH);
		rc = format_pages(f, &b);
	}
	return rc;
}

int sample_write_counted(struct sink *sink, uint64_t *lost)
{
	struct dump_info info;
	struct format *f;
	int rc;

	sample_info(&info);
	assert_int_equal(format_kdump_open(sink, &f), 0);
	rc = format_begin(f, &info);
	if (rc == 0) {
		rc = sample_pages(f);
		if (rc == 0)
			rc = format_end(f, true);
		else
			(void)format_end(f, false);
	}
	*lost = f->pages_lost;
	format_close(f);
	return rc;
}

int sample_write(struct sink *sink)
{
	uint64_t lost;

	return sample_write_counted(sink, &lost);
}

static void sample_check_bits(const uint8_t *dump)
{
	static uint8_t want[BITMAP_LEN];

	sample_ram(NULL, 0, want, BITMAP_LEN);
	assert_memory_equal(dump + BITMAP_OFF, want, BITMAP_LEN);
	sample_keep(NULL, 0, want, BITMAP_LEN);
	assert_memory_equal(dump + BITMAP_OFF + BITMAP_LEN, want, BITMAP_LEN);
}

/* What a descriptor says is there and right: 1; 0 if it is zeros. */
static unsigned sample_check_desc(const uint8_t *dump, uint64_t size, uint64_t rank)
{
	static const uint8_t zeros[4096];
	uint64_t owner = sample_owner(rank);
	struct dump_desc d;

	memcpy(&d, dump + DESC_OFF + rank * sizeof(d), sizeof(d));
	if (memcmp(&d, zeros, sizeof(d)) == 0)
		return 0;
	assert_true(d.offset >= (int64_t)DATA_OFF && (uint64_t)d.offset + d.size <= size);
	assert_true(d.page_flags == 0 && sample_stored(rank) != STORED_MISSING);
	if (sample_stored(rank) == STORED_ZERO) {
		assert_true(d.offset == DATA_OFF && d.size == 4096 && d.flags == 0);
		assert_memory_equal(dump + d.offset, zeros, 4096);
		return 1;
	}
	assert_true(d.size == sample_size(owner) && d.flags == sample_flags(owner));
	for (uint32_t i = 0; i < d.size; i++)
		assert_true(dump[(uint64_t)d.offset + i] == (owner & 0xff));
	return 1;
}

unsigned sample_check(const uint8_t *dump, uint64_t size, bool complete)
{
	struct dump_header h;
	unsigned nr = 0;

	memcpy(&h, dump, sizeof(h));
	assert_memory_equal(h.signature, "KDUMP   ", 8);
	assert_int_equal((h.status & DUMP_INCOMPLETE) != 0, !complete);
	assert_true(size >= BITMAP_OFF + 2 * BITMAP_LEN);
	sample_check_bits(dump);
	for (uint64_t rank = 0; rank < NR_KEEP; rank++)
		nr += sample_check_desc(dump, size, rank);
	return nr;
}
