/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flat_pieces.c - cut pieces that overlap, so that none do; in memory or in a mapped file */
#include "source/flat_pieces.h"

#include "base/err.h"
#include "base/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEMORY_MAX ((size_t)1 << 20) /* more than this goes to a file, if there can be one */

/* Anonymous memory, or the mapping of an unnamed file. NULL: neither is possible. */
static void *reserve(size_t len)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS, fd = -1;
	void *p;

	if (len > MEMORY_MAX)
		fd = file_temp();
	/* Allocate the blocks now: on a full disk, a write to the mapping would raise SIGBUS. */
	if (fd >= 0 && posix_fallocate(fd, 0, (off_t)len) != 0) {
		close(fd);
		fd = -1;
	}
	if (fd >= 0)
		flags = MAP_SHARED;
	else
		fail_clear(); /* memory will do */
	p = mmap(NULL, len, PROT_READ | PROT_WRITE, flags, fd, 0);
	if (fd >= 0)
		close(fd);
	return p == MAP_FAILED ? NULL : p;
}

int flat_pieces_open(struct flat_pieces *p, uint64_t capacity)
{
	*p = (struct flat_pieces){ .capacity = capacity + 1 };
	p->piece = capacity < SIZE_MAX / sizeof(*p->piece) - 1
			   ? reserve((size_t)p->capacity * sizeof(*p->piece))
			   : NULL;
	return p->piece ? 0
			: fail(-ENOMEM, "index of %ju pieces of the stream", (uintmax_t)capacity);
}

void flat_pieces_close(struct flat_pieces *p)
{
	if (p->piece)
		munmap(p->piece, (size_t)p->capacity * sizeof(*p->piece));
	*p = (struct flat_pieces){ 0 };
}

static bool is_before(const struct flat_piece *a, const struct flat_piece *b)
{
	return a->off != b->off ? a->off < b->off : a->at < b->at;
}

static void swap(struct flat_piece *a, struct flat_piece *b)
{
	struct flat_piece t = *a;

	*a = *b;
	*b = t;
}

/* Heap with the last piece on top: sift down the one at i. */
static void sink_down(struct flat_piece *h, uint64_t nr, uint64_t i)
{
	for (uint64_t child; (child = 2 * i + 1) < nr; i = child) {
		if (child + 1 < nr && is_before(&h[child], &h[child + 1]))
			child++;
		if (!is_before(&h[i], &h[child]))
			return;
		swap(&h[i], &h[child]);
	}
}

/* In place: qsort() of glibc takes as much memory again. */
static void sort(struct flat_piece *h, uint64_t nr)
{
	for (uint64_t i = nr / 2; i-- > 0;)
		sink_down(h, nr, i);
	for (uint64_t i = nr; i-- > 1;) {
		swap(&h[0], &h[i]);
		sink_down(h, i, 0);
	}
}

static bool overlaps(const struct flat_pieces *p)
{
	for (uint64_t i = 1; i < p->nr; i++)
		if (p->piece[i].off < p->piece[i - 1].off + p->piece[i - 1].len)
			return true;
	return false;
}

/* A heap of pieces that begin at or before the point of the sweep, the latest on top. */
static void active_push(struct flat_pieces *h, const struct flat_piece *e)
{
	uint64_t i = h->nr++;

	h->piece[i] = *e;
	for (; i > 0 && h->piece[(i - 1) / 2].at < h->piece[i].at; i = (i - 1) / 2)
		swap(&h->piece[i], &h->piece[(i - 1) / 2]);
}

static void active_pop(struct flat_pieces *h)
{
	uint64_t i = 0;

	h->piece[0] = h->piece[--h->nr];
	for (uint64_t child; (child = 2 * i + 1) < h->nr; i = child) {
		if (child + 1 < h->nr && h->piece[child].at < h->piece[child + 1].at)
			child++;
		if (h->piece[i].at >= h->piece[child].at)
			return;
		swap(&h->piece[i], &h->piece[child]);
	}
}

/* Add the part of e in [from, to); merge it with the piece before if they are contiguous. */
static void emit(struct flat_pieces *out, const struct flat_piece *e, uint64_t from, uint64_t to)
{
	struct flat_piece *last = out->nr ? &out->piece[out->nr - 1] : NULL;
	uint64_t at = e->at + (from - e->off);

	if (last && last->off + last->len == from && last->at + last->len == at)
		last->len += to - from;
	else
		out->piece[out->nr++] = (struct flat_piece){ from, to - from, at };
}

/*
 * Sweep over the dump: at each point the latest piece counts. A piece begins or ends at each step,
 * so there are at most two steps for each.
 */
static void cut(const struct flat_pieces *in, struct flat_pieces *heap, struct flat_pieces *out)
{
	uint64_t i = 0, now = 0;

	while (i < in->nr || heap->nr > 0) {
		const struct flat_piece *top = &heap->piece[0];
		uint64_t to;

		if (heap->nr == 0)
			now = in->piece[i].off;
		while (i < in->nr && in->piece[i].off <= now)
			active_push(heap, &in->piece[i++]);
		while (heap->nr > 0 && top->off + top->len <= now)
			active_pop(heap);
		if (heap->nr == 0)
			continue;
		to = top->off + top->len;
		if (i < in->nr && in->piece[i].off < to)
			to = in->piece[i].off;
		emit(out, top, now, to);
		now = to;
	}
}

int flat_pieces_settle(struct flat_pieces *p)
{
	struct flat_pieces heap = { 0 }, out = { 0 };
	int rc;

	sort(p->piece, p->nr);
	if (!overlaps(p))
		return 0;
	rc = flat_pieces_open(&heap, p->nr);
	if (rc == 0)
		rc = flat_pieces_open(&out, 2 * p->nr);
	if (rc == 0)
		cut(p, &heap, &out);
	flat_pieces_close(&heap);
	flat_pieces_close(rc == 0 ? p : &out);
	if (rc == 0)
		*p = out;
	return rc;
}

uint64_t flat_pieces_find(const struct flat_pieces *p, uint64_t off)
{
	uint64_t lo = 0, hi = p->nr;

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (p->piece[mid].off + p->piece[mid].len <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
