/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_packer.c - batches from a source in memory, with pages that fail in every way */
#include "pack/packer.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "noise.h"
#include "pack/pipeline.h"
#include "pack_case.h"
#include "source/sigbus.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_THREADS 8
#define MAX_SLOTS   (2 * MAX_THREADS + 2)

/* Leave every eleventh page out, so that runs begin and end. */
static uint64_t batch_fill(struct batch *b, uint64_t pfn)
{
	for (b->nr = 0; b->nr < b->capacity && pfn < NR_PAGES; pfn++)
		if (pfn % 11)
			b->pfn[b->nr++] = pfn;
	return pfn;
}

static void pack_all(struct fake_source *s, const struct codec *c)
{
	struct packer *p = open_packer(s, c);
	struct batch *b;
	uint64_t pfn = 0;

	CHECK_EQ(batch_open(s->shift, &b), 0);
	CHECK_EQ(b->capacity, BATCH_BYTES >> s->shift);
	while (pfn < NR_PAGES) {
		pfn = batch_fill(b, pfn);
		memset(b->stored, 0xee, sizeof(b->stored));
		CHECK_EQ(packer_run(p, b), 0);
		check_batch(s, b);
	}
	CHECK_STR(fail_text(), "");
	batch_close(b);
	packer_close(p);
}

TEST(every_codec_and_page_size)
{
	const struct codec *c;

	for (unsigned shift = 12; shift <= 16; shift += 2) {
		struct fake_source s;

		fake_open(&s, shift);
		pack_all(&s, NULL);
		for (unsigned i = 0; (c = codec_at(i)); i++)
			pack_all(&s, c);
		free(s.mem);
	}
}

TEST(unreadable_pages_are_missing_and_nothing_else)
{
	struct fake_source s;

	fake_open(&s, 12);
	for (size_t i = 0; i < NR_PAGES; i += 1 + i % 23)
		s.health[i] = i % 2 ? NO_RAM : UNREADABLE;
	pack_all(&s, NULL);
	pack_all(&s, codec_at(0));
	free(s.mem);
}

/* What the file has no blocks for is zeros; read along with others it may be, and is zeros again.
 */
TEST(holes_are_zeros_without_being_read)
{
	struct fake_source s;

	fake_open(&s, 12);
	for (size_t i = 0; i < NR_PAGES; i++) {
		if (i % 50 < 20 || i % 50 == 33) {
			s.health[i] = HOLE;
			memset(s.mem + (i << 12), 0, 4096);
		}
	}
	pack_all(&s, NULL);
	pack_all(&s, codec_at(0));
	free(s.mem);
}

TEST(pages_that_fault_are_missing_and_nothing_else)
{
	struct fake_source s;

	fake_open(&s, 12);
	for (size_t i = 1; i < NR_PAGES; i += 1 + i % 37)
		s.health[i] = FAULTS;
	s.health[NR_PAGES - 1] = FAULTS;
	pack_all(&s, NULL);
	pack_all(&s, codec_at(0));
	free(s.mem);
}

/* Once over the pages around the cut, each of which is touched for the first time. */
static void pack_cut(struct fake_source *s)
{
	struct packer *p = open_packer(s, codec_at(0));
	struct batch *b;

	CHECK_EQ(batch_open(12, &b), 0);
	batch_fill(b, NR_PAGES - b->capacity);
	CHECK_EQ(packer_run(p, b), 0);
	check_batch(s, b);
	batch_close(b);
	packer_close(p);
}

/* The real thing: SIGBUS, and zeros in place of the page, which fault but once. */
static void cut_mapped_file(bool alike)
{
	size_t len = (size_t)NR_PAGES << 12, kept = NR_PAGES - 20;
	struct fake_source s;
	int fd = memfd_create("core", 0);

	fake_open(&s, 12);
	if (alike)
		make_alike(&s);
	CHECK_EQ(write(fd, s.mem, len), (ssize_t)len);
	free(s.mem);
	s.mem = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
	CHECK_OP(s.mem, !=, MAP_FAILED);
	s.sigbus = sigbus_take();
	sigbus_set(s.sigbus, s.mem, len);
	CHECK_EQ(ftruncate(fd, (off_t)(kept << 12)), 0);
	for (size_t i = kept; i < NR_PAGES; i++)
		s.health[i] = FAULTS;
	pack_cut(&s);
	sigbus_drop(s.sigbus);
	munmap(s.mem, len);
	close(fd);
}

TEST(a_file_cut_while_it_is_mapped)
{
	cut_mapped_file(false);
	cut_mapped_file(true);
}

TEST(all_pages_unreadable)
{
	struct fake_source s;

	fake_open(&s, 12);
	for (size_t i = 0; i < NR_PAGES; i++)
		s.health[i] = UNREADABLE;
	pack_all(&s, codec_at(0));
	free(s.mem);
}

TEST(a_frame_past_the_end_of_memory)
{
	struct fake_source s;
	struct packer *p;
	struct batch *b;

	fake_open(&s, 12);
	p = open_packer(&s, codec_at(0));
	CHECK_EQ(batch_open(12, &b), 0);
	b->nr = 3;
	b->pfn[0] = NR_PAGES - 1;
	b->pfn[1] = NR_PAGES;
	b->pfn[2] = UINT64_MAX >> 12;
	CHECK_EQ(packer_run(p, b), 0);
	check_batch(&s, b);
	b->nr = 0;
	CHECK_EQ(packer_run(p, b), 0);
	CHECK_EQ(b->len, 0);
	batch_close(b);
	packer_close(p);
	free(s.mem);
}

/* The one byte that is not zero may be anywhere. */
TEST(a_single_byte_keeps_a_page)
{
	struct fake_source s;
	struct packer *p;
	struct batch *b;

	fake_open(&s, 12);
	p = open_packer(&s, NULL);
	CHECK_EQ(batch_open(12, &b), 0);
	b->nr = 1;
	b->pfn[0] = 5;
	for (size_t at = 0; at < 4096; at++) {
		s.mem[5 * 4096 + at] = 1;
		CHECK_EQ(packer_run(p, b), 0);
		CHECK_EQ(b->stored[0], STORED_DATA);
		s.mem[5 * 4096 + at] = 0;
	}
	CHECK_EQ(packer_run(p, b), 0);
	CHECK_EQ(b->stored[0], STORED_ZERO);
	batch_close(b);
	packer_close(p);
	free(s.mem);
}

struct outcome {
	uint64_t hash;
	size_t len;
	unsigned nr;
};

static void outcome_add(struct outcome *o, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++)
		o->hash = (o->hash ^ p[i]) * 0x100000001b3u;
}

static void outcome_batch(struct outcome *o, const struct batch *b)
{
	outcome_add(o, b->data, b->len);
	outcome_add(o, b->size, b->nr * sizeof(b->size[0]));
	outcome_add(o, b->flags, b->nr * sizeof(b->flags[0]));
	outcome_add(o, b->stored, b->nr);
	o->len += b->len;
	o->nr += b->nr;
}

/* Batches of a few pages, so that there are many of them in flight. */
static struct outcome drive(struct fake_source *s, const struct codec *c, unsigned nr_threads)
{
	unsigned nr_slots = 2 * nr_threads + 2, nr_states = nr_threads ? nr_threads : 1;
	void *slot[MAX_SLOTS], *state[MAX_THREADS], *job;
	struct outcome o = { .hash = 0xcbf29ce484222325u };
	struct pipeline *p;
	uint64_t pfn = 0;

	for (unsigned i = 0; i < nr_slots; i++) {
		struct batch *b;

		CHECK_EQ(batch_open(s->shift, &b), 0);
		b->capacity = 9;
		slot[i] = b;
	}
	for (unsigned i = 0; i < nr_states; i++)
		state[i] = open_packer(s, c);
	CHECK_EQ(pipeline_open(&(struct pipeline_cfg){ nr_threads, nr_slots, slot, state,
						       packer_run },
			       &p),
		 0);
	while (pfn < NR_PAGES || pipeline_in_flight(p)) {
		while (pfn < NR_PAGES && (job = pipeline_slot(p))) {
			pfn = batch_fill(job, pfn);
			pipeline_submit(p);
		}
		CHECK_EQ(pipeline_next(p, &job), 0);
		outcome_batch(&o, job);
		pipeline_release(p);
	}
	pipeline_close(p);
	for (unsigned i = 0; i < nr_states; i++)
		packer_close(state[i]);
	for (unsigned i = 0; i < nr_slots; i++)
		batch_close(slot[i]);
	return o;
}

static void threads_agree(struct fake_source *s)
{
	static const unsigned threads[] = { 0, 1, 2, 4, 8 };
	const struct codec *c;

	for (unsigned i = 0; (c = codec_at(i)); i++) {
		struct outcome serial = drive(s, c, 0);

		CHECK(serial.len > 0 && serial.nr == NR_PAGES - NR_PAGES / 11 - 1);
		for (size_t t = 1; t < ARRAY_SIZE(threads); t++) {
			struct outcome o = drive(s, c, threads[t]);

			CHECK(o.hash == serial.hash && o.len == serial.len && o.nr == serial.nr);
		}
	}
}

TEST(same_bytes_for_every_thread_count)
{
	struct fake_source s;

	fake_open(&s, 12);
	for (size_t i = 0; i < NR_PAGES; i += 17)
		s.health[i] = i % 2 ? FAULTS : UNREADABLE;
	threads_agree(&s);
	free(s.mem);
}

/* Some pages start with bytes that cannot be coded shorter, most with some that can. */
static void vary_literals(struct fake_source *s)
{
	uint32_t seed = 7;

	for (size_t i = 1; i < NR_PAGES; i++)
		fill_literals(s->mem + (i << s->shift), (size_t)1 << s->shift, i % 5 ? 192 : 0,
			      i % 7 == 1 ? 255 : 15, &seed);
}

/* A codec that learns from a page does not take it from one batch into the next. */
TEST(same_bytes_where_pages_teach_the_codec)
{
	struct fake_source s;

	fake_open(&s, 12);
	vary_literals(&s);
	threads_agree(&s);
	free(s.mem);
}

TEST(planned_memory_is_that_of_the_codec)
{
	const struct codec *c;

	CHECK_OP(packer_memory(NULL, 0, 12, false), <, 8192);
	for (unsigned i = 0; (c = codec_at(i)); i++)
		CHECK_EQ(packer_memory(c, c->default_level, 12, false),
			 packer_memory(NULL, 0, 12, false) + c->memory(c->default_level, 4096));
	/* Unpacked copies of two pages. */
	CHECK_OP(packer_memory(NULL, 0, 16, true), >=,
		 packer_memory(NULL, 0, 16, false) + (2 << 16));
	packer_close(NULL);
	batch_close(NULL);
}

RUN(every_codec_and_page_size, unreadable_pages_are_missing_and_nothing_else,
    holes_are_zeros_without_being_read, pages_that_fault_are_missing_and_nothing_else,
    a_file_cut_while_it_is_mapped, all_pages_unreadable, a_frame_past_the_end_of_memory,
    a_single_byte_keeps_a_page, same_bytes_for_every_thread_count,
    same_bytes_where_pages_teach_the_codec, planned_memory_is_that_of_the_codec)
