/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save.c - opens the stages in order, and closes them */
#include "save_impl.h"

#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "core_map.h"
#include "input.h"
#include "estimate.h"
#include "seal/seal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

int save_open(const char *const *part, unsigned nr_parts, const char *vmcoreinfo,
	      const char *vmlinux, struct save *out)
{
	int rc;

	*out = (struct save){ .part = part, .nr_parts = nr_parts };
	rc = nr_parts == 1 ? input_open(part[0], &out->src)
			   : input_open_parts(part, nr_parts, &out->src);
	if (rc == 0 && vmcoreinfo)
		rc = take_vmcoreinfo(out->src, vmcoreinfo);
	if (rc == 0)
		rc = kernel_open_with(out->src, vmlinux, &out->kernel);
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

/* *to_pipe: what is written is gone at once. */
static int open_sink(const struct save *s, const struct save_cfg *cfg, struct sink **out,
		     bool *to_pipe)
{
	int rc;

	*to_pipe = false;
	if (cfg->dry_run)
		return sink_null_open(out);
	if (cfg->flat) {
		rc = open_stdout(out);
		if (rc == 0 && cfg->size_limit)
			rc = sink_limit_open(*out, cfg->size_limit, out);
	} else {
		rc = save_refuse_input(s, cfg->dump);
		rc = rc < 0 ? rc : save_open_file(cfg, cfg->dump, out);
	}
	if (rc == 0 && cfg->sums)
		rc = sink_sum_open(*out, cfg->sums, out);
	/* A pipe that has a name is written in order, too. */
	*to_pipe = rc == 0 && !(*out)->seekable;
	return rc < 0 || (!*to_pipe && !cfg->seal) ? rc : open_flat(cfg, *out, out);
}

static void follow_dump(void *arg, const struct page_counts *c)
{
	progress_stored(arg, c->bytes);
	progress_reach(arg, c->done);
}

static struct dump_cfg pages_cfg(const struct save *s, const struct save_cfg *cfg,
				 const struct save_result *r, const struct selection *sel)
{
	return (struct dump_cfg){
		.src = s->src,
		.selection = sel,
		.codec = cfg->codec,
		.codec_level = cfg->codec_level,
		.page_shift = s->kernel->page_shift,
		.recompress = cfg->recompress,
		.as_stored = cfg->as_stored,
		.plan = &r->plan,
		.progress = follow_dump,
		.arg = cfg->progress,
	};
}

/*
 * The pages to save, and the threads for them. They start before mem_map is read: a live dump has
 * them among the tasks, and what the kernel allocates for them after it was read is left out.
 */
struct pages {
	struct selection sel;
	struct dump_cfg cfg;
	struct dump_run *run;
	uint64_t gone; /* left out of an ELF core, because they never came */
};

static int write_pages(struct save *s, const struct save_cfg *cfg, struct save_result *r,
		       struct pages *p, struct format *f)
{
	struct selection *sel = &p->sel;
	struct ram_bits ram = { s->src->ram, s->src->nr_ram, s->kernel->page_shift };
	struct core_map map = { 0 };
	struct dump_info info;
	int rc;

	if (cfg->elf)
		core_map_init(&map, s, sel->counts.max_pfn);
	save_info(s, cfg, sel, &info);
	info.map = map.piece;
	info.nr_map = map.nr;
	info.ram_arg = s->src->saved ? (void *)s->src : &ram;
	if (cfg->dump && !cfg->dry_run)
		space_check(&(struct space_file){ cfg->dump, f->ops->max_size(&info),
						  sel->nr_keep },
			    1, &p->cfg);
	progress_start(cfg->progress, cfg->dry_run ? PHASE_TRY : PHASE_SAVE, sel->nr_keep,
		       1ull << s->kernel->page_shift);
	rc = dump_pages(p->run, f, &info, &r->counts);
	r->counts.done += p->gone;
	r->counts.missing += p->gone;
	progress_end(cfg->progress);
	if (cfg->phase_done)
		cfg->phase_done(cfg->arg);
	r->begun = rc == 0 || r->counts.done > p->gone;
	r->bytes_written = f->bytes_written;
	return rc;
}

/* Readers open a stream that a limit has cut, if it has its end. The message stays that of rc. */
static void end_stream(struct sink *sink, int rc)
{
	struct err_saved error;

	err_save(&error, rc);
	(void)sink_commit(sink);
	err_restore(&error);
}

static int save_file(struct save *s, const struct save_cfg *cfg, struct save_result *result)
{
	struct pages pages = { 0 };
	struct format *f = NULL;
	struct sink *sink;
	bool whole, to_pipe;
	int rc;

	*result = (struct save_result){ 0 };
	rc = open_sink(s, cfg, &sink, &to_pipe);
	if (rc < 0)
		return rc;
	save_warn_live(s, cfg);
	save_plan(s, cfg, result);
	rc = cfg->elf ? format_elf_open(sink, &f) : format_kdump_open(sink, &f);
	pages.cfg = pages_cfg(s, cfg, result, &pages.sel);
	if (rc == 0)
		rc = dump_open(&pages.cfg, &pages.run);
	if (rc == 0)
		rc = save_select(s, cfg, result, &pages.sel);
	if (rc == 0 && cfg->elf)
		pages.gone = save_leave_missing(s, &pages.sel);
	if (rc == 0 && cfg->sample)
		rc = sample_selection(&pages.sel, cfg->sample);
	if (rc == 0)
		rc = write_pages(s, cfg, result, &pages, f);
	dump_close(pages.run);
	/* A dump with missing pages keeps the incomplete name; a stream of one has its end. */
	whole = result->counts.missing == 0 && !source_is_incomplete(s->src);
	if (rc == 0 && (whole || to_pipe)) {
		rc = sink_commit(sink);
		result->complete = rc == 0 && whole;
		if (rc < 0)
			format_withdraw(f);
	} else if (to_pipe && f && f->stream_ends) {
		end_stream(sink, rc);
	}
	result->again = !to_pipe && save_tries_again(cfg, rc);
	if (result->again)
		sink_discard(sink);
	else if (rc < 0)
		result->begun &= !save_drop_useless(sink, f, &result->counts);
	format_close(f);
	filter_close(&pages.sel);
	sink_close(sink);
	return rc;
}

/*
 * With a list of levels: the next one where the disk is full. What is known of the kernel, its
 * symbols and types are kept; only mem_map is scanned again.
 */
int save_dump(struct save *s, const struct save_cfg *cfg, struct save_result *result)
{
	struct save_cfg now = *cfg;

	for (;;) {
		int rc = cfg->nr_members && !cfg->dry_run ? save_split(s, &now, result)
							  : save_file(s, &now, result);

		if (!result->again)
			return rc;
		log_msg(LOG_ERROR, "level %u does not fit: %s; trying level %u", now.level,
			fail_text(), now.next_level[0]);
		fail_clear();
		now.level = *now.next_level++;
		now.nr_next_levels--;
		if (cfg->sums && sums_restart(cfg->sums) < 0)
			return -ENOMEM;
	}
}
