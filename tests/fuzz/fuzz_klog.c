/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_klog.c - a kernel log with bytes changed
 *
 * The first byte picks the kind of log. Then, over and over:
 *
 *     where   offset       how many   bytes
 *     u8      u16, little  u8         ...
 *
 * Where is one of the log's own pieces of memory, so that every change hits
 * something the reader looks at.
 */
#include "base/err.h"
#include "base/log.h"
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

struct target {
	uint64_t pa, size;
};

struct machine {
	struct fix *f;
	struct target target[8];
	size_t nr;
	uint64_t size_at;  /* pa of count_bits or log_buf_len ... */
	uint64_t size_max; /* ... the largest that goes quickly ... */
	uint64_t size_ok;  /* ... and the largest that is not refused */
};

static void add(struct machine *m, uint64_t pa, uint64_t size)
{
	m->target[m->nr++] = (struct target){ pa, size };
}

static void make_ring(struct machine *m, bool exact_fit)
{
	struct fix_ring r;

	fix_ring_open(m->f, 4, 9, &r);
	r.exact_fit = exact_fit;
	for (unsigned i = 0; i < 40; i++)
		fix_ring_log(&r, i, &"some text of a message"[i % 20]);
	fix_ring_clear(&r);
	fix_ring_log(&r, 99, "one\nmore");
	m->size_at = r.rb;
	m->size_max = 10;
	m->size_ok = 24;
	add(m, r.prb, 8);
	add(m, r.rb, 96);
	add(m, r.clear_seq, 24);
	add(m, r.descs, 16 * 24);
	add(m, r.infos, 16 * 88);
	add(m, r.data, 512);
}

static void make_records(struct machine *m, bool caller)
{
	struct fix_records r;

	fix_records_open(m->f, 1024, caller, &r);
	for (unsigned i = 0; i < 60; i++)
		fix_records_log(&r, i, &"some text of a message"[i % 20]);
	fix_records_clear(&r);
	fix_records_log(&r, 99, "one\nmore");
	m->size_at = r.first_at - 8;
	m->size_max = 32768;
	m->size_ok = 1ull << 31;
	add(m, r.first_at - 16, 40);
	add(m, r.buf, 1024);
}

static void make(struct machine *m, uint8_t kind)
{
	const char *const era[] = { "5.10", "7.1", "4.19", "5.4" };

	m->f = fix_new();
	fix_machine(m->f, &(struct fix_opts){ .era = era[kind % 4] });
	/* The image is searched for the format of the caller column: keep it small. */
	m->f->load[0].size = m->f->load[0].file = 16 * FIX_PAGE;
	if (kind & 8)
		fix_write(m->f, m->f->image_pa + 15 * FIX_PAGE, "[%6s]", 6);
	if (kind % 4 < 2)
		make_ring(m, kind & 4);
	else
		make_records(m, kind % 4 == 3);
	add(m, m->f->root_pa, FIX_PAGE);
}

static void mutate(struct machine *m, const uint8_t *p, size_t left)
{
	while (left > 4) {
		const struct target *t = &m->target[p[0] % m->nr];
		uint64_t at = (uint64_t)(p[1] | p[2] << 8) % t->size;
		size_t n = p[3];

		p += 4;
		left -= 4;
		n = n < left ? n : left;
		n = n < t->size - at ? n : (size_t)(t->size - at);
		fix_write(m->f, t->pa + at, p, n);
		p += n;
		left -= n;
	}
}

/* Logs of gigabytes end too, but each takes seconds under a sanitizer. */
static void limit_size(struct machine *m)
{
	uint64_t size = fix_peek(m->f, m->size_at, 4);

	if (size > m->size_max && size <= m->size_ok)
		fix_poke(m->f, m->size_at, m->size_max, 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine m = { 0 };
	FILE *out = fopen("/dev/null", "w");

	if (size && out) {
		struct klog_counts counts;

		log_setup(0, false);
		make(&m, data[0]);
		mutate(&m, data + 1, size - 1);
		limit_size(&m);
		for (int partial = 0; partial < 2; partial++) {
			fix_print_to(m.f, partial, out, &counts);
			fail_clear();
		}
		fix_free(m.f);
	}
	if (out)
		fclose(out);
	return 0;
}
