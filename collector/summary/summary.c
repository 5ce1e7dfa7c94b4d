/* SPDX-License-Identifier: GPL-2.0-or-later */
/* summary.c - the summary of a dump as text, and page counts for scripts */
#include "summary/summary.h"

#include "base/human.h"
#include "base/printable.h"
#include "filter/classify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void stats_warn(struct dump_stats *s, const char *fmt, ...)
{
	va_list ap;

	char *line = NULL;

	va_start(ap, fmt);
	if (s->nr_warnings < STATS_WARNINGS && vasprintf(&line, fmt, ap) >= 0)
		s->warnings[s->nr_warnings++] = line;
	else
		s->warnings_dropped++;
	va_end(ap);
}

void stats_fini(struct dump_stats *s)
{
	while (s->nr_warnings > 0)
		free(s->warnings[--s->nr_warnings]);
}

void stats_phases(struct dump_stats *s, const struct progress *p)
{
	memcpy(s->phases, p->phases, sizeof(s->phases));
	s->nr_phases = p->nr_phases;
}

void stats_memory_from(struct dump_stats *s, FILE *status)
{
	char line[256];
	uint64_t kib;

	while (fgets(line, sizeof(line), status)) {
		uint64_t *peak = NULL;

		if (sscanf(line, "VmHWM: %" SCNu64, &kib) == 1)
			peak = &s->peak_resident;
		else if (sscanf(line, "RssAnon: %" SCNu64, &kib) == 1)
			peak = &s->peak_anonymous;
		if (peak && *peak < kib * 1024)
			*peak = kib * 1024;
	}
}

void stats_memory(struct dump_stats *s)
{
	FILE *f = fopen("/proc/self/status", "re");

	/* Without /proc the numbers stay 0; that must not stop a dump. */
	if (!f)
		return;
	stats_memory_from(s, f);
	fclose(f);
}

uint64_t stats_scaled(const struct page_counts *c, uint64_t of_done)
{
	return c->done ? (uint64_t)((double)of_done * (double)c->keep / (double)c->done) : 0;
}

uint64_t stats_zero(const struct dump_stats *s)
{
	return s->level & LEVEL_ZERO ? stats_scaled(&s->pages, s->pages.zero) : 0;
}

uint64_t stats_kept(const struct dump_stats *s)
{
	return s->pages.keep - stats_zero(s) - stats_scaled(&s->pages, s->pages.missing);
}

uint64_t stats_ram(const struct dump_stats *s)
{
	return s->pages.ram - s->pages.absent;
}

/* One row: the label in its column. */
static void label(FILE *f, const char *text)
{
	fprintf(f, "%-12s", text);
}

/* In percent; 0 of nothing. */
static double share(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* First line: was the dump saved? Second line: the error. */
static void print_result(FILE *f, const struct dump_stats *s)
{
	label(f, "Dump");
	if (s->dry_run)
		fprintf(f, "dry run, nothing was written\n");
	else if (!s->output)
		fprintf(f, "nothing was saved\n");
	else
		print_safe(f, "%s: %s", s->output,
			   s->complete ? "complete" : "INCOMPLETE, but readable");
	if (s->error[0]) {
		label(f, "Reason");
		print_safe(f, "%s", s->error);
	}
}

static void print_kernel(FILE *f, const struct dump_stats *s)
{
	time_t when = (time_t)s->crash_time;
	char text[64] = "";
	struct tm tm;

	if (!s->release && !s->crash_time)
		return;
	/* UTC: the capture kernel knows no time zone. */
	if (s->crash_time && gmtime_r(&when, &tm))
		strftime(text, sizeof(text), ", crashed %Y-%m-%d %H:%M:%S UTC", &tm);
	label(f, "Kernel");
	print_safe(f, "%s%s", s->release ? s->release : "unknown", text);
}

/* Pages in the input, pages kept, and their size on disk. */
static void print_sizes(FILE *f, const struct dump_stats *s)
{
	uint64_t ram = stats_ram(s) * s->page_size, kept = stats_kept(s) * s->page_size;
	char a[HUMAN_MAX], b[HUMAN_MAX];

	if (ram) {
		label(f, "Memory");
		fprintf(f, "%s, %s of it kept (%.1f %%) at level %u\n", human_bytes(a, ram),
			human_bytes(b, kept), share(kept, ram), s->level);
	}
	if (s->written) {
		label(f, s->dry_run ? "To write" : "Written");
		fprintf(f, "%s, %s", human_bytes(a, s->written),
			s->codec ? s->codec : "not compressed");
		if (kept)
			fprintf(f, ", %.1f %% of what was kept", share(s->written, kept));
		fputc('\n', f);
	}
	if (s->pages.user_stacks) {
		label(f, "User stack");
		fprintf(f, "%" PRIu64 " pages (%s) of running and blocked threads\n",
			s->pages.user_stacks, human_bytes(a, s->pages.user_stacks * s->page_size));
	}
	if (s->pages.dropped[PAGE_UNUSED_VM]) {
		label(f, "mem_map");
		fprintf(f,
			"%" PRIu64 " pages (%s) of it are left out: "
			"all that they describe is left out\n",
			s->pages.dropped[PAGE_UNUSED_VM],
			human_bytes(a, s->pages.dropped[PAGE_UNUSED_VM] * s->page_size));
	}
	if (s->pages.absent) {
		label(f, "Left out");
		fprintf(f, "%" PRIu64 " pages (%s) when the input was made\n", s->pages.absent,
			human_bytes(a, s->pages.absent * s->page_size));
	}
	if (s->pages.missing) {
		label(f, "Unreadable");
		fprintf(f, "%" PRIu64 " pages (%s) are missing\n", s->pages.missing,
			human_bytes(a, s->pages.missing * s->page_size));
	}
}

static double total_seconds(const struct dump_stats *s)
{
	double sum = 0;

	for (unsigned i = 0; i < s->nr_phases; i++)
		sum += s->phases[i].seconds;
	return sum;
}

/* Time and memory, to choose the size of crashkernel=. */
static void print_effort(FILE *f, const struct dump_stats *s)
{
	char a[HUMAN_MAX];

	if (s->nr_phases) {
		label(f, "Time");
		fprintf(f, "%s", human_seconds(a, total_seconds(s)));
		for (unsigned i = 0; i < s->nr_phases; i++)
			fprintf(f, "%s%s %s", i ? ", " : " (", s->phases[i].name,
				human_seconds(a, s->phases[i].seconds));
		/* 0: the one that reads compresses, too. */
		fprintf(f, "), %d %s\n", s->threads ? s->threads : 1,
			s->threads > 1 ? "threads" : "thread");
	}
	if (s->peak_resident) {
		label(f, "Peak memory");
		fprintf(f, "%s", human_bytes(a, s->peak_resident));
		if (s->peak_anonymous)
			fprintf(f, ", %s of it not files", human_bytes(a, s->peak_anonymous));
		fputc('\n', f);
	}
}

void summary_print(FILE *f, const struct dump_stats *s)
{
	print_result(f, s);
	print_kernel(f, s);
	print_sizes(f, s);
	print_effort(f, s);
	for (unsigned i = 0; i < s->nr_warnings; i++) {
		label(f, "Warning");
		print_safe(f, "%s", s->warnings[i]);
	}
	if (s->warnings_dropped) {
		label(f, "");
		fprintf(f, "and %u more\n", s->warnings_dropped);
	}
}

/* Sixteen hex digits, as scripts expect them. */
static void count(FILE *f, const char *name, uint64_t n)
{
	fprintf(f, "%-28s: 0x%016" PRIx64 "\n", name, n);
}

static uint64_t excluded(const struct dump_stats *s)
{
	uint64_t sum = stats_zero(s);

	for (unsigned c = 0; c < NR_PAGE_CLASSES; c++)
		sum += s->pages.dropped[c];
	return sum;
}

/*
 * Unreadable pages count as remaining: the level did not take them away, so
 * that excluded and remaining add up to the original pages.
 */
void summary_report(FILE *f, const struct dump_stats *s)
{
	const struct page_counts *c = &s->pages;
	uint64_t ram = stats_ram(s), remaining = c->keep - stats_zero(s);

	count(f, "Original pages", ram);
	count(f, "  Excluded pages", excluded(s));
	count(f, "    Pages filled with zero", stats_zero(s));
	count(f, "    Non-private cache pages", c->dropped[PAGE_CACHE]);
	count(f, "    Private cache pages", c->dropped[PAGE_CACHE_PRIVATE]);
	count(f, "    User process data pages", c->dropped[PAGE_USER]);
	count(f, "    Free pages", c->dropped[PAGE_FREE]);
	count(f, "    Hwpoison pages", c->dropped[PAGE_POISON]);
	count(f, "    Offline pages", c->dropped[PAGE_OFFLINE]);
	if (c->dropped[PAGE_UNUSED_VM])
		count(f, "    Unused vmemmap pages", c->dropped[PAGE_UNUSED_VM]);
	count(f, "  Remaining pages", remaining);
	if (c->user_stacks)
		count(f, "    User stack pages", c->user_stacks);
	if (c->missing)
		count(f, "    Unreadable pages", c->missing);
	fprintf(f, "  (%.1f%% of the pages remain.)\n", share(remaining, ram));
	count(f, "Memory Hole", c->max_pfn > ram ? c->max_pfn - ram : 0);
	count(f, "Total pages", c->max_pfn);
	fprintf(f, "%-28s: %" PRIu64 "\n", "Write bytes", s->written);
}

void summary_trailer(FILE *f, const char *what, const char *path, bool ok)
{
	if (ok && path)
		fprintf(f, "The %s is saved to %s.\n", what, path);
	fprintf(f, "\nmakedumpfile %s.\n", ok ? "Completed" : "Failed");
}
