/* SPDX-License-Identifier: GPL-2.0-or-later */
/* summary_json.c - the summary as one JSON object; kdump-collect(8) promises its keys */
#include "summary/summary.h"

#include "base/err.h"
#include "base/json.h"

#include <inttypes.h>

/* "key":"text", with the comma: every string key has a neighbour behind it. */
static void put_string(FILE *f, const char *key, const char *text)
{
	fprintf(f, "\"%s\":", key);
	json_string(f, text);
	fputc(',', f);
}

static void put_count(FILE *f, const char *key, uint64_t n, const char *behind)
{
	fprintf(f, "\"%s\":%" PRIu64 "%s", key, n, behind);
}

/* 0 stands for "not known" in the statistics, null in JSON. */
static void put_known(FILE *f, const char *key, uint64_t n, const char *behind)
{
	if (n)
		put_count(f, key, n, behind);
	else
		fprintf(f, "\"%s\":null%s", key, behind);
}

/* Thousandths by integers: a locale may print 0,5 for %f. */
static void put_thousandths(FILE *f, const char *key, double v, const char *behind)
{
	uint64_t n = v > 0 ? (uint64_t)(v * 1000 + 0.5) : 0;

	fprintf(f, "\"%s\":%" PRIu64 ".%03u%s", key, n / 1000, (unsigned)(n % 1000), behind);
}

static void put_origin(FILE *f, const struct dump_stats *s)
{
	fprintf(f, "\"complete\":%s,", s->complete ? "true" : "false");
	put_known(f, "errno", (uint64_t)s->error_number, ",");
	put_string(f, "error", s->error[0] ? s->error : NULL);
	put_string(f, "kernel_release", s->release);
	put_string(f, "build_id", s->build_id[0] ? s->build_id : NULL);
	if (s->crash_time)
		fprintf(f, "\"crash_time\":%" PRId64 ",", s->crash_time);
	else
		fputs("\"crash_time\":null,", f);
	put_string(f, "input", s->input);
	put_string(f, "output", s->output);
	fprintf(f, "\"dry_run\":%s,", s->dry_run ? "true" : "false");
	put_count(f, "sampled", s->sampled, ",");
	put_count(f, "level", s->level, ",");
	put_string(f, "codec", s->codec);
	if (s->codec)
		fprintf(f, "\"codec_level\":%d,", s->codec_level);
	else
		fputs("\"codec_level\":null,", f);
	fprintf(f, "\"threads\":%d,", s->threads);
	put_known(f, "page_size", s->page_size, ",");
}

static void put_pages(FILE *f, const struct dump_stats *s)
{
	const struct page_counts *c = &s->pages;

	fputs("\"pages\":{", f);
	put_count(f, "total", c->max_pfn, ",");
	put_count(f, "ram", stats_ram(s), ",");
	put_count(f, "kept", stats_kept(s), ",");
	put_count(f, "absent", c->absent, ",");
	put_count(f, "zero", stats_zero(s), ",");
	put_count(f, "cache", c->dropped[PAGE_CACHE], ",");
	put_count(f, "cache_private", c->dropped[PAGE_CACHE_PRIVATE], ",");
	put_count(f, "user", c->dropped[PAGE_USER], ",");
	put_count(f, "free", c->dropped[PAGE_FREE], ",");
	put_count(f, "hwpoison", c->dropped[PAGE_POISON], ",");
	put_count(f, "offline", c->dropped[PAGE_OFFLINE], ",");
	put_count(f, "unused_vm", c->dropped[PAGE_UNUSED_VM], ",");
	put_count(f, "user_stacks", c->user_stacks, ",");
	put_count(f, "unreadable", c->missing, "},");
}

static void put_bytes(FILE *f, const struct dump_stats *s)
{
	uint64_t kept = stats_kept(s) * s->page_size;

	fputs("\"bytes\":{", f);
	put_count(f, "ram", stats_ram(s) * s->page_size, ",");
	put_count(f, "kept", kept, ",");
	put_count(f, "written", s->written, "},");
	if (kept)
		put_thousandths(f, "ratio", (double)s->written / (double)kept, ",");
	else
		fputs("\"ratio\":null,", f);
}

static void put_phases(FILE *f, const struct dump_stats *s)
{
	double sum = 0;

	fputs("\"phases\":[", f);
	for (unsigned i = 0; i < s->nr_phases; i++) {
		fputs(i ? ",{" : "{", f);
		put_string(f, "name", s->phases[i].name);
		put_thousandths(f, "seconds", s->phases[i].seconds, "}");
		sum += s->phases[i].seconds;
	}
	fputs("],", f);
	put_thousandths(f, "seconds", sum, ",");
}

static void put_warnings(FILE *f, const struct dump_stats *s)
{
	fputs("\"warnings\":[", f);
	for (unsigned i = 0; i < s->nr_warnings; i++) {
		if (i)
			fputc(',', f);
		json_string(f, s->warnings[i]);
	}
	fputs("],", f);
	put_count(f, "warnings_dropped", s->warnings_dropped, "");
}

int summary_json(FILE *f, const struct dump_stats *s)
{
	fputc('{', f);
	put_origin(f, s);
	put_pages(f, s);
	put_bytes(f, s);
	put_phases(f, s);
	fputs("\"memory\":{", f);
	put_known(f, "peak_resident", s->peak_resident, ",");
	put_known(f, "peak_anonymous", s->peak_anonymous, "},");
	put_warnings(f, s);
	fputs("}\n", f);
	if (fflush(f) != 0 || ferror(f))
		return fail(-EIO, "write the JSON summary");
	return 0;
}
