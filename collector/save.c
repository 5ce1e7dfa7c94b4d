/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save.c - opens the stages in order, and closes them */
#include "save.h"

#include "base/err.h"
#include "base/file.h"
#include "base/human.h"
#include "base/log.h"
#include "core_map.h"
#include "input.h"
#include "kernel/learn.h"
#include "estimate.h"
#include "seal/seal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PHASE_SCAN     "Scanning memory"
#define PHASE_SAVE     "Saving pages"
#define PHASE_TRY      "Compressing pages" /* nothing is saved */

#define VMCOREINFO_MAX ((size_t)64 << 10)

static int take_vmcoreinfo(struct source *src, const char *path)
{
	size_t len;
	char *text;
	int rc = file_read(path, VMCOREINFO_MAX, &text, &len);

	if (rc < 0)
		return fail(rc, "vmcoreinfo in %s", path);
	rc = memmem(text, len, "OSRELEASE=", 10)
		     ? source_set_vmcoreinfo(src, (struct blob){ text, len })
		     : fail_adopt(-EINVAL, "no line of it begins with OSRELEASE=");
	free(text);
	return rc < 0 ? fail(rc, "vmcoreinfo in %s", path) : 0;
}

int save_vmcoreinfo(struct save *s, const char *path, bool overwrite)
{
	const struct sink_file_cfg cfg = { .path = path, .overwrite = overwrite };
	const struct blob *text = &s->src->vmcoreinfo;
	struct sink *sink;
	int rc;

	if (text->len == 0)
		return fail(-ENOENT, "%s has no vmcoreinfo, and none is in its memory", s->part[0]);
	rc = sink_file_open(&cfg, &sink);
	if (rc < 0)
		return rc;
	rc = sink_write_at(sink, 0, text->data, text->len);
	if (rc == 0)
		rc = sink_commit(sink);
	sink_close(sink);
	return rc;
}

int save_open(const char *const *part, unsigned nr_parts, const char *vmcoreinfo, struct save *out)
{
	int rc;

	*out = (struct save){ .part = part, .nr_parts = nr_parts };
	rc = nr_parts == 1 ? input_open(part[0], &out->src)
			   : input_open_parts(part, nr_parts, &out->src);
	if (rc == 0 && vmcoreinfo)
		rc = take_vmcoreinfo(out->src, vmcoreinfo);
	if (rc == 0)
		rc = kernel_open(out->src, &out->kernel);
	if (rc == 0)
		rc = view_open(out->src, &out->view);
	if (rc < 0) {
		save_close(out);
		return rc;
	}
	if (out->src->cut_short)
		log_msg(LOG_ERROR, "%s is cut short: it ends before the memory its headers promise",
			part[0]);
	return 0;
}

void save_close(struct save *s)
{
	view_close(s->view);
	kernel_close(s->kernel);
	source_close(s->src);
	*s = (struct save){ 0 };
}

/* Writing the dump over what it is made from would destroy both. */
static int refuse_input(const struct save *s, const char *path)
{
	struct stat in, out;
	int rc = 0;

	for (unsigned i = 0; i < s->nr_parts && rc == 0; i++)
		if (stat(s->part[i], &in) == 0 && stat(path, &out) == 0 &&
		    in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			rc = fail_adopt(-EINVAL, "output is the vmcore itself; name another file");
	return rc < 0 ? fail(rc, "%s", path) : 0;
}

static int open_stdout(struct sink **out)
{
	int fd;

	if (isatty(STDOUT_FILENO))
		return fail(-EINVAL,
			    "standard output is a terminal; redirect it to a file or pipe");
	fd = dup(STDOUT_FILENO);
	if (fd < 0)
		return fail(-errno, "standard output");
	return sink_stream_open(fd, SINK_PATIENCE_MS, out);
}

/* Sealed or on a pipe, a dump is a flattened stream. below is taken over. */
static int open_flat(const struct save_cfg *cfg, struct sink *below, struct sink **out)
{
	int rc = cfg->seal ? sink_seal_open(below, cfg->seal, &below) : 0;

	return rc < 0 ? rc : sink_flat_open(below, out);
}

static int open_sink(const struct save *s, const struct save_cfg *cfg, struct sink **out)
{
	const struct sink_file_cfg file = { .path = cfg->dump, .overwrite = cfg->overwrite };
	int rc;

	if (cfg->dry_run)
		return sink_null_open(out);
	if (cfg->flat) {
		rc = open_stdout(out);
	} else {
		rc = refuse_input(s, cfg->dump);
		rc = rc < 0 ? rc : sink_file_open(&file, out);
	}
	return rc < 0 || !(cfg->flat || cfg->seal) ? rc : open_flat(cfg, *out, out);
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

static void fill_info(struct save *s, const struct save_cfg *cfg, struct selection *sel,
		      struct dump_info *info)
{
	const struct kernel *k = s->kernel;
	struct kernel_uts uts;

	kernel_uts(k, s->view, &uts);
	*info = (struct dump_info){
		.crash_time = k->crash_time,
		.notes = s->src->notes,
		.vmcoreinfo = s->src->vmcoreinfo,
		.nr_cpus = s->src->nr_cpus,
		.max_pfn = sel->counts.max_pfn,
		.nr_keep = sel->nr_keep,
		.phys_base = k->phys_base,
		.page_shift = k->page_shift,
		.dump_level = sel->level,
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

static void follow_dump(void *arg, const struct page_counts *c)
{
	progress_stored(arg, c->bytes);
	progress_reach(arg, c->done);
}

static int select_pages(struct save *s, const struct save_cfg *cfg, struct save_result *r,
			struct selection *sel)
{
	const struct filter_cfg filter = {
		.level = cfg->level,
		.nr_threads = r->plan.nr_scanners,
		.progress = follow_scan,
		.arg = cfg->progress,
	};
	int rc;

	if (filter_lacks(&s->kernel->layout, cfg->level))
		kernel_learn(s->kernel, s->view, cfg->vmlinux);
	progress_start(cfg->progress, PHASE_SCAN, filter_max_pfn(s->src, s->kernel->page_shift), 0);
	rc = filter_open(s->kernel, &filter, sel);
	progress_end(cfg->progress);
	if (cfg->phase_done)
		cfg->phase_done(cfg->arg);
	r->counts = sel->counts;
	r->level = sel->level;
	return rc;
}

static int write_pages(struct save *s, const struct save_cfg *cfg, struct save_result *r,
		       struct selection *sel, struct format *f)
{
	const struct dump_cfg dump_cfg = {
		.src = s->src,
		.selection = sel,
		.codec = cfg->codec,
		.codec_level = cfg->codec_level,
		.page_shift = s->kernel->page_shift,
		.recompress = cfg->recompress,
		.plan = &r->plan,
		.progress = follow_dump,
		.arg = cfg->progress,
	};
	struct ram_bits ram = { s->src->ram, s->src->nr_ram, s->kernel->page_shift };
	struct core_map map = { 0 };
	struct dump_info info;
	struct dump_run *d;
	int rc;

	if (cfg->elf)
		core_map_init(&map, s, sel->counts.max_pfn);
	fill_info(s, cfg, sel, &info);
	info.map = map.piece;
	info.nr_map = map.nr;
	info.ram_arg = s->src->saved ? (void *)s->src : &ram;
	if (cfg->dump && !cfg->dry_run)
		space_check(cfg->dump, f, &dump_cfg, &info);
	rc = dump_open(&dump_cfg, &d);
	if (rc < 0)
		return rc;
	progress_start(cfg->progress, cfg->dry_run ? PHASE_TRY : PHASE_SAVE, sel->nr_keep,
		       1ull << s->kernel->page_shift);
	rc = dump_pages(d, f, &info, &r->counts);
	progress_end(cfg->progress);
	if (cfg->phase_done)
		cfg->phase_done(cfg->arg);
	r->begun = rc == 0 || r->counts.done > 0;
	r->bytes_written = f->bytes_written;
	dump_close(d);
	return rc;
}

static void make_plan(const struct save *s, const struct save_cfg *cfg, struct save_result *r)
{
	const struct plan_cfg plan_cfg = {
		.nr_threads = cfg->nr_threads,
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
static void drop_useless(struct sink *sink, const struct format *f, struct save_result *r)
{
	if (f && f->opens && r->counts.done > r->counts.lost)
		return;
	sink_discard(sink);
	r->begun = false;
}

int save_dump(struct save *s, const struct save_cfg *cfg, struct save_result *result)
{
	struct selection sel = { 0 };
	struct format *f = NULL;
	struct sink *sink;
	bool whole;
	int rc = open_sink(s, cfg, &sink);

	*result = (struct save_result){ 0 };
	if (rc < 0)
		return rc;
	if (s->src->live && !cfg->dry_run)
		log_msg(LOG_ERROR,
			"%s is the memory of the running kernel: it changes while it is read, so "
			"the dump is not consistent",
			s->part[0]);
	make_plan(s, cfg, result);
	rc = cfg->elf ? format_elf_open(sink, &f) : format_kdump_open(sink, &f);
	if (rc == 0)
		rc = select_pages(s, cfg, result, &sel);
	if (rc == 0 && cfg->sample)
		rc = sample_selection(&sel, cfg->sample);
	if (rc == 0)
		rc = write_pages(s, cfg, result, &sel, f);
	/* A dump with missing pages keeps the incomplete name. */
	whole = result->counts.missing == 0 && !source_is_incomplete(s->src);
	if (rc == 0 && (whole || cfg->flat)) {
		rc = sink_commit(sink);
		result->complete = rc == 0 && whole;
		if (rc < 0)
			format_withdraw(f);
	}
	if (rc < 0)
		drop_useless(sink, f, result);
	format_close(f);
	filter_close(&sel);
	sink_close(sink);
	return rc;
}
