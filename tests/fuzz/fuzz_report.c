/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_report.c - the report of a real vmcore, some of the memory that it reads overwritten
 *
 * The vmcore is $FUZZ_VMCORE, else the first in the cache of the tests; without one nothing is
 * tried. Symbols and types stay whole (fuzz_kallsyms, fuzz_btf); a first report finds out which
 * pages are read. Then each byte is the seed of one change: a page, a place in it, and what to
 * write there: a number, or what another place has, so that pointers lead to something else, or
 * back.
 */
#include "report/report.h"

#include "base/err.h"
#include "base/log.h"
#include "kernel/btf_source.h"
#include "source/source.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#define PAGES_MAX   4096
#define CHANGES_MAX 64

static struct {
	struct source *src;
	struct kernel *k;
	struct view *v;
	struct report base; /* symbols and types */
	const struct source_ops *real;
	struct source_ops ops;
	uint64_t page[PAGES_MAX]; /* pa of what the report reads */
	unsigned nr;
	bool recording;
	/* Pages as this run has them. */
	uint64_t changed_pa[CHANGES_MAX];
	char changed[CHANGES_MAX][KMEM_PAGE];
	unsigned nr_changed;
} z;

static void record(uint64_t pa)
{
	for (unsigned i = 0; i < z.nr; i++)
		if (z.page[i] == pa)
			return;
	if (z.nr < PAGES_MAX)
		z.page[z.nr++] = pa;
}

static int map(struct view *v, uint64_t pa, size_t len, const void **out)
{
	uint64_t page = pa & ~(uint64_t)(KMEM_PAGE - 1);

	for (unsigned i = 0; i < z.nr_changed; i++)
		if (z.changed_pa[i] == page && pa - page + len <= KMEM_PAGE) {
			*out = z.changed[i] + (pa - page);
			return 0;
		}
	if (z.recording && len <= KMEM_PAGE)
		record(page);
	return z.real->view_map(v, pa, len, out);
}

static char *changed_page(unsigned i)
{
	const void *bytes;

	for (unsigned n = 0; n < z.nr_changed; n++)
		if (z.changed_pa[n] == z.page[i])
			return z.changed[n];
	if (z.nr_changed == CHANGES_MAX || z.real->view_map(z.v, z.page[i], KMEM_PAGE, &bytes) < 0)
		return NULL;
	memcpy(z.changed[z.nr_changed], bytes, KMEM_PAGE);
	z.changed_pa[z.nr_changed] = z.page[i];
	return z.changed[z.nr_changed++];
}

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Small numbers and flags are as likely as pointers to anywhere. */
static uint64_t number(uint64_t *state)
{
	static const uint64_t odd[] = { 0,
					1,
					UINT64_MAX,
					0xffffffff80000000ull,
					INT64_MAX,
					INT32_MAX,
					0xdead000000000122ull,
					0x4141414141414141ull };
	uint64_t n = next(state);

	return n & 1 ? odd[n >> 1 & 7] : n & 2 ? n >> (n >> 8 & 63) : n;
}

/* Each byte is one change, which those before it decide as well. */
static void change(const uint8_t *data, size_t size)
{
	uint64_t state = 0x9e3779b97f4a7c15ull;

	for (; size && z.nr_changed < CHANGES_MAX - 1; data++, size--) {
		char *to, *from;
		uint64_t how, value;

		state ^= *data * 0x100000001b3ull;
		to = changed_page((unsigned)(next(&state) % z.nr));
		how = next(&state);
		from = how & 1 ? changed_page((unsigned)(next(&state) % z.nr)) : NULL;
		value = number(&state);
		if (from)
			memcpy(&value, from + (how >> 32) % 512 * 8, sizeof(value));
		if (to)
			memcpy(to + (how >> 16) % 512 * 8, &value, how & 2 ? 1 : how & 4 ? 4 : 8);
	}
}

/* All but symbols and types is read anew. */
static void report(void)
{
	struct report r = z.base;
	static char text[64 << 20];
	FILE *f = fmemopen(text, sizeof(text), "w");

	if (!f)
		abort();
	kmem_forget(r.mem);
	(void)kmodules_open(r.syms, r.btf, &r.mods);
	(void)kcpus_open(r.syms, r.btf, &r.cpus);
	(void)ktasks_open(r.syms, r.btf, r.cpus, REPORT_TASKS_FEW, &r.tasks);
	(void)unwinder_open(r.syms, r.btf, r.mods, &r.unwinder);
	fail_clear();
	/* What does not fit into 64 MiB has no bound. */
	if (report_text(&r, f) < 0 || report_json(&r, f) < 0)
		abort();
	fclose(f);
	unwinder_close(r.unwinder);
	ktasks_close(r.tasks);
	kcpus_close(r.cpus);
	kmodules_close(r.mods);
}

static const char *find_vmcore(void)
{
	const char *named = getenv("FUZZ_VMCORE");
	static glob_t g;

	if (named)
		return named;
	/* A new one: its lists are the longest. */
	if (glob("/var/cache/kdump-tests/vmcores/*/vmcore", 0, NULL, &g) != 0)
		return NULL;
	return g.gl_pathv[g.gl_pathc - 1];
}

static void open_vmcore(void)
{
	const char *path = find_vmcore();

	if (!path) {
		printf("# SKIP fuzz_report: no vmcore; make real fetches some\n");
		exit(0);
	}
	if (source_elf_open(path, &z.src) < 0 || kernel_open(z.src, &z.k) < 0 ||
	    view_open(z.src, &z.v) < 0 || kallsyms_open(z.k, z.v, &z.base.syms) < 0) {
		printf("%s: %s\n", path, fail_text());
		exit(1);
	}
	z.base.k = z.k;
	z.base.v = z.v;
	z.base.mem = kallsyms_kmem(z.base.syms);
	if (btf_open_kernel(z.k, z.v, z.base.syms, &z.base.btf) < 0)
		exit(1);
	z.real = z.src->ops;
	z.ops = *z.real;
	z.ops.view_map = map;
	z.src->ops = &z.ops;
	z.recording = true;
	report();
	z.recording = false;
	if (z.nr < 100)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!z.src) {
		log_setup(0, false);
		open_vmcore();
	}
	z.nr_changed = 0;
	change(data, size);
	report();
	return 0;
}
