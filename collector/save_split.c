/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * save_split.c - a dump in several files, written side by side
 *
 *     frames   0              end of 1          end of 2         max_pfn
 *              | file 1       | file 2          | file 3         |
 *
 * Each file has all headers and both bitmaps, but descriptors and data of its own frames only. All
 * of them have about as many pages. Each has a conductor of its own, a thread with a dump run.
 * They end together: readers want the same header in all, so either all are complete or none is.
 */
#include "save_impl.h"

#include "base/err.h"
#include "base/log.h"
#include "estimate.h"
#include "filter/keepmap.h"
#include "pack/pipeline.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#define PHASE_SAVE "Saving pages"

struct member {
	struct split *split;
	struct sink *sink;
	struct format *format;
	struct dump_run *run;
	struct dump_part part;
	struct dump_info info;
	struct page_counts counts;
	struct page_counts shown; /* under the lock of split */
	struct err_saved error;	  /* rc 0: none */
	pthread_t thread;
	bool begun, running;
};

struct split {
	struct save *save;
	const struct save_cfg *cfg;
	struct selection sel;
	struct ram_bits ram;
	struct member *member;
	unsigned nr;
	pthread_mutex_t lock; /* protects progress and shown */
};

static uint64_t block_weight(const struct keepmap *m, uint64_t block)
{
	uint64_t bits[KEEPMAP_WORDS], nr = 0;

	if (keepmap_block_empty(m, block))
		return 0;
	keepmap_block(m, block, bits);
	for (unsigned w = 0; w < KEEPMAP_WORDS; w++)
		nr += (uint64_t)__builtin_popcountll(bits[w]);
	return nr;
}

static uint64_t count_blocks(const struct keepmap *m, uint64_t nr_block)
{
	uint64_t nr = 0;

	for (uint64_t block = 0; block < nr_block; block++)
		nr += !keepmap_block_empty(m, block);
	return nr;
}

/* Every file gets a page: libkdumpfile cannot open a set with an empty one. */
static int share_out(struct split *s)
{
	const struct selection *sel = &s->sel;
	uint64_t nr_block = (sel->counts.max_pfn + KEEPMAP_BLOCK - 1) / KEEPMAP_BLOCK;
	uint64_t left = count_blocks(sel->keep, nr_block), sum = 0;
	unsigned n = 0;

	if (left < s->nr)
		return fail(-EINVAL,
			    "split: the pages to save lie in %" PRIu64
			    " blocks of 2 MiB, too few for %u files; name fewer",
			    left, s->nr);
	for (uint64_t block = 0; block < nr_block; block++) {
		struct dump_part *part = &s->member[n].part;
		uint64_t weight = block_weight(sel->keep, block);

		part->nr += weight;
		sum += weight;
		left -= weight > 0;
		if (n + 1 == s->nr || part->nr == 0 ||
		    (sum < sel->nr_keep * (n + 1) / s->nr && left >= s->nr - n))
			continue;
		part->end_pfn = (block + 1) * KEEPMAP_BLOCK;
		s->member[++n].part =
			(struct dump_part){ .first_pfn = part->end_pfn, .first_rank = sum };
	}
	s->member[n].part.end_pfn = sel->counts.max_pfn;
	return 0;
}

static int open_member(struct split *s, unsigned n)
{
	const char *path = s->cfg->member[n];
	struct member *m = &s->member[n];
	int rc = save_refuse_input(s->save, path);

	m->split = s;
	if (rc == 0)
		rc = save_open_file(s->cfg, path, &m->sink);
	if (rc == 0 && !m->sink->seekable)
		rc = fail(-EINVAL, "%s: a part of a split dump must be a file", path);
	return rc < 0 ? rc : format_kdump_open(m->sink, &m->format);
}

/* The sum over all files, shown as if it was one. */
static void follow(void *arg, const struct page_counts *t)
{
	struct member *m = arg;
	struct split *s = m->split;
	uint64_t done = 0, bytes = 0;

	pthread_mutex_lock(&s->lock);
	m->shown = *t;
	for (unsigned i = 0; i < s->nr; i++) {
		done += s->member[i].shown.done;
		bytes += s->member[i].shown.bytes;
	}
	progress_stored(s->cfg->progress, bytes);
	progress_reach(s->cfg->progress, done);
	pthread_mutex_unlock(&s->lock);
}

static struct dump_cfg member_cfg(struct split *s, struct member *m, struct save_result *r)
{
	return (struct dump_cfg){
		.src = s->save->src,
		.selection = &s->sel,
		.part = &m->part,
		.codec = s->cfg->codec,
		.codec_level = s->cfg->codec_level,
		.page_shift = s->save->kernel->page_shift,
		.recompress = s->cfg->recompress,
		.as_stored = s->cfg->as_stored,
		.plan = &r->plan,
		.progress = follow,
		.arg = m,
	};
}

static void describe_member(struct split *s, struct member *m)
{
	save_info(s->save, s->cfg, &s->sel, &m->info);
	m->info.ram_arg = s->save->src->saved ? (void *)s->save->src : &s->ram;
	m->info.part = &m->part;
}

static void check_space(struct split *s, struct save_result *r)
{
	const struct dump_cfg cfg = member_cfg(s, &s->member[0], r);
	struct space_file file[KDUMP_PARTS_MAX];
	unsigned nr = s->nr < KDUMP_PARTS_MAX ? s->nr : KDUMP_PARTS_MAX;

	for (unsigned i = 0; i < nr; i++) {
		const struct member *m = &s->member[i];

		file[i] = (struct space_file){ s->cfg->member[i],
					       m->format->ops->max_size(&m->info), m->part.nr };
	}
	space_check(file, nr, &cfg);
}

/* The part of a member that runs beside the others is set up; all memory is allocated. */
static int begin_member(struct split *s, unsigned n, struct save_result *r)
{
	struct member *m = &s->member[n];
	const struct dump_cfg cfg = member_cfg(s, m, r);
	int rc = dump_open(&cfg, &m->run);

	if (rc == 0)
		rc = format_begin(m->format, &m->info);
	m->begun = rc == 0;
	return rc < 0 ? fail(rc, "%s", s->cfg->member[n]) : 0;
}

static void *member_main(void *arg)
{
	struct member *m = arg;
	int rc = dump_pump(m->run, m->format, &m->counts);

	err_save(&m->error, rc);
	return NULL;
}

/* A file whose thread does not start comes after the others. */
static void run_members(struct split *s)
{
	sigset_t ours, theirs;

	pipeline_worker_signals(&theirs);
	pthread_sigmask(SIG_SETMASK, &theirs, &ours);
	for (unsigned i = 0; i < s->nr; i++)
		s->member[i].running =
			pthread_create(&s->member[i].thread, NULL, member_main, &s->member[i]) == 0;
	pthread_sigmask(SIG_SETMASK, &ours, NULL);
	for (unsigned i = 0; i < s->nr; i++)
		if (!s->member[i].running)
			member_main(&s->member[i]);
	for (unsigned i = 0; i < s->nr; i++)
		if (s->member[i].running)
			pthread_join(s->member[i].thread, NULL);
}

static void add_counts(const struct split *s, struct save_result *r)
{
	for (unsigned i = 0; i < s->nr; i++) {
		const struct member *m = &s->member[i];

		r->counts.done += m->counts.done;
		r->counts.zero += m->counts.zero;
		r->counts.missing += m->counts.missing;
		r->counts.lost += m->counts.lost;
		r->counts.bytes += m->counts.bytes;
		r->bytes_written += m->format->bytes_written;
	}
}

/* The error of the first file that has one; a message for each of the others. */
static int first_error(struct split *s)
{
	const struct member *first = NULL;

	for (unsigned i = 0; i < s->nr; i++) {
		const struct member *m = &s->member[i];

		if (m->error.rc < 0 && first)
			log_msg(LOG_ERROR, "%s: %s", s->cfg->member[i], m->error.message);
		first = m->error.rc < 0 && !first ? m : first;
	}
	if (!first)
		return 0;
	return fail(err_restore(&first->error), "%s", s->cfg->member[first - s->member]);
}

static int write_members(struct split *s, struct save_result *r)
{
	int rc = 0;

	for (unsigned i = 0; i < s->nr; i++)
		describe_member(s, &s->member[i]);
	check_space(s, r);
	for (unsigned i = 0; i < s->nr && rc == 0; i++)
		rc = begin_member(s, i, r);
	if (rc < 0)
		return rc;
	progress_start(s->cfg->progress, PHASE_SAVE, s->sel.nr_keep,
		       1ull << s->save->kernel->page_shift);
	run_members(s);
	progress_end(s->cfg->progress);
	if (s->cfg->phase_done)
		s->cfg->phase_done(s->cfg->arg);
	add_counts(s, r);
	return first_error(s);
}

/* Put the incomplete mark back into all files: what is said of one holds for the dump. */
static void withdraw(struct split *s)
{
	for (unsigned i = 0; i < s->nr; i++)
		format_withdraw(s->member[i].format);
}

/* All files get their names, or none. */
static int commit_members(struct split *s)
{
	int rc = 0;

	for (unsigned i = 0; i < s->nr; i++) {
		rc = sink_commit(s->member[i].sink);
		if (rc == 0)
			continue;
		while (i-- > 0)
			sink_retract(s->member[i].sink);
		break;
	}
	return rc;
}

/* Finish every file that took all its pages; whole: so did all of them. */
static int end_members(struct split *s, bool whole)
{
	int rc = 0;

	for (unsigned i = 0; i < s->nr && rc == 0; i++)
		if (s->member[i].error.rc == 0)
			rc = format_end(s->member[i].format, whole);
	if (rc == 0 && whole)
		rc = commit_members(s);
	if (rc < 0)
		withdraw(s);
	return rc;
}

static int open_members(struct split *s)
{
	int rc = 0;

	s->member = calloc(s->nr, sizeof(*s->member));
	if (!s->member)
		return fail(-ENOMEM, "%u files of a split dump", s->nr);
	for (unsigned i = 0; i < s->nr && rc == 0; i++)
		rc = open_member(s, i);
	return rc;
}

/* Files without a page are removed unless the dump is complete. */
static void close_members(struct split *s, struct save_result *r, int rc)
{
	for (unsigned i = 0; s->member && i < s->nr; i++) {
		struct member *m = &s->member[i];

		if (m->sink && save_tries_again(s->cfg, rc))
			sink_discard(m->sink);
		else if (m->sink && !r->complete &&
			 !save_drop_useless(m->sink, m->begun ? m->format : NULL, &m->counts))
			r->begun = true;
		dump_close(m->run);
		format_close(m->format);
		sink_close(m->sink);
	}
	free(s->member);
	filter_close(&s->sel);
	pthread_mutex_destroy(&s->lock);
}

int save_split(struct save *save, const struct save_cfg *cfg, struct save_result *result)
{
	struct split s = {
		.save = save,
		.cfg = cfg,
		.nr = cfg->nr_members,
		.ram = { save->src->ram, save->src->nr_ram, save->kernel->page_shift },
	};
	bool whole;
	int rc;

	*result = (struct save_result){ 0 };
	pthread_mutex_init(&s.lock, NULL);
	rc = open_members(&s);
	if (rc == 0) {
		save_warn_live(save, cfg);
		save_plan(save, cfg, result);
		rc = save_select(save, cfg, result, &s.sel);
	}
	if (rc == 0)
		rc = share_out(&s);
	if (rc == 0) {
		rc = write_members(&s, result);
		whole = rc == 0 && result->counts.missing == 0 && !source_is_incomplete(save->src);
		if (result->counts.done > 0) {
			struct err_saved error;

			err_save(&error, rc);
			rc = end_members(&s, whole);
			if (error.rc < 0)
				rc = err_restore(&error);
		}
		result->complete = result->begun = rc == 0 && whole;
	}
	close_members(&s, result, rc);
	return rc;
}
