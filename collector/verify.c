/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * verify.c - is all of a dump there, and can each page of it be unpacked?
 *
 * Descriptors are taken in chunks by the threads, in no order; the first fault is the one of the
 * lowest descriptor, so it is the same for every number of threads.
 */
#include "verify_impl.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "codec/codec.h"
#include "input.h"
#include "source/infile.h"
#include "source/kdump_headers.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK	    2048u /* descriptors */
#define MAP_BYTES   ((size_t)64 << 10)
#define WINDOW	    ((size_t)256 << 10)
#define CODEC_FLAGS (DUMP_ZLIB | DUMP_LZO | DUMP_SNAPPY | DUMP_ZSTD)

struct worker {
	struct verify *v;
	struct infile_window window;
	uint64_t pages, missing, bytes;
	uint64_t last_off; /* the page that was unpacked last: of zeroes, many times */
	uint32_t last_size, last_flags;
	struct dump_desc desc[CHUNK];
	char *page;
};

/* The bits of [first, first + 8 * len) of one bitmap that lie in this file's frames. */
static int read_bits(const struct verify *v, unsigned which, uint64_t first, uint8_t *buf,
		     size_t len)
{
	int rc = infile_read(&v->in, buf, len, v->head.bitmap[which] + first / 8);

	for (size_t i = 0; i < len * 8 && rc == 0; i++) {
		uint64_t pfn = first + i;

		if (pfn % 8 == 0 && pfn >= v->head.frames.start && pfn + 8 <= v->head.frames.end) {
			i += 7; /* a whole byte of them */
			continue;
		}
		if (pfn < v->head.frames.start || pfn >= v->head.frames.end)
			buf[i / 8] &= (uint8_t)~(1u << i % 8);
	}
	return rc;
}

static size_t map_piece(const struct verify *v, uint64_t first)
{
	uint64_t left = (v->head.nr_pfn + 7) / 8 - first / 8;

	return left < MAP_BYTES ? (size_t)left : MAP_BYTES;
}

/* The frame of descriptor number rank; for messages. */
static uint64_t frame_of(const struct verify *v, uint64_t rank)
{
	uint8_t *held = malloc(MAP_BYTES);
	uint64_t pfn = 0, seen = 0, found = UINT64_MAX;

	while (held && found == UINT64_MAX && pfn < v->head.nr_pfn) {
		size_t len = map_piece(v, pfn);

		if (read_bits(v, FRAMES_HELD, pfn, held, len) < 0)
			break;
		for (size_t i = 0; i < len * 8; i++)
			if (held[i / 8] >> i % 8 & 1 && seen++ == rank) {
				found = pfn + i;
				break;
			}
		pfn += len * 8;
	}
	free(held);
	return found;
}

/* Count descriptors; one for a frame that is no memory is a fault. */
static int check_maps(struct verify *v)
{
	uint8_t *held = malloc(MAP_BYTES), *ram = malloc(MAP_BYTES);
	int rc = held && ram ? 0 : fail(-ENOMEM, "bitmaps");

	for (uint64_t pfn = 0; pfn < v->head.nr_pfn && rc == 0; pfn += MAP_BYTES * 8) {
		size_t len = map_piece(v, pfn), i;

		rc = read_bits(v, FRAMES_HELD, pfn, held, len);
		if (rc == 0)
			rc = read_bits(v, FRAMES_RAM, pfn, ram, len);
		for (i = 0; i < len && rc == 0; i++) {
			v->nr += (uint64_t)__builtin_popcount(held[i]);
			if (held[i] & ~ram[i])
				verify_fault(v, POSITION_MAPS,
					     "near frame 0x%jx: page data without memory",
					     (uintmax_t)(pfn + i * 8));
		}
	}
	free(held);
	free(ram);
	return rc;
}

/* NULL if this can be a descriptor of a page, else what is wrong. */
static const char *wrong_desc(const struct verify *v, const struct dump_desc *d)
{
	uint32_t codec = d->flags & CODEC_FLAGS;

	if (d->offset == 0)
		return "it has no data";
	if (d->offset < 0 || (uint64_t)d->offset < v->data)
		return "its data would lie before all pages";
	if (d->size == 0 || d->size > v->head.block)
		return "its size is impossible";
	if ((uint64_t)d->offset > v->in.size || d->size > v->in.size - (uint64_t)d->offset)
		return "its data lies behind the end of the file";
	if (codec & (codec - 1))
		return "it has two compressors";
	if (!codec && d->size != v->head.block)
		return "it is not compressed, and has not the size of a page";
	return NULL;
}

/* Read and unpack; NULL, or what is wrong. */
static const char *wrong_data(struct worker *w, const struct dump_desc *d)
{
	uint32_t flag = d->flags & CODEC_FLAGS;
	const struct codec *codec = codec_by_flag(flag);
	const void *data;

	if (flag && !codec)
		return "its compressor is not built into this program";
	if (infile_window_get(&w->window, &w->v->in, d->size, (uint64_t)d->offset, &data) < 0)
		return "its data cannot be read";
	if (flag && codec->decompress(data, d->size, w->page, w->v->head.block) < 0)
		return "its data is damaged: it cannot be unpacked";
	w->bytes += d->size;
	return NULL;
}

static void check_page(struct worker *w, uint64_t rank, const struct dump_desc *d)
{
	struct verify *v = w->v;
	const char *wrong;
	uint64_t pfn;

	w->pages++;
	if (d->offset == 0 && v->out->incomplete) {
		w->missing++;
		return;
	}
	if ((uint64_t)d->offset == w->last_off && d->size == w->last_size &&
	    d->flags == w->last_flags)
		return;
	wrong = wrong_desc(v, d);
	if (!wrong)
		wrong = wrong_data(w, d);
	fail_clear();
	if (!wrong) {
		w->last_off = (uint64_t)d->offset;
		w->last_size = d->size;
		w->last_flags = d->flags;
		return;
	}
	/* To find a frame takes as long as all bitmaps before it: not for each of millions. */
	if (verify_fault_counted(v, POSITION_PAGES + rank))
		return;
	pfn = frame_of(v, rank);
	verify_fault(v, POSITION_PAGES + rank,
		     "page frame 0x%jx (descriptor %ju, %u bytes at %jd): %s", (uintmax_t)pfn,
		     (uintmax_t)rank, d->size, (intmax_t)d->offset, wrong);
}

static void check_chunk(struct worker *w, uint64_t rank, size_t nr)
{
	struct verify *v = w->v;
	uint64_t at = v->head.desc_off + rank * sizeof(w->desc[0]);

	if (infile_read(&v->in, w->desc, nr * sizeof(w->desc[0]), at) < 0) {
		fail_clear();
		verify_fault(v, POSITION_PAGES + rank, "descriptors at %ju cannot be read",
			     (uintmax_t)at);
		w->pages += nr;
		return;
	}
	for (size_t i = 0; i < nr; i++)
		check_page(w, rank + i, &w->desc[i]);
}

static void *check_pages(void *arg)
{
	struct worker *w = arg;
	struct verify *v = w->v;

	for (;;) {
		uint64_t rank, nr;

		pthread_mutex_lock(&v->lock);
		rank = v->next;
		nr = v->nr - rank < CHUNK ? v->nr - rank : CHUNK;
		v->next += nr;
		pthread_mutex_unlock(&v->lock);
		if (nr == 0)
			return NULL;
		check_chunk(w, rank, (size_t)nr);
	}
}

static void close_workers(struct worker **w, unsigned nr)
{
	for (unsigned i = 0; i < nr && w[i]; i++) {
		infile_window_fini(&w[i]->window);
		free(w[i]->page);
		free(w[i]);
	}
}

static int open_workers(struct verify *v, struct worker **w, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		w[i] = calloc(1, sizeof(*w[i]));
		if (w[i])
			w[i]->page = malloc(v->head.block);
		if (!w[i] || !w[i]->page)
			return fail(-ENOMEM, "verify");
		w[i]->v = v;
		w[i]->window.capacity = WINDOW;
	}
	return 0;
}

/* The caller's thread works, too; one that cannot be started is done without. */
static void run_workers(struct worker **w, unsigned nr)
{
	pthread_t thread[THREADS_MAX];
	unsigned started = 1;

	for (; started < nr; started++)
		if (pthread_create(&thread[started], NULL, check_pages, w[started]))
			break;
	check_pages(w[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(thread[i], NULL);
}

static int check_all_pages(struct verify *v, int threads)
{
	struct worker *w[THREADS_MAX] = { NULL };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned nr = threads < 0 ? (unsigned)(cpus > 0 ? cpus : 1) : (unsigned)threads;
	int rc;

	nr = nr == 0 ? 1 : nr > THREADS_MAX ? THREADS_MAX : nr;
	rc = open_workers(v, w, nr);
	if (rc == 0)
		run_workers(w, nr);
	for (unsigned i = 0; i < nr && w[i]; i++) {
		v->out->pages += w[i]->pages;
		v->out->missing += w[i]->missing;
		v->out->bytes += w[i]->bytes;
	}
	close_workers(w, nr);
	return rc;
}

static int verify_kdump(struct verify *v, int threads)
{
	int rc;

	v->out->incomplete = v->head.facts.incomplete;
	rc = check_maps(v);
	if (rc < 0)
		return rc;
	verify_notes(v);
	v->data = v->head.desc_off + v->nr * sizeof(struct dump_desc);
	return check_all_pages(v, threads);
}

/*
 * Its headers and notes are checked when it is opened; memory that is cut off is a fault, unless
 * the core says itself that pages are missing.
 */
static int verify_elf(const char *path, struct verify_result *out)
{
	struct source *src;
	int rc = input_open(path, &src);

	if (rc < 0)
		return rc;
	out->incomplete = source_is_incomplete(src);
	if (src->cut_short && !out->incomplete) {
		out->faults = 1;
		snprintf(out->first, sizeof(out->first),
			 "the file ends before the memory that its headers promise");
	}
	source_close(src);
	return 0;
}

int verify_dump(const char *path, int threads, struct verify_result *out)
{
	struct verify v = { .out = out };
	char magic[8] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	*out = (struct verify_result){ 0 };
	if (fd < 0)
		return fail(-errno, "%s", path);
	rc = infile_init(&v.in, fd);
	if (rc == 0 && v.in.cut) {
		infile_fini(&v.in);
		rc = fail(-EBADMSG, "flattened stream without an end; salvage it with -R first");
	}
	if (rc < 0)
		return fail(rc, "%s", path);
	pthread_mutex_init(&v.lock, NULL);
	rc = infile_read(&v.in, magic, sizeof(magic), 0);
	if (rc == 0 && memcmp(magic, DUMP_SIGNATURE, sizeof(magic)) == 0) {
		rc = kdump_headers_read(&v.in, &v.head);
		rc = rc < 0 ? rc : verify_kdump(&v, threads);
	} else if (rc == 0) {
		rc = verify_elf(path, out);
	}
	pthread_mutex_destroy(&v.lock);
	infile_fini(&v.in);
	return rc < 0 ? fail(rc, "%s", path) : 0;
}
