/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter.c - from a level to a selection of page frames */
#include "filter/filter.h"

#include "base/err.h"
#include "base/log.h"
#include "filter/forced.h"
#include "filter/memmap.h"
#include "filter/pcp_free.h"
#include "filter/priority.h"
#include "filter/scan.h"
#include "filter/unused_vm.h"

#include <string.h>

static int open_maps(struct selection *s)
{
	int rc = keepmap_open(s->counts.max_pfn, &s->keep);

	for (unsigned t = 0; rc == 0 && t < NR_TIERS; t++)
		rc = keepmap_open(s->counts.max_pfn, &s->tier[t]);
	return rc;
}

#define PIECE_BYTES    4096

#define UNUSED_VM_KEPT "mem_map cannot be found; struct pages of pages that are left out are kept"

/* Set the frames whose bits are set in nr bytes; whole runs at once. */
static void set_bits(struct keepmap *m, uint64_t first, const uint8_t *bits, size_t nr)
{
	uint64_t run = 0;

	for (uint64_t i = 0; i < nr * 8; i++) {
		bool set = bits[i / 8] >> i % 8 & 1;

		if (set)
			run++;
		if (run && (!set || i + 1 == nr * 8)) {
			keepmap_set(m, first + i + set - run, run);
			run = 0;
		}
	}
}

/* Begin with every frame that the dump has a descriptor of. */
static int keep_held(const struct kernel *k, struct selection *s)
{
	uint8_t bits[PIECE_BYTES];
	uint64_t held;
	int rc = 0;

	for (uint64_t pfn = 0; rc == 0 && pfn < s->counts.max_pfn; pfn += PIECE_BYTES * 8) {
		rc = k->src->ops->frames(k->src, FRAMES_RAM, pfn, bits, sizeof(bits));
		for (size_t i = 0; rc == 0 && i < sizeof(bits); i++)
			s->counts.ram += (unsigned)__builtin_popcount(bits[i]);
		if (rc == 0)
			rc = k->src->ops->frames(k->src, FRAMES_HELD, pfn, bits, sizeof(bits));
		if (rc == 0)
			set_bits(s->keep, pfn, bits, sizeof(bits));
	}
	if (rc < 0)
		return fail(rc, "bitmaps of the dump");
	held = keepmap_count(s->keep);
	s->counts.absent = held < s->counts.ram ? s->counts.ram - held : 0;
	return 0;
}

/* The scan found out what is important; what it would leave out stays. */
static int keep_held_again(const struct kernel *k, struct selection *s)
{
	keepmap_close(s->keep);
	s->keep = NULL;
	s->counts.ram = 0;
	memset(s->counts.dropped, 0, sizeof(s->counts.dropped));
	return keepmap_open(s->counts.max_pfn, &s->keep) < 0 ? -ENOMEM : keep_held(k, s);
}

/* Begin with every frame the source has bytes of. */
static int keep_all(const struct kernel *k, struct selection *s)
{
	const struct source *src = k->src;
	uint64_t page = 1ull << k->page_shift, last = 0;

	for (size_t i = 0; i < src->nr_data; i++) {
		uint64_t from = src->data[i].start >> k->page_shift;

		keepmap_set(s->keep, from, ((src->data[i].end + page - 1) >> k->page_shift) - from);
	}
	for (size_t i = 0; i < src->nr_ram; i++) {
		uint64_t from = src->ram[i].start >> k->page_shift;
		uint64_t to = (src->ram[i].end + page - 1) >> k->page_shift;

		from = from > last ? from : last; /* two spans may share a frame */
		s->counts.ram += to > from ? to - from : 0;
		last = to > last ? to : last;
	}
	s->counts.absent = s->counts.ram - keepmap_count(s->keep);
	return 0;
}

/* Remove the levels that cannot be filtered for this kernel, and log them. */
static unsigned honest_level(const struct page_rules *r, const struct filter_cfg *cfg)
{
	unsigned level = cfg->level, lost = level & ~r->usable;

	if (lost && !cfg->keep_held)
		log_msg(LOG_ERROR,
			"dump level %u: it is not known how to find pages of "
			"level %u; they are kept",
			level, lost);
	return level & r->usable;
}

/* Is any page left out, so that others must not be? */
static bool leaves_out(const struct filter_cfg *cfg, unsigned level)
{
	return (level & ~(unsigned)LEVEL_ZERO) || cfg->unused_vm;
}

/* What the symbols and types in the dump tell of pages, where their struct pages do not. */
static void open_symbols(struct page_lookup *pages, const struct filter_cfg *cfg,
			 struct page_rules *r, struct filter_symbols *out)
{
	if (!leaves_out(cfg, cfg->level))
		return;
	filter_symbols_open(pages->k, pages->v, out);
	if (!out->cpus)
		log_msg(cfg->user_stacks ? LOG_ERROR : LOG_DEBUG,
			"per-CPU areas, running tasks and free pages on lists of CPUs are told by "
			"their struct pages only: %s",
			fail_text());
	fail_clear();
	if (out->btf)
		page_rules_learn(r, out->btf);
}

/* After the scan: keep what must not be dropped; then leave out the struct pages of the rest. */
static int finish(struct page_lookup *pages, const struct filter_cfg *cfg,
		  struct filter_symbols *symbols, struct selection *s)
{
	struct forced_cfg forced = { .pages = *pages, .user_stacks = cfg->user_stacks };
	struct unused_vm_cfg unused = { .k = pages->k, .v = pages->v, .m = pages->m };
	int rc = cfg->unused_vm ? keepmap_open(s->counts.max_pfn, &forced.all) : 0;

	if (rc < 0)
		return rc;
	if (s->level & LEVEL_FREE)
		pcp_free_apply(pages, symbols, s);
	if (leaves_out(cfg, s->level))
		forced_apply(&forced, symbols, s);
	unused.forced = forced.all;
	if (cfg->unused_vm)
		rc = unused_vm_apply(&unused, s);
	keepmap_close(forced.all);
	return rc;
}

/* The reason is in the message. Kernel pages can still come first; nothing can be dropped. */
static void keep_unfiltered(const struct page_rules *r, const struct filter_cfg *cfg,
			    struct selection *s)
{
	if (!cfg->keep_held && page_rules_need_scan(r, s->level))
		log_msg(LOG_ERROR, "memory is not filtered: %s", fail_text());
	s->level &= LEVEL_ZERO;
	fail_clear();
}

static int scan(const struct kernel *k, struct view *v, const struct filter_cfg *cfg,
		struct selection *s)
{
	struct filter_cfg mine = *cfg;
	struct page_rules r;
	struct memmap m = { 0 };
	struct page_lookup pages = { k, v, &m, &r, 0 };
	struct filter_symbols symbols = { 0 };
	bool scanned;
	int rc;

	page_rules_init(&r, &k->layout);
	s->level = mine.level = honest_level(&r, cfg);
	rc = memmap_open(k, v, s->counts.max_pfn, &m);
	if (rc == -ENOMEM)
		return rc;
	if (rc == 0)
		open_symbols(&pages, &mine, &r, &symbols);
	if (rc == 0 && page_rules_need_scan(&r, s->level)) {
		r.reserved = memmap_learn_reserved(&m, k, v, &r);
		rc = scan_memmap(k, &m, &r, &mine, s);
	}
	scanned = rc == 0;
	if (!scanned)
		keep_unfiltered(&r, cfg, s);
	priority_apply(k, v, &m, s);
	pages.level = s->level;
	rc = scanned ? finish(&pages, cfg, &symbols, s) : 0;
	if (!scanned && cfg->unused_vm)
		log_msg(LOG_ERROR, UNUSED_VM_KEPT);
	filter_symbols_close(&symbols);
	memmap_close(&m);
	return rc;
}

static void without_addresses(const struct filter_cfg *cfg, struct selection *s)
{
	s->level = cfg->level & LEVEL_ZERO;
	if (cfg->unused_vm)
		log_msg(LOG_ERROR, UNUSED_VM_KEPT);
}

int filter_open(const struct kernel *k, const struct filter_cfg *cfg, struct selection *out)
{
	/* Pages that the input left out already cannot come back. */
	const unsigned gone = k->src->saved ? k->src->saved->level : 0;
	struct filter_cfg effective = *cfg;
	struct view *v = NULL;
	int rc;

	*out = (struct selection){ .counts.max_pfn = filter_max_pfn(k->src, k->page_shift) };
	effective.level |= gone;
	rc = open_maps(out);
	if (rc == 0)
		rc = view_open(k->src, &v);
	if (rc == 0)
		rc = k->src->saved ? keep_held(k, out) : keep_all(k, out);
	if (rc == 0) {
		if (k->vtop_works)
			rc = scan(k, v, &effective, out);
		else
			without_addresses(&effective, out);
		if (rc == 0 && cfg->keep_held)
			rc = keep_held_again(k, out);
		out->level |= gone;
		out->nr_keep = out->counts.keep = out->keep ? keepmap_count(out->keep) : 0;
	}
	view_close(v);
	if (rc < 0)
		filter_close(out);
	return rc;
}

void filter_close(struct selection *s)
{
	keepmap_close(s->keep);
	for (unsigned t = 0; t < NR_TIERS; t++)
		keepmap_close(s->tier[t]);
	*s = (struct selection){ 0 };
}

/* Bits and state of the keep-map; the tiers hold little. */
uint64_t filter_memory(uint64_t max_pfn)
{
	return (max_pfn / 8 + max_pfn / KEEPMAP_BLOCK * 4) * 3 / 2;
}
