/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_steps.c - the steps of saving a dump that one file and a split dump share */
#include "save_impl.h"

#include "base/err.h"
#include "base/human.h"
#include "base/log.h"
#include "filter/keepmap.h"
#include "kernel/learn.h"
#include "seal/seal.h"
#include "source/notes.h"

#include <string.h>
#include <sys/stat.h>

#define PHASE_SCAN "Scanning memory"

/* Writing the dump over what it is made from would destroy both. */
int save_refuse_input(const struct save *s, const char *path)
{
	struct stat in, out;
	int rc = 0;

	for (unsigned i = 0; i < s->nr_parts && rc == 0; i++)
		if (stat(s->part[i], &in) == 0 && stat(path, &out) == 0 &&
		    in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			rc = fail_adopt(-EINVAL, "output is the vmcore itself; name another file");
	return rc < 0 ? fail(rc, "%s", path) : 0;
}

/*
 * bits_fn of output/format.h: RAM as a dump has it. They could be read a moment ago; if that fails
 * now, the new dump says that it is not whole.
 */
static void saved_ram_bits(void *arg, uint64_t first_pfn, uint8_t *buf, size_t len)
{
	struct source *src = arg;

	if (src->ops->frames(src, FRAMES_RAM, first_pfn, buf, len) < 0) {
		log_msg(LOG_ERROR, "%s", fail_text());
		fail_clear();
		src->damaged = true;
	}
}

void save_info(struct save *s, const struct save_cfg *cfg, struct selection *sel,
	       struct dump_info *info)
{
	const struct kernel *k = s->kernel;
	struct notes_found found;
	struct kernel_uts uts;

	kernel_uts(k, s->view, &uts);
	notes_scan(s->src->notes, &found);
	*info = (struct dump_info){
		.crash_time = k->crash_time,
		.notes = s->src->notes,
		.vmcoreinfo = s->src->vmcoreinfo,
		.eraseinfo = found.eraseinfo,
		.nr_cpus = s->src->nr_cpus,
		.max_pfn = sel->counts.max_pfn,
		.nr_keep = sel->nr_keep,
		.phys_base = k->phys_base,
		.page_shift = k->page_shift,
		.dump_level = sel->level,
		.unused_vm_out = sel->counts.dropped[PAGE_UNUSED_VM] > 0 ||
				 (s->src->saved && s->src->saved->unused_vm_out),
		.codec_flag = cfg->codec ? cfg->codec->flag : 0,
		.elf_machine = k->arch->elf_machine,
		.ram = s->src->saved ? saved_ram_bits : filter_ram_bits,
		.keep = keepmap_bits,
		.keep_arg = sel->keep,
	};
	memcpy(info->uts, uts.field, sizeof(info->uts));
}

/* The scan counts frames of mem_map; holes between them are no work. */
static void follow_scan(void *arg, uint64_t done, uint64_t total)
{
	struct progress *p = arg;

	p->total = total;
	progress_reach(p, done);
}

int save_select(struct save *s, const struct save_cfg *cfg, struct save_result *r,
		struct selection *sel)
{
	const struct filter_cfg filter = {
		.level = cfg->level,
		.keep_held = cfg->as_stored,
		.nr_threads = r->plan.nr_scanners,
		.user_stacks = cfg->user_stacks,
		.unused_vm = cfg->unused_vm,
		.progress = follow_scan,
		.arg = cfg->progress,
	};
	/* Every page is kept; the facts for its level tell which are important. */
	unsigned level = cfg->as_stored ? s->src->saved->level : cfg->level;
	int rc;

	if (filter_lacks(&s->kernel->layout, level))
		kernel_learn(s->kernel, s->view);
	progress_start(cfg->progress, PHASE_SCAN, filter_max_pfn(s->src, s->kernel->page_shift), 0);
	rc = filter_open(s->kernel, &filter, sel);
	progress_end(cfg->progress);
	if (cfg->phase_done)
		cfg->phase_done(cfg->arg);
	r->counts = sel->counts;
	r->level = sel->level;
	return rc;
}

static uint64_t leave_missing(struct save *s, struct keepmap *keep, uint64_t block)
{
	uint64_t bits[KEEPMAP_WORDS], nr = 0;
	struct packed_page page;

	keepmap_block(keep, block, bits);
	for (unsigned i = 0; i < KEEPMAP_BLOCK; i++) {
		uint64_t pfn = block * KEEPMAP_BLOCK + i;

		if ((bits[i / 64] >> i % 64 & 1) && view_packed(s->view, pfn, &page) == -EIO)
			nr += keepmap_clear(keep, pfn, 1);
	}
	return nr;
}

uint64_t save_leave_missing(struct save *s, struct selection *sel)
{
	uint64_t nr_block = (sel->counts.max_pfn + KEEPMAP_BLOCK - 1) / KEEPMAP_BLOCK, nr = 0;

	if (!s->src->saved || !source_is_incomplete(s->src))
		return 0;
	for (uint64_t block = 0; block < nr_block; block++)
		if (!keepmap_block_empty(sel->keep, block))
			nr += leave_missing(s, sel->keep, block);
	sel->nr_keep -= nr;
	return nr;
}

void save_plan(const struct save *s, const struct save_cfg *cfg, struct save_result *r)
{
	const struct plan_cfg plan_cfg = {
		.nr_threads = cfg->nr_threads,
		.nr_members = cfg->nr_members,
		.codec = cfg->codec,
		.codec_level = cfg->codec_level,
		.page_shift = s->kernel->page_shift,
		.max_pfn = filter_max_pfn(s->src, s->kernel->page_shift),
		.view_bytes = s->src->view_bytes,
		.of_dump = s->src->saved != NULL,
		.sink_bytes = cfg->seal ? SEAL_MEMORY : 0,
	};
	char a[HUMAN_MAX], b[HUMAN_MAX];

	plan_make(&plan_cfg, &r->plan);
	log_msg(LOG_DEBUG, "memory plan: %s with %u threads; %s are available",
		human_bytes(a, r->plan.bytes), r->plan.nr_threads,
		human_bytes(b, r->plan.available));
	if (r->plan.lowered || !r->plan.fits)
		log_msg(LOG_ERROR, "memory is short: going on with %u threads", r->plan.nr_threads);
}

/* A file that no reader opens, or without a single page, only takes space from the next try. */
bool save_drop_useless(struct sink *sink, const struct format *f, const struct page_counts *c)
{
	if (f && f->opens && c->done > c->lost)
		return false;
	sink_discard(sink);
	return true;
}

void save_warn_live(const struct save *s, const struct save_cfg *cfg)
{
	if (s->src->live && !cfg->dry_run)
		log_msg(LOG_ERROR,
			"%s is the memory of the running kernel: it changes while it is read, so "
			"the dump is not consistent",
			s->part[0]);
}

int save_open_file(const struct save_cfg *cfg, const char *path, struct sink **out)
{
	const struct sink_file_cfg file = { .path = path, .overwrite = cfg->overwrite };
	int rc = sink_file_open(&file, out);

	return rc < 0 || !cfg->size_limit ? rc : sink_limit_open(*out, cfg->size_limit, out);
}

bool save_tries_again(const struct save_cfg *cfg, int rc)
{
	return cfg->nr_next_levels > 0 && (rc == -ENOSPC || rc == -EDQUOT || rc == -EFBIG);
}
