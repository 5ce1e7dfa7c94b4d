/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scan.c - read and classify every struct page once, in parallel */
#include "filter/scan.h"

#include "base/err.h"
#include "base/log.h"
#include "filter/page_facts.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_PAGES 32768 /* 64 blocks of the keep-map; a section of 128 MiB */

struct far_range {
	uint64_t first, nr;
	enum page_class class;
};

struct scan {
	const struct kernel *k;
	const struct memmap *m;
	const struct page_rules *r;
	const struct filter_cfg *cfg;
	struct selection *s;

	pthread_mutex_t lock; /* protects everything below, and the counts of s */
	size_t extent;
	uint64_t next; /* frame within extent */
	uint64_t done, total;
	uint64_t missing; /* struct pages of frames that the input does not have either */
	struct far_range *far;
	size_t nr_far;
};

/* Frames in a row for one map, changed in one call, so that whole blocks stay uniform. */
struct run {
	struct keepmap *map;
	uint64_t *dropped; /* clear them, and count here; NULL: set them */
	uint64_t first, nr;
};

/* One thread's part: its views, its counts, the chunk it works on. */
struct scanner {
	struct scan *scan;
	struct view *walk; /* page tables */
	struct view *data; /* struct pages */
	uint64_t first, end;
	struct run out, tier;
	uint64_t dropped[NR_PAGE_CLASSES];
	uint64_t nr_damaged, nr_scanned, nr_missing;
	bool reports; /* it runs on the caller's thread, which alone calls progress() */
};

static int far_add(struct scan *sc, uint64_t first, uint64_t nr, enum page_class class)
{
	struct far_range *more;

	pthread_mutex_lock(&sc->lock);
	more = realloc(sc->far, (sc->nr_far + 1) * sizeof(*more));
	if (more) {
		sc->far = more;
		more[sc->nr_far++] = (struct far_range){ first, nr, class };
	}
	pthread_mutex_unlock(&sc->lock);
	return more ? 0 : fail(-ENOMEM, "list of huge pages");
}

static void run_settle(struct run *r)
{
	if (r->nr > 0 && r->dropped)
		*r->dropped += keepmap_clear(r->map, r->first, r->nr);
	else if (r->nr > 0)
		keepmap_set(r->map, r->first, r->nr);
	r->nr = 0;
}

static void run_add(struct run *r, struct keepmap *map, uint64_t *dropped, uint64_t first,
		    uint64_t nr)
{
	if (r->map != map || r->dropped != dropped || r->first + r->nr != first) {
		run_settle(r);
		*r = (struct run){ .map = map, .dropped = dropped, .first = first };
	}
	r->nr += nr;
}

/* Apply a verdict on pfn; returns how many frames it covers. */
static uint64_t apply(struct scanner *t, uint64_t pfn, const struct page_verdict *v)
{
	struct selection *s = t->scan->s;
	uint64_t nr = 1ull << v->order;
	uint64_t near = nr < t->end - pfn ? nr : t->end - pfn;

	if (v->implausible)
		t->nr_damaged++;
	if (v->class != PAGE_KERNEL) {
		run_add(&t->out, s->keep, &t->dropped[v->class], pfn, near);
		/* Not enough memory for the list: the rest of the page is kept. */
		if (nr > near && far_add(t->scan, pfn + near, nr - near, v->class) < 0)
			fail_clear();
		return near;
	}
	if (v->reserved || v->slab)
		run_add(&t->tier, s->tier[v->reserved ? TIER_BOOT : TIER_SLAB], NULL, pfn, near);
	return 1;
}

/*
 * The head decides, but memory that failed is marked page by page, and must not be read: not even
 * if it is part of a compound page that stays.
 */
static void apply_tail(struct scanner *t, uint64_t pfn, const struct page_facts *f)
{
	if (f->flags & t->scan->r->hwpoison)
		run_add(&t->out, t->scan->s->keep, &t->dropped[PAGE_POISON], pfn, 1);
}

/* Struct pages page[0 .. nr) in a row; returns frames settled, at least nr. */
static uint64_t scan_run(struct scanner *t, uint64_t pfn, const char *page, uint64_t nr,
			 bool more_behind)
{
	const struct layout *l = &t->scan->k->layout;
	size_t size = (size_t)l->size_page;
	uint64_t i = 0;

	while (i < nr) {
		struct page_facts f;
		struct page_verdict v;

		page_facts_load(l, t->scan->r, page + i * size, i + 1 < nr || more_behind, &f);
		if (page_is_tail(&f)) {
			apply_tail(t, pfn + i, &f);
			i++;
			continue;
		}
		v = page_classify(t->scan->r, t->scan->cfg->level, pfn + i, &f);
		i += apply(t, pfn + i, &v);
		t->nr_scanned++;
	}
	return i;
}

/*
 * The struct pages of nr frames cannot be read; returns nr. Where they are missing because the
 * input was made without them, their frames were left out, too: that is no damage.
 */
static uint64_t scan_missing(struct scanner *t, uint64_t pfn, uint64_t nr)
{
	for (uint64_t i = 0; i < nr; i++) {
		bool held = keepmap_test(t->scan->s->keep, pfn + i);

		t->nr_damaged += held;
		t->nr_missing += !held;
	}
	return nr;
}

/* The struct page straddles a boundary of memory: put it together. */
static uint64_t scan_one(struct scanner *t, uint64_t pfn, uint64_t va)
{
	size_t size = (size_t)t->scan->k->layout.size_page;
	char pair[2 * 512];

	if (kernel_read(t->scan->k, t->walk, va, pair, 2 * size) == 0)
		return scan_run(t, pfn, pair, 1, true);
	if (kernel_read(t->scan->k, t->walk, va, pair, size) == 0)
		return scan_run(t, pfn, pair, 1, false);
	return scan_missing(t, pfn, 1);
}

/* Struct pages that lie in the bytes from an address on, in whole or part; up to nr. */
static uint64_t within(uint64_t bytes, size_t size, uint64_t nr)
{
	uint64_t n = (bytes + size - 1) / size;

	return n < nr ? n : nr;
}

/*
 * Map as many struct pages from va on as lie in a row physically, settle them.
 * The last of a row has no neighbour in the mapping and goes alone, because a
 * head's order is written in the page behind it.
 */
static uint64_t scan_row(struct scanner *t, uint64_t pfn, uint64_t va)
{
	const struct scan *sc = t->scan;
	size_t size = (size_t)sc->k->layout.size_page;
	uint64_t nr = t->end - pfn, most = nr, pa, left, small = 1ull << sc->k->page_shift;
	const void *page;
	int rc = 0;

	if (kernel_vtop(sc->k, t->walk, va, &pa, &left) < 0)
		return scan_missing(t, pfn, within(small - (va & (small - 1)), size, nr));
	if (left > source_map_max(sc->k->src))
		left = source_map_max(sc->k->src);
	if (left / size < nr + 1)
		nr = left / size ? left / size - 1 : 0;
	/* A hole in the middle of a large leaf: try what a small page maps. */
	if (nr > 0 && view_map(t->data, pa, (nr + 1) * size, &page) < 0) {
		left = small - (pa & (small - 1));
		nr = left / size ? left / size - 1 : 0;
		if (nr > 0)
			rc = view_map(t->data, pa, (nr + 1) * size, &page);
		if (rc == -EFAULT) /* the input does not have this page */
			return scan_missing(t, pfn, within(left, size, most));
		if (rc < 0)
			nr = 0;
	}
	if (nr == 0)
		return scan_one(t, pfn, va);
	return scan_run(t, pfn, page, nr, true);
}

static void scan_chunk(struct scanner *t, const struct memmap_extent *e)
{
	size_t size = (size_t)t->scan->k->layout.size_page;
	uint64_t pfn = t->first;

	while (pfn < t->end)
		pfn += scan_row(t, pfn, e->va + (pfn - e->first_pfn) * size);
	run_settle(&t->out);
	run_settle(&t->tier);
	if (view_damaged(t->data) || view_damaged(t->walk))
		t->nr_damaged++;
}

/* Without the lock: the callback may wait for a slow console. */
static void report(const struct scan *sc, uint64_t done)
{
	if (sc->cfg->progress)
		sc->cfg->progress(sc->cfg->arg, done, sc->total);
}

/* Take the next chunk, never across a border of chunks; NULL: none left. */
static const struct memmap_extent *claim(struct scanner *t)
{
	struct scan *sc = t->scan;
	const struct memmap_extent *e = NULL;
	uint64_t done;

	pthread_mutex_lock(&sc->lock);
	done = sc->done += t->end - t->first;
	while (sc->extent < sc->m->nr_extent && sc->next >= sc->m->extent[sc->extent].nr) {
		sc->extent++;
		sc->next = 0;
	}
	if (sc->extent < sc->m->nr_extent) {
		uint64_t end;

		e = &sc->m->extent[sc->extent];
		t->first = e->first_pfn + sc->next;
		end = (t->first / CHUNK_PAGES + 1) * CHUNK_PAGES;
		t->end = end < e->first_pfn + e->nr ? end : e->first_pfn + e->nr;
		sc->next += t->end - t->first;
	}
	pthread_mutex_unlock(&sc->lock);
	if (t->reports && e)
		report(sc, done);
	return e;
}

static void hand_in(struct scanner *t)
{
	struct selection *s = t->scan->s;

	pthread_mutex_lock(&t->scan->lock);
	for (unsigned c = 0; c < NR_PAGE_CLASSES; c++)
		s->counts.dropped[c] += t->dropped[c];
	s->counts.damaged += t->nr_damaged;
	s->counts.scanned += t->nr_scanned;
	t->scan->missing += t->nr_missing;
	pthread_mutex_unlock(&t->scan->lock);
}

/* Until nothing is left. A thread that gets no views leaves all to the others. */
static int scan_all(struct scan *sc, bool reports)
{
	struct scanner t = { .scan = sc, .reports = reports };
	const struct memmap_extent *e;
	int rc = view_open(t.scan->k->src, &t.walk);

	if (rc == 0)
		rc = view_open(t.scan->k->src, &t.data);
	while (rc == 0 && (e = claim(&t)) != NULL)
		scan_chunk(&t, e);
	view_close(t.walk);
	view_close(t.data);
	hand_in(&t);
	return rc;
}

static void *scanner_main(void *arg)
{
	(void)scan_all(arg, false);
	return NULL;
}

/*
 * The caller scans too, so it works without any other thread. An error only if nothing was scanned:
 * with views for one thread, that one scans everything.
 */
static int run_scanners(struct scan *sc)
{
	pthread_t thread[THREADS_MAX];
	unsigned nr = 0;
	int rc;

	while (nr + 1 < sc->cfg->nr_threads && nr < THREADS_MAX &&
	       pthread_create(&thread[nr], NULL, scanner_main, sc) == 0)
		nr++;
	rc = scan_all(sc, true);
	for (unsigned i = 0; i < nr; i++)
		pthread_join(thread[i], NULL);
	if (rc < 0 && sc->extent < sc->m->nr_extent)
		return rc;
	fail_clear();
	report(sc, sc->done);
	return 0;
}

int scan_memmap(const struct kernel *k, const struct memmap *m, const struct page_rules *r,
		const struct filter_cfg *cfg, struct selection *s)
{
	struct scan sc = { .k = k, .m = m, .r = r, .cfg = cfg, .s = s };
	int rc;

	for (size_t i = 0; i < m->nr_extent; i++)
		sc.total += m->extent[i].nr;
	pthread_mutex_init(&sc.lock, NULL);
	rc = run_scanners(&sc);
	pthread_mutex_destroy(&sc.lock);

	for (size_t i = 0; i < sc.nr_far; i++)
		s->counts.dropped[sc.far[i].class] +=
			keepmap_clear(s->keep, sc.far[i].first, sc.far[i].nr);
	free(sc.far);
	if (sc.missing)
		log_msg(LOG_COMMON,
			"the input lacks %ju struct pages; their page frames were left out, too",
			(uintmax_t)sc.missing);
	return rc;
}
