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
#include "pack/pipeline.h"
#include "split_parts.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#define PHASE_SAVE "Saving pages"

struct member {
	struct split *split;
	struct sink *sink;
	struct format *format;
	struct dump_run *run;
	struct dump_part *part; /* of the split's */
	struct dump_info info;
	struct page_counts counts;
	struct page_counts shown; /* under the lock of split */
	struct err_saved error;	  /* rc 0: none */
	pthread_t thread;
	bool begun, running;
};

enum members_go { GO_WAIT, GO_RUN, GO_END };

struct split {
	struct save *save;
	const struct save_cfg *cfg;
	struct selection sel;
	struct ram_bits ram;
	struct member *member;
	struct dump_part *part;
	unsigned nr;
	pthread_mutex_t lock; /* protects progress, shown and go */
	pthread_cond_t gone;  /* go has changed */
	enum members_go go;
};

static int open_member(struct split *s, unsigned n)
{
	const char *path = s->cfg->member[n];
	struct member *m = &s->member[n];
	int rc = save_refuse_input(s->save, path);

	m->split = s;
	m->part = &s->part[n];
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
		.part = m->part,
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
	m->info.part = m->part;
}

static void check_space(struct split *s, struct save_result *r)
{
	const struct dump_cfg cfg = member_cfg(s, &s->member[0], r);
	struct space_file file[KDUMP_PARTS_MAX];
	unsigned nr = s->nr < KDUMP_PARTS_MAX ? s->nr : KDUMP_PARTS_MAX;

	for (unsigned i = 0; i < nr; i++) {
		const struct member *m = &s->member[i];

		file[i] = (struct space_file){ s->cfg->member[i],
					       m->format->ops->max_size(&m->info), m->part->nr };
	}
	space_check(file, nr, &cfg);
}

static void *member_main(void *arg)
{
	struct member *m = arg;
	struct split *s = m->split;
	int rc = 0;
	bool run;

	pthread_mutex_lock(&s->lock);
	while (s->go == GO_WAIT)
		pthread_cond_wait(&s->gone, &s->lock);
	run = s->go == GO_RUN;
	pthread_mutex_unlock(&s->lock);
	if (run)
		rc = dump_pump(m->run, m->format, &m->counts);
	err_save(&m->error, rc);
	return NULL;
}

/*
 * All memory is allocated, all threads start, and wait: as in save.c, before mem_map is read. A
 * file whose thread does not start comes after the others.
 */
static int start_members(struct split *s, struct save_result *r)
{
	sigset_t ours, theirs;
	int rc = 0;

	pipeline_worker_signals(&theirs);
	pthread_sigmask(SIG_SETMASK, &theirs, &ours);
	for (unsigned i = 0; i < s->nr && rc == 0; i++) {
		struct member *m = &s->member[i];
		const struct dump_cfg cfg = member_cfg(s, m, r);

		rc = dump_open(&cfg, &m->run);
		if (rc == 0)
			m->running = pthread_create(&m->thread, NULL, member_main, m) == 0;
		else
			fail(rc, "%s", s->cfg->member[i]);
	}
	pthread_sigmask(SIG_SETMASK, &ours, NULL);
	return rc;
}

/* go: run what was begun, or end without. */
static void finish_members(struct split *s, enum members_go go)
{
	pthread_mutex_lock(&s->lock);
	s->go = go;
	pthread_cond_broadcast(&s->gone);
	pthread_mutex_unlock(&s->lock);
	for (unsigned i = 0; i < s->nr && go == GO_RUN; i++)
		if (!s->member[i].running)
			member_main(&s->member[i]);
	for (unsigned i = 0; s->member && i < s->nr; i++) {
		if (s->member[i].running)
			pthread_join(s->member[i].thread, NULL);
		s->member[i].running = false;
	}
}

static int begin_members(struct split *s)
{
	int rc = 0;

	for (unsigned i = 0; i < s->nr && rc == 0; i++) {
		struct member *m = &s->member[i];

		rc = format_begin(m->format, &m->info);
		m->begun = rc == 0;
		if (rc < 0)
			fail(rc, "%s", s->cfg->member[i]);
	}
	return rc;
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
	int rc;

	for (unsigned i = 0; i < s->nr; i++)
		describe_member(s, &s->member[i]);
	check_space(s, r);
	rc = begin_members(s);
	if (rc < 0)
		return rc;
	progress_start(s->cfg->progress, PHASE_SAVE, s->sel.nr_keep,
		       1ull << s->save->kernel->page_shift);
	finish_members(s, GO_RUN);
	progress_end(s->cfg->progress);
	if (s->cfg->phase_done)
		s->cfg->phase_done(s->cfg->arg);
	add_counts(s, r);
	return 0;
}

static bool took_all(const struct split *s)
{
	for (unsigned i = 0; i < s->nr; i++)
		if (s->member[i].error.rc < 0)
			return false;
	return true;
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

/*
 * Finish every file that took all its pages, those behind one that fails, too: the descriptors of
 * their last pages are written only now. whole: all files took all their pages.
 */
static int end_members(struct split *s, bool whole, struct save_result *r)
{
	int rc = 0;

	for (unsigned i = 0; i < s->nr; i++) {
		struct member *m = &s->member[i];
		uint64_t lost = m->format->pages_lost;

		if (m->error.rc == 0)
			err_save(&m->error, format_end(m->format, whole && rc == 0));
		if (m->error.rc < 0)
			rc = m->error.rc;
		r->counts.lost += m->format->pages_lost - lost;
	}
	if (rc < 0)
		rc = first_error(s);
	else if (whole)
		rc = commit_members(s);
	if (rc < 0)
		withdraw(s);
	return rc;
}

static int open_members(struct split *s)
{
	int rc = 0;

	s->member = calloc(s->nr, sizeof(*s->member));
	s->part = calloc(s->nr, sizeof(*s->part));
	if (!s->member || !s->part)
		return fail(-ENOMEM, "%u files of a split dump", s->nr);
	for (unsigned i = 0; i < s->nr && rc == 0; i++)
		rc = open_member(s, i);
	return rc;
}

/* Files without a page are removed unless the dump is complete. */
static void close_members(struct split *s, struct save_result *r, int rc)
{
	finish_members(s, GO_END);
	r->again = save_tries_again(s->cfg, rc);
	for (unsigned i = 0; s->member && i < s->nr; i++) {
		struct member *m = &s->member[i];

		if (m->sink && r->again)
			sink_discard(m->sink);
		else if (m->sink && !r->complete &&
			 !save_drop_useless(m->sink, m->begun ? m->format : NULL, &m->counts))
			r->begun = true;
		dump_close(m->run);
		format_close(m->format);
		sink_close(m->sink);
	}
	free(s->member);
	free(s->part);
	filter_close(&s->sel);
	pthread_cond_destroy(&s->gone);
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
	pthread_cond_init(&s.gone, NULL);
	rc = open_members(&s);
	if (rc == 0) {
		save_warn_live(save, cfg);
		save_plan(save, cfg, result);
		rc = start_members(&s, result);
	}
	if (rc == 0)
		rc = save_select(save, cfg, result, &s.sel);
	if (rc == 0)
		rc = split_parts(&s.sel, s.part, s.nr);
	if (rc == 0)
		rc = write_members(&s, result);
	if (rc == 0) {
		whole = took_all(&s) && result->counts.missing == 0 &&
			!source_is_incomplete(save->src);
		rc = end_members(&s, whole, result);
		result->complete = result->begun = rc == 0 && whole;
	}
	close_members(&s, result, rc);
	return rc;
}
