/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * codec_limit.c - how fast the pages of a dump can be compressed or decompressed, and no faster
 *
 *     codec_limit [--decompress] DUMP CODEC[:LEVEL] THREADS
 *
 * Reads all pages of DUMP that are not zero into memory, through libkdumpfile,
 * then has THREADS threads compress a share each and throw the result away. That
 * time is what a dump with this codec takes at the least. With --decompress the
 * time is that of decompressing what was compressed before. Prints one line:
 *
 *     codec seconds bytes_in bytes_out
 */
#include "codec/codec.h"

#include <libkdumpfile/kdumpfile.h>

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 64

struct pages {
	uint8_t *data;
	size_t nr, room, size;
};

/* One compressed page; size 0: it did not get smaller. */
struct packed {
	uint8_t *data;
	size_t size;
};

struct share {
	const struct codec *codec;
	void *ctx;
	const struct pages *pages;
	size_t first, nr;
	uint64_t bytes_out;
	struct packed *packed; /* NULL: measure compressing */
	pthread_barrier_t *start;
	pthread_t thread;
};

static bool is_zero(const uint8_t *p, size_t len)
{
	return p[0] == 0 && memcmp(p, p + 1, len - 1) == 0;
}

static void read_page(kdump_ctx_t *ctx, struct pages *p, uint64_t pfn)
{
	size_t len = p->size;

	if (p->nr == p->room) {
		p->room = p->room ? 2 * p->room : 4096;
		p->data = realloc(p->data, p->room * p->size);
		if (!p->data)
			err(1, "%zu pages", p->room);
	}
	if (kdump_read(ctx, KDUMP_MACHPHYSADDR, pfn * p->size, p->data + p->nr * p->size, &len) !=
		    KDUMP_OK ||
	    len != p->size)
		errx(1, "page %" PRIu64 ": %s", pfn, kdump_get_err(ctx));
	if (!is_zero(p->data + p->nr * p->size, p->size))
		p->nr++;
}

static void read_dump(const char *path, struct pages *p)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	kdump_ctx_t *ctx = kdump_new();
	kdump_attr_t map = { .type = KDUMP_BITMAP };
	kdump_addr_t pfn = 0;
	kdump_num_t size;

	if (fd < 0 || !ctx)
		err(1, "%s", path);
	if (kdump_open_fd(ctx, fd) != KDUMP_OK ||
	    kdump_get_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE, &size) != KDUMP_OK ||
	    kdump_get_typed_attr(ctx, KDUMP_ATTR_FILE_PAGEMAP, &map) != KDUMP_OK)
		errx(1, "%s: %s", path, kdump_get_err(ctx));
	p->size = size;
	for (; kdump_bmp_find_set(map.val.bitmap, &pfn) == KDUMP_OK; pfn++)
		read_page(ctx, p, pfn);
	kdump_bmp_decref(map.val.bitmap);
	kdump_free(ctx);
	close(fd);
}

static void *compress_share(void *arg)
{
	struct share *s = arg;
	size_t len = s->pages->size;
	uint8_t *out = malloc(2 * len); /* room as in a batch: more than a page */

	if (!out)
		err(1, "%zu bytes", 2 * len);
	memset(out, 0, 2 * len);
	pthread_barrier_wait(s->start);
	for (size_t i = s->first; i < s->first + s->nr; i++) {
		const uint8_t *page = s->pages->data + i * len;
		size_t size = s->codec->compress(s->ctx, page, len, out, 2 * len);

		s->bytes_out += size ? size : len;
	}
	free(out);
	return NULL;
}

/* All pages of the share, compressed, in memory of their own. */
static void pack_share(struct share *s, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < s->nr; i++) {
		const uint8_t *page = s->pages->data + (s->first + i) * len;
		struct packed *p = &s->packed[s->first + i];

		p->size = s->codec->compress(s->ctx, page, len, out, 2 * len);
		p->data = p->size ? malloc(p->size) : NULL;
		if (p->size && !p->data)
			err(1, "%zu bytes", p->size);
		if (p->size)
			memcpy(p->data, out, p->size);
	}
}

static void *decompress_share(void *arg)
{
	struct share *s = arg;
	size_t len = s->pages->size;
	uint8_t *out = malloc(2 * len);

	if (!out)
		err(1, "%zu bytes", 2 * len);
	pack_share(s, out, len);
	pthread_barrier_wait(s->start);
	for (size_t i = s->first; i < s->first + s->nr; i++) {
		const struct packed *p = &s->packed[i];

		if (p->size && s->codec->decompress(p->data, p->size, out, len) < 0)
			errx(1, "page %zu cannot be decompressed", i);
		s->bytes_out += p->size ? p->size : len;
	}
	free(out);
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void start_share(struct share *s, int level)
{
	s->ctx = s->codec->open(level, s->pages->size);
	if (!s->ctx ||
	    pthread_create(&s->thread, NULL, s->packed ? decompress_share : compress_share, s) != 0)
		errx(1, "cannot start a thread");
}

struct job {
	const struct codec *codec;
	int level;
	unsigned nr; /* threads */
	bool decompress;
};

static double run_all(const struct pages *p, const struct job *j, uint64_t *bytes_out)
{
	struct packed *packed = j->decompress ? calloc(p->nr, sizeof(*packed)) : NULL;
	const struct codec *c = j->codec;
	unsigned nr = j->nr;
	struct share *share = calloc(nr, sizeof(*share));
	pthread_barrier_t start;
	double began;

	if (!share || (j->decompress && !packed))
		err(1, "%u threads", nr);
	pthread_barrier_init(&start, NULL, nr + 1);
	for (unsigned t = 0; t < nr; t++) {
		size_t first = p->nr * t / nr, end = p->nr * (t + 1) / nr;

		share[t] =
			(struct share){ .codec = c, .pages = p, .packed = packed, .start = &start };
		share[t].first = first;
		share[t].nr = end - first;
		start_share(&share[t], j->level);
	}
	pthread_barrier_wait(&start);
	began = now();
	*bytes_out = 0;
	for (unsigned t = 0; t < nr; t++) {
		pthread_join(share[t].thread, NULL);
		*bytes_out += share[t].bytes_out;
		c->close(share[t].ctx);
	}
	pthread_barrier_destroy(&start);
	free(share);
	return now() - began;
}

int main(int argc, char **argv)
{
	struct pages pages = { 0 };
	struct job job = { 0 };
	char *level;
	uint64_t bytes_out;
	double seconds;
	long nr;

	if (argc == 5 && strcmp(argv[1], "--decompress") == 0) {
		job.decompress = true;
		argv++;
		argc--;
	}
	if (argc != 4)
		errx(2, "usage: codec_limit [--decompress] DUMP CODEC[:LEVEL] THREADS");
	level = strchr(argv[2], ':');
	if (level)
		*level++ = '\0';
	job.codec = codec_find(argv[2]);
	nr = strtol(argv[3], NULL, 10);
	if (!job.codec || nr < 1 || nr > MAX_THREADS)
		errx(2, "no codec %s, or not 1 to %d threads", argv[2], MAX_THREADS);
	job.nr = (unsigned)nr;
	job.level = level ? atoi(level) : job.codec->default_level;
	read_dump(argv[1], &pages);
	seconds = run_all(&pages, &job, &bytes_out);
	printf("%s %.4f %zu %" PRIu64 "\n", job.codec->name, seconds, pages.nr * pages.size,
	       bytes_out);
	free(pages.data);
	return 0;
}
