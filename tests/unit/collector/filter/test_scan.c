/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_scan.c - the scan goes on while its progress callback waits for a slow console */
#include "filter/filter.h"

#include "base/err.h"
#include "base/log.h"
#include "base/util.h"
#include "check.h"
#include "fixture.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum {
	RAM = 1 << 30, /* 8 chunks */
	LAST_PFN = RAM / FIX_PAGE - 8,
	PATIENCE_MS = 20000,
};

/* The source's own functions, but it notices when the struct page at pa is read. */
struct spy {
	struct source_ops ops;
	const struct source_ops *inner;
	uint64_t pa;
	_Atomic bool seen;
	pthread_t owner;
	unsigned own;	     /* views of the owner's thread so far */
	unsigned most;	     /* it gets no more; UINT_MAX: any number */
	_Atomic bool others; /* the other threads get views */
};

/* A console that takes nothing until the struct page was read. */
struct console {
	struct spy *spy;
	pthread_t owner;
	unsigned calls, stray_calls;
	uint64_t done, total;
	bool seen_at_once, went_back;
};

static int spy_map(struct view *v, uint64_t pa, size_t len, const void **out)
{
	struct spy *s = container_of(v->src->ops, struct spy, ops);
	int rc = s->inner->view_map(v, pa, len, out);

	if (pa <= s->pa && s->pa < pa + len)
		atomic_store(&s->seen, true);
	return rc;
}

static void wait_for_the_others(void *arg, uint64_t done, uint64_t total)
{
	struct console *c = arg;

	c->stray_calls += !pthread_equal(pthread_self(), c->owner);
	c->went_back |= done < c->done;
	c->done = done;
	c->total = total;
	if (c->calls++ > 0)
		return;
	for (int ms = 0; ms < PATIENCE_MS && !atomic_load(&c->spy->seen); ms++)
		usleep(1000);
	c->seen_at_once = atomic_load(&c->spy->seen);
}

static void scan_with(unsigned nr_threads, struct console *c)
{
	struct fix *f = fix_new();
	struct spy spy = { 0 };
	struct filter_cfg cfg = {
		.level = 31, .nr_threads = nr_threads, .progress = wait_for_the_others, .arg = c
	};
	struct selection s;
	struct source *src;
	struct kernel *k;

	log_setup(0, false);
	fix_machine(f, &(struct fix_opts){ .era = "6.1", .ram = RAM });
	fix_memmap(f, &(struct fix_memmap){ .vmemmap = true });
	src = fix_source(f);
	CHECK_EQ(kernel_open(src, &k), 0);
	spy = (struct spy){ .ops = *src->ops, .inner = src->ops, .pa = fix_page_pa(f, LAST_PFN) };
	spy.ops.view_map = spy_map;
	src->ops = &spy.ops;
	*c = (struct console){ .spy = &spy, .owner = pthread_self() };
	atomic_store(&spy.seen, nr_threads < 2); /* alone it would wait for itself */
	CHECK_EQ(filter_open(k, &cfg, &s), 0);
	CHECK_OP(s.counts.scanned, >, 0);
	filter_close(&s);
	src->ops = spy.inner;
	kernel_close(k);
	source_close(src);
	fix_free(f);
	fail_clear();
}

TEST(scanners_go_on_while_the_callback_waits)
{
	struct console c;

	scan_with(2, &c);
	CHECK(c.seen_at_once);
}

TEST(the_callback_runs_on_the_callers_thread)
{
	struct console c;

	for (unsigned nr_threads = 1; nr_threads <= 3; nr_threads++) {
		scan_with(nr_threads, &c);
		CHECK_OP(c.calls, >, 1);
		CHECK_EQ(c.stray_calls, 0);
	}
}

TEST(it_never_goes_back_and_ends_with_everything_done)
{
	struct console c;

	scan_with(3, &c);
	CHECK(!c.went_back);
	CHECK_OP(c.total, >, 0);
	CHECK_EQ(c.done, c.total);
}

/* As if so many views were open elsewhere that there is none left. */
static int spy_open(struct source *src, struct view **out)
{
	struct spy *s = container_of(src->ops, struct spy, ops);
	bool own = pthread_equal(pthread_self(), s->owner);

	if (own ? s->own++ >= s->most : !s->others)
		return fail_set(-EMFILE, "no more views");
	return s->inner->view_open(src, out);
}

/* Level 31 with three threads. The filter has a view, a scanner has two. */
static struct page_counts scan_without_views(unsigned most, bool others, unsigned *level)
{
	struct fix *f = fix_new();
	struct filter_cfg cfg = { .level = 31, .nr_threads = 3 };
	struct page_counts counts;
	struct spy spy = { 0 };
	struct selection s;
	struct source *src;
	struct kernel *k;

	log_setup(0, false);
	fix_machine(f, &(struct fix_opts){ .era = "6.1", .ram = RAM });
	fix_memmap(f, &(struct fix_memmap){ .vmemmap = true });
	fix_page_set(f, LAST_PFN, "OFFSET(page.flags)", 1ull << fix_fact(f, "NUMBER(PG_lru)"), 8);
	src = fix_source(f);
	CHECK_EQ(kernel_open(src, &k), 0);
	spy = (struct spy){ .ops = *src->ops, .inner = src->ops, .most = most, .others = others };
	spy.owner = pthread_self();
	spy.ops.view_open = spy_open;
	src->ops = &spy.ops;
	CHECK_EQ(filter_open(k, &cfg, &s), 0);
	CHECK_STR(fail_text(), "");
	counts = s.counts;
	*level = s.level;
	filter_close(&s);
	src->ops = spy.inner;
	kernel_close(k);
	source_close(src);
	fix_free(f);
	return counts;
}

/* What must not be dropped is kept, however few of the threads could scan. */
TEST(a_thread_without_views_leaves_its_work_to_the_others)
{
	unsigned level;
	struct page_counts all = scan_without_views(UINT_MAX, true, &level);

	CHECK(level == 31 && all.dropped[PAGE_CACHE] == 1);
	for (unsigned n = 0; n < 3; n++) {
		struct page_counts c = scan_without_views(n == 0 ? UINT_MAX : n, n > 0, &level);

		CHECK_EQ(level, 31);
		CHECK_EQ(c.scanned, all.scanned);
		CHECK_EQ(c.keep, all.keep);
	}
}

TEST(without_any_view_nothing_is_dropped_and_the_level_says_so)
{
	unsigned level;
	struct page_counts c = scan_without_views(1, false, &level);

	CHECK_EQ(level, 1);
	CHECK_EQ(c.keep, c.ram);
	CHECK_EQ(c.scanned, 0);
}

RUN(a_thread_without_views_leaves_its_work_to_the_others,
    without_any_view_nothing_is_dropped_and_the_level_says_so,
    scanners_go_on_while_the_callback_waits, the_callback_runs_on_the_callers_thread,
    it_never_goes_back_and_ends_with_everything_done)
