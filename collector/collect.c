/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect.c - kdump-collect as a function: runs the mode of the command line, prints the summary */
#include "collect.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/log.h"
#include "base/std_streams.h"
#include "checksums.h"
#include "codec/codec.h"
#include "cli/option_table.h"
#include "cli/options.h"
#include "estimate.h"
#include "file_names.h"
#include "output/sink.h"
#include "output/unflatten.h"
#include "save.h"
#include "saved_names.h"
#include "sealed.h"
#include "text_out.h"
#include "translate.h"
#include "summary/summary.h"
#include "verify.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define REARRANGE_IDLE 600 /* seconds without a byte: the sender is gone */

static void complain(const struct options *o)
{
	log_msg(LOG_ERROR, "%s: %s", options_program(o), fail_text());
	fail_clear();
}

/* The name of the file that the user finds at the end; NULL: none was written. */
static const char *output_name(const struct options *o, const struct save_result *r, char *buf,
			       size_t size)
{
	if (!r->begun || o->dry_run)
		return NULL;
	if (o->flat)
		return "standard output";
	saved_names(o, r->complete, buf, size);
	return buf;
}

static const struct codec *codec_used(const struct options *o, const struct source *src)
{
	return o->reassemble && src->saved ? codec_by_flag(src->saved->codec_flag) : o->codec;
}

static void fill_stats(struct dump_stats *st, const struct options *o, const struct save *s,
		       const struct save_result *r, const struct progress *p)
{
	const struct codec *codec = codec_used(o, s->src);

	st->release = s->kernel->release;
	if (!vmcoreinfo_text(s->src->vmcoreinfo, "BUILD-ID", st->build_id, sizeof(st->build_id)))
		st->build_id[0] = '\0';
	st->crash_time = s->kernel->crash_time;
	st->level = r->level;
	st->codec = codec ? codec->name : NULL;
	st->codec_level = o->codec_level;
	st->threads = (int)(o->nr_members ? o->nr_members * (r->plan.nr_threads + 1)
					  : r->plan.nr_threads);
	st->dry_run = o->dry_run;
	st->sampled = o->mem_usage ? r->counts.done : 0;
	st->page_size = 1u << s->kernel->page_shift;
	st->written = r->bytes_written;
	if (o->mem_usage) { /* page data is scaled; headers and bitmaps have their full size */
		uint64_t part = r->counts.bytes + r->counts.done * sizeof(struct dump_desc);

		st->written += stats_scaled(&r->counts, part) - part;
	}
	st->complete = r->complete;
	st->pages = r->counts;
	stats_phases(st, p);
	stats_memory(st);
}

static int json_text(void *st, FILE *f)
{
	return summary_json(f, st);
}

/* If saving never started, the error message is enough. Returns whether the JSON is there. */
static bool print_summary(const struct options *o, struct dump_stats *st, bool begun)
{
	if (begun && o->mem_usage && log_shows(LOG_COMMON))
		summary_usage(log_stream(LOG_COMMON), st);
	if (begun && log_shows(LOG_COMMON))
		summary_print(log_stream(LOG_COMMON), st);
	if (begun && log_shows(LOG_REPORT))
		summary_report(log_stream(LOG_REPORT), st);
	if (!o->json || text_out_write(o->json_path, json_text, st) == 0)
		return true;
	complain(o);
	return false;
}

/* What is shown while a dump is made, and the summary at its end. */
struct dump_report {
	struct dump_stats st;
	struct progress progress;
};

static void sample(void *arg)
{
	struct dump_report *report = arg;

	stats_memory(&report->st);
}

/* Warnings go into the summary too. The progress line is wiped before one is printed. */
static void take_warning(void *arg, enum log_kind kind, const char *line)
{
	struct dump_report *report = arg;

	if (kind == LOG_ERROR)
		stats_warn(&report->st, "%s", line);
	if (log_shows(kind))
		progress_hide(&report->progress);
}

static void report_partial(const struct options *o, const struct save_result *r)
{
	const struct page_counts *c = &r->counts;

	log_msg(LOG_ERROR,
		"%s: the dump is incomplete: %s%" PRIu64 " of %" PRIu64
		" pages are in it; crash opens it with --zero_excluded",
		options_program(o), c->lost ? "at least " : "", c->done - c->missing - c->lost,
		c->keep);
}

/* Save the dump, print the summary, and report a dump that is not complete. */
static enum exit_code dump_opened(const struct options *o, struct save *s,
				  struct dump_report *report, const struct seal_recipients *seal)
{
	struct dump_stats *st = &report->st;
	const struct codec *codec = codec_used(o, s->src);
	const struct save_cfg cfg = {
		.dump = o->dump,
		.member = o->member,
		.nr_members = o->nr_members,
		.level = o->level,
		.user_stacks = o->user_stacks,
		.unused_vm = o->unused_vm,
		.next_level = o->next_level,
		.nr_next_levels = o->nr_next_levels,
		.size_limit = o->size_limit,
		.codec = codec,
		.codec_level = o->reassemble && codec ? codec->default_level : o->codec_level,
		.recompress = o->codec_level_given,
		.as_stored = o->reassemble,
		.nr_threads = o->threads,
		.elf = o->elf,
		.overwrite = o->force,
		.flat = o->flat,
		.dry_run = o->dry_run,
		.seal = seal,
		.sums = o->sums,
		.sample = o->mem_usage ? SAMPLE_PAGES : 0,
		.progress = &report->progress,
		.phase_done = sample,
		.arg = report,
	};
	struct save_result r;
	char name[4096], input[4096];
	int rc = save_dump(s, &cfg, &r);

	log_watch(NULL, NULL); /* the error itself is not a warning */
	st->error_number = rc < 0 ? -rc : 0;
	if (rc < 0)
		snprintf(st->error, sizeof(st->error), "%s", fail_text());
	else if (r.counts.missing)
		snprintf(st->error, sizeof(st->error), "%" PRIu64 " pages could not be read",
			 r.counts.missing);
	else if (!r.complete)
		snprintf(st->error, sizeof(st->error), "%s is marked incomplete itself", o->vmcore);
	fill_stats(st, o, s, &r, &report->progress);
	saved_inputs(o, input, sizeof(input));
	st->input = input;
	st->output = output_name(o, &r, name, sizeof(name));
	if (rc < 0)
		complain(o);
	if (!print_summary(o, st, r.begun) && o->dry_run)
		return EXIT_CODE_NOTHING; /* it is all that was asked for */
	if (!r.complete && r.begun && !o->flat && !o->dry_run)
		report_partial(o, &r);
	return r.complete ? EXIT_CODE_COMPLETE : r.begun ? EXIT_CODE_PARTIAL : EXIT_CODE_NOTHING;
}

static enum exit_code run_dump(const struct options *o)
{
	enum exit_code outcome = EXIT_CODE_NOTHING;
	struct dump_report report = { 0 };
	struct seal_recipients seal;
	struct progress_cfg shown;
	struct save s;
	int rc;

	progress_defaults(&shown);
	shown.feed = o->progress_fd;
	progress_init(&report.progress, &shown);
	log_watch(take_warning, &report);
	rc = sealed_recipients(o, &seal);
	if (rc == 0)
		rc = save_open(o->part, o->nr_parts, o->vmcoreinfo, o->vmlinux, &s);
	if (rc == 0) {
		if (o->given & UINT64_C(1) << OPT_VTOP)
			translate(&s, o->vtop);
		if (o->reassemble && !s.src->saved)
			rc = fail(-EINVAL, "reassemble %s: it is not a dump in kdump format",
				  o->vmcore);
		else
			outcome = dump_opened(o, &s, &report, seal.nr ? &seal : NULL);
		save_close(&s);
	}
	log_watch(NULL, NULL);
	if (rc < 0)
		complain(o);
	stats_fini(&report.st);
	return outcome;
}

static enum exit_code run_dmesg(const struct options *o)
{
	struct klog_counts counts = { 0 };
	struct seal_recipients seal;
	struct save s;
	int rc = sealed_recipients(o, &seal);

	if (rc == 0)
		rc = save_open(o->part, o->nr_parts, o->vmcoreinfo, o->vmlinux, &s);
	if (rc == 0) {
		const struct save_log_cfg cfg = {
			.path = o->dump,
			.partial = o->partial_dmesg,
			.overwrite = o->force,
			.seal = seal.nr ? &seal : NULL,
			.sums = o->sums,
		};

		rc = save_log(&s, &cfg, &counts);
		save_close(&s);
	}
	if (rc < 0)
		complain(o);
	return rc < 0 ? EXIT_CODE_NOTHING : EXIT_CODE_COMPLETE;
}

static enum exit_code run_report(const struct options *o)
{
	struct seal_recipients seal;
	struct save_report_cfg cfg = { .text = o->dump,
				       .json = o->json_path,
				       .overwrite = o->force };
	struct save s;
	int rc = sealed_recipients(o, &seal);

	cfg.seal = seal.nr ? &seal : NULL;
	if (rc == 0)
		rc = save_open(o->part, o->nr_parts, o->vmcoreinfo, o->vmlinux, &s);

	if (rc == 0) {
		rc = save_report(&s, &cfg);
		save_close(&s);
	}
	if (rc < 0)
		complain(o);
	return rc < 0 ? EXIT_CODE_NOTHING : EXIT_CODE_COMPLETE;
}

static enum exit_code run_generate(const struct options *o)
{
	struct save s;
	int rc = save_open(o->part, o->nr_parts, o->vmcoreinfo, o->vmlinux, &s);

	if (rc == 0) {
		rc = save_vmcoreinfo(&s, o->generate, o->force);
		save_close(&s);
	}
	if (rc < 0)
		complain(o);
	return rc < 0 ? EXIT_CODE_NOTHING : EXIT_CODE_COMPLETE;
}

static enum exit_code run_rearrange(const struct options *o)
{
	const struct sink_file_cfg cfg = { .path = o->dump, .overwrite = o->force };
	struct unflatten_result result = { 0 };
	struct sink *sink;
	int rc = sink_file_open(&cfg, &sink);

	if (rc == 0) {
		rc = unflatten(STDIN_FILENO, sink, REARRANGE_IDLE, &result);
		sink_close(sink);
	}
	if (rc < 0)
		complain(o);
	if (rc == 0 && result.complete)
		return EXIT_CODE_COMPLETE;
	if (rc == -EBADMSG || result.bytes == 0)
		return EXIT_CODE_NOTHING;
	log_msg(LOG_ERROR, "%s: %s the %" PRIu64 " bytes that came are saved as an incomplete dump",
		options_program(o),
		rc < 0		    ? "before that,"
		: result.partial    ? "the dump in the stream is incomplete;"
		: result.nr_damaged ? "the stream is damaged;"
				    : "the stream ends early;",
		result.bytes);
	return EXIT_CODE_PARTIAL;
}

static enum exit_code run_other(const struct options *o)
{
	enum exit_code outcome;

	if ((o->mode == MODE_VERIFY ? verify_run : sealed_run)(o, &outcome) < 0)
		complain(o);
	return outcome;
}

static enum exit_code run(const struct options *o)
{
	switch (o->mode) {
	case MODE_HELP:
		usage_print(stdout);
		return EXIT_CODE_COMPLETE;
	case MODE_VERSION:
		version_print(stdout, o->invoked_as_makedumpfile);
		return EXIT_CODE_COMPLETE;
	case MODE_CHECK_PARAMS:
		return EXIT_CODE_COMPLETE;
	case MODE_VTOP:
		return translate_only(o);
	case MODE_DMESG:
		return run_dmesg(o);
	case MODE_REPORT:
		return run_report(o);
	case MODE_GENERATE:
		return run_generate(o);
	case MODE_REARRANGE:
		return run_rearrange(o);
	case MODE_VERIFY:
	case MODE_ENCRYPT:
	case MODE_DECRYPT:
		return run_other(o);
	case MODE_DUMP:
		return run_dump(o);
	}
	return EXIT_CODE_USAGE;
}

/* Text on standard output is all that these were asked for: it must have got there. */
static enum exit_code text_printed(const struct options *o, enum exit_code outcome)
{
	bool only_text = o->mode == MODE_HELP || o->mode == MODE_VERSION || o->mode == MODE_VTOP ||
			 o->dry_run;

	if (!only_text || outcome != EXIT_CODE_COMPLETE || std_streams_end() == 0)
		return outcome;
	complain(o);
	return EXIT_CODE_NOTHING;
}

int collect_main(int argc, char **argv)
{
	struct options o;
	enum exit_code outcome;

	std_streams_hold();
	signal(SIGPIPE, SIG_IGN); /* writing to a closed pipe fails with EPIPE and a message */
	signal(SIGXFSZ, SIG_IGN); /* so does writing past "ulimit -f", with EFBIG */
	if (options_parse(argc, argv, &o) < 0 || file_names_check(&o) < 0) {
		log_setup(LOG_ERROR, true);
		complain(&o);
		/* Scripts look for this line after any error. Standard output may hold the
		 * dump. */
		if (o.invoked_as_makedumpfile && !o.check_params)
			summary_trailer(options_stdout_taken(&o) ? stderr : stdout, NULL, NULL,
					false);
		return exit_code(&o, EXIT_CODE_USAGE);
	}
	log_setup(o.message_level, options_stdout_taken(&o));
	options_notes(&o);
	if (checksums_begin(&o) < 0)
		complain(&o);
	outcome = text_printed(&o, run(&o));
	checksums_end(&o);
	saved_print_closing(&o, outcome);
	return exit_code(&o, outcome);
}
