/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_summary.c - closing words: for a person, for scripts, as JSON */
#include "summary/summary.h"

#include "base/err.h"
#include "base/json.h"
#include "check.h"

#include <string.h>

struct text {
	FILE *f;
	char *data;
	size_t len;
};

static FILE *begin(struct text *t)
{
	*t = (struct text){ 0 };
	t->f = open_memstream(&t->data, &t->len);
	CHECK(t->f);
	return t->f;
}

static void expect(struct text *t, const char *want)
{
	fclose(t->f);
	if (strcmp(t->data, want) != 0)
		print_message("# got:\n%s\n# want:\n%s\n", t->data, want);
	CHECK_STR(t->data, want);
	free(t->data);
}

/* 16 GiB of memory, 1 GiB kept, 256 MiB written. */
static struct dump_stats full_stats(void)
{
	return (struct dump_stats){
		.release = "6.1.0-13-amd64",
		.build_id = "0a1b",
		.crash_time = 1714565594,
		.input = "/proc/vmcore",
		.output = "/var/crash/vmcore",
		.level = 31,
		.codec = "lzo",
		.threads = 4,
		.page_size = 4096,
		.pages = { .max_pfn = 0x480000,
			   .ram = 0x400000,
			   .keep = 0x50000,
			   .dropped = { [PAGE_CACHE] = 0x20000,
					[PAGE_CACHE_PRIVATE] = 0x1000,
					[PAGE_USER] = 0x8f000,
					[PAGE_FREE] = 0x2ffff0,
					[PAGE_POISON] = 1,
					[PAGE_OFFLINE] = 15 },
			   .done = 0x50000,
			   .zero = 0x10000 },
		.written = 256 << 20,
		.phases = { { "Scanning memory map", 1.25 }, { "Saving pages", 10.5 } },
		.nr_phases = 2,
		.peak_resident = 40 << 20,
		.peak_anonymous = 30 << 20,
		.complete = true,
	};
}

TEST(a_complete_dump_for_a_person)
{
	struct dump_stats s = full_stats();
	struct text t;

	summary_print(begin(&t), &s);
	expect(&t, "Dump        /var/crash/vmcore: complete\n"
		   "Kernel      6.1.0-13-amd64, crashed 2024-05-01 12:13:14 UTC\n"
		   "Memory      16.0 GiB, 1.0 GiB of it kept (6.2 %) at level 31\n"
		   "Written     256.0 MiB, lzo, 25.0 % of what was kept\n"
		   "Time        12 s (Scanning memory map 1.2 s, Saving pages 11 s), 4 threads\n"
		   "Peak memory 40.0 MiB, 30.0 MiB of it not files\n");
}

/* Without threads for compressing, the one that reads does it all. */
TEST(no_further_threads_are_one)
{
	struct dump_stats s = full_stats();
	struct text t;

	s.threads = 0;
	summary_print(begin(&t), &s);
	fclose(t.f);
	CHECK(strstr(t.data, "Saving pages 11 s), 1 thread\n"));
	free(t.data);
}

TEST(a_partial_dump_says_why)
{
	struct dump_stats s = full_stats();
	struct text t;

	s.complete = false;
	s.output = "vmcore-incomplete";
	s.codec = NULL;
	s.nr_phases = 0;
	s.peak_resident = 0;
	s.pages.missing = 3;
	snprintf(s.error, sizeof(s.error), "write vmcore: No space left on device");
	stats_warn(&s, "section %d is damaged; its pages are kept", 7);
	summary_print(begin(&t), &s);
	expect(&t, "Dump        vmcore-incomplete: INCOMPLETE, but readable\n"
		   "Reason      write vmcore: No space left on device\n"
		   "Kernel      6.1.0-13-amd64, crashed 2024-05-01 12:13:14 UTC\n"
		   "Memory      16.0 GiB, 1.0 GiB of it kept (6.2 %) at level 31\n"
		   "Written     256.0 MiB, not compressed, 25.0 % of what was kept\n"
		   "Unreadable  3 pages (12.0 KiB) are missing\n"
		   "Warning     section 7 is damaged; its pages are kept\n");
	stats_fini(&s);
}

TEST(nothing_known_is_nothing_said)
{
	struct dump_stats s = { 0 };
	struct text t;

	summary_print(begin(&t), &s);
	expect(&t, "Dump        nothing was saved\n");
}

TEST(a_dry_run_tells_the_size)
{
	struct dump_stats s = full_stats();
	struct text t;

	s.dry_run = true;
	s.output = NULL;
	s.release = NULL;
	s.crash_time = 0;
	s.nr_phases = 0;
	s.peak_resident = 0;
	summary_print(begin(&t), &s);
	expect(&t, "Dump        dry run, nothing was written\n"
		   "Memory      16.0 GiB, 1.0 GiB of it kept (6.2 %) at level 31\n"
		   "To write    256.0 MiB, lzo, 25.0 % of what was kept\n");
}

TEST(warnings_do_not_overflow)
{
	struct dump_stats s = { 0 };
	char longer[2 * PATH_MAX]; /* two paths */
	struct text t;

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	for (int i = 0; i < STATS_WARNINGS + 5; i++)
		stats_warn(&s, "%s", longer);
	CHECK_EQ(s.nr_warnings, STATS_WARNINGS);
	CHECK_EQ(s.warnings_dropped, 5);
	CHECK_STR(s.warnings[STATS_WARNINGS - 1], longer);
	summary_print(begin(&t), &s);
	fflush(t.f);
	CHECK(strstr(t.data, "            and 5 more\n"));
	stats_fini(&s);
	CHECK_EQ(s.nr_warnings, 0);
	fclose(t.f);
	free(t.data);
}

TEST(report_has_makedumpfiles_fields)
{
	struct dump_stats s = full_stats();
	struct text t;

	summary_report(begin(&t), &s);
	expect(&t, "Original pages              : 0x0000000000400000\n"
		   "  Excluded pages            : 0x00000000003c0000\n"
		   "    Pages filled with zero  : 0x0000000000010000\n"
		   "    Non-private cache pages : 0x0000000000020000\n"
		   "    Private cache pages     : 0x0000000000001000\n"
		   "    User process data pages : 0x000000000008f000\n"
		   "    Free pages              : 0x00000000002ffff0\n"
		   "    Hwpoison pages          : 0x0000000000000001\n"
		   "    Offline pages           : 0x000000000000000f\n"
		   "  Remaining pages           : 0x0000000000040000\n"
		   "  (6.2% of the pages remain.)\n"
		   "Memory Hole                 : 0x0000000000080000\n"
		   "Total pages                 : 0x0000000000480000\n"
		   "Write bytes                 : 268435456\n");
}

/* An unreadable page is not in the dump, but no level left it out. */
TEST(excluded_and_remaining_are_all_with_unreadable_pages)
{
	struct dump_stats s = full_stats();

	s.pages.missing = 3;
	CHECK_EQ(stats_kept(&s), 0x40000 - 3);
	CHECK_EQ(stats_ram(&s), stats_kept(&s) + s.pages.missing + 0x3c0000);
}

TEST(a_sample_stands_for_all_kept_pages)
{
	struct dump_stats s = full_stats();

	s.pages.done = 0x500;
	s.pages.zero = 0x100;
	CHECK_EQ(stats_zero(&s), 0x10000);
	CHECK_EQ(stats_kept(&s), 0x40000);
	s.level = 30; /* zero pages are in the dump then */
	CHECK_EQ(stats_kept(&s), 0x50000);
}

TEST(json_of_a_complete_dump)
{
	struct dump_stats s = full_stats();
	struct text t;

	stats_warn(&s, "a \"quoted\" word");
	CHECK_EQ(summary_json(begin(&t), &s), 0);
	expect(&t,
	       "{\"complete\":true,\"errno\":null,\"error\":null,"
	       "\"kernel_release\":\"6.1.0-13-amd64\",\"build_id\":\"0a1b\","
	       "\"crash_time\":1714565594,\"input\":\"/proc/vmcore\","
	       "\"output\":\"/var/crash/vmcore\",\"dry_run\":false,\"sampled\":0,\"level\":31,"
	       "\"codec\":\"lzo\",\"codec_level\":0,\"threads\":4,\"page_size\":4096,"
	       "\"pages\":{\"total\":4718592,\"ram\":4194304,\"kept\":262144,"
	       "\"absent\":0,\"zero\":65536,"
	       "\"cache\":131072,\"cache_private\":4096,\"user\":585728,\"free\":3145712,"
	       "\"hwpoison\":1,\"offline\":15,\"unused_vm\":0,\"user_stacks\":0,\"unreadable\":0},"
	       "\"bytes\":{\"ram\":17179869184,\"kept\":1073741824,\"written\":268435456},"
	       "\"ratio\":0.250,\"phases\":[{\"name\":\"Scanning memory map\",\"seconds\":1.250},"
	       "{\"name\":\"Saving pages\",\"seconds\":10.500}],\"seconds\":11.750,"
	       "\"memory\":{\"peak_resident\":41943040,\"peak_anonymous\":31457280},"
	       "\"warnings\":[\"a \\\"quoted\\\" word\"],\"warnings_dropped\":0}\n");
	stats_fini(&s);
}

TEST(usage_has_makedumpfiles_types)
{
	static const char *const type[] = { "ZERO", "NON_PRI_CACHE", "PRI_CACHE",
					    "USER", "FREE ",	     "KERN_DATA " };
	struct dump_stats s = full_stats();
	struct text t;

	summary_usage(begin(&t), &s);
	fclose(t.f);
	for (size_t i = 0; i < sizeof(type) / sizeof(type[0]); i++)
		CHECK(strstr(t.data, type[i]) != NULL);
	CHECK(strstr(t.data, "Total pages on system:  4194304\n") != NULL);
	free(t.data);
}

/* Keys are a promise, and promises are in the man page. */
TEST(man_page_names_every_key)
{
	struct dump_stats s = full_stats();
	FILE *man = fopen("docs/kdump-collect.8", "r");
	char *page = calloc(1, 1 << 16);
	struct text t;

	CHECK(man && page && fread(page, 1, (1 << 16) - 1, man) > 0);
	fclose(man);
	CHECK_EQ(summary_json(begin(&t), &s), 0);
	fclose(t.f);
	for (char *end = strstr(t.data, "\":"); end; end = strstr(end + 1, "\":")) {
		const char *key;

		*end = '\0';
		key = strrchr(t.data, '"') ? strrchr(t.data, '"') + 1 : t.data;
		if (!strstr(page, key))
			fail_msg("the man page does not name %s", key);
		*end = ' '; /* so that the next strrchr() sees all before it */
	}
	free(t.data);
	free(page);
}

TEST(json_of_a_failure)
{
	struct dump_stats s = { 0 };
	struct text t;

	snprintf(s.error, sizeof(s.error), "open");
	s.error_number = 28;
	CHECK_EQ(summary_json(begin(&t), &s), 0);
	expect(&t, "{\"complete\":false,\"errno\":28,\"error\":\"open\",\"kernel_release\":null,"
		   "\"build_id\":null,\"crash_time\":null,\"input\":null,\"output\":null,"
		   "\"dry_run\":false,"
		   "\"sampled\":0,\"level\":0,\"codec\":null,\"codec_level\":null,\"threads\":0,"
		   "\"page_size\":null,\"pages\":{\"total\":0,\"ram\":0,\"kept\":0,"
		   "\"absent\":0,\"zero\":0,"
		   "\"cache\":0,\"cache_private\":0,\"user\":0,\"free\":0,\"hwpoison\":0,"
		   "\"offline\":0,\"unused_vm\":0,\"user_stacks\":0,\"unreadable\":0},"
		   "\"bytes\":{\"ram\":0,\"kept\":0,\"written\":0},\"ratio\":null,"
		   "\"phases\":[],\"seconds\":0.000,"
		   "\"memory\":{\"peak_resident\":null,\"peak_anonymous\":null},"
		   "\"warnings\":[],\"warnings_dropped\":0}\n");
}

TEST(json_strings)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ NULL, "null" },
		{ "", "\"\"" },
		{ "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
		{ "\n\t\x01\x7f", "\"\\n\\u0009\\u0001\\u007f\"" },
		{ "K\xc3\xa4se \xe2\x82\xac \xf0\x9f\x98\x80",
		  "\"K\xc3\xa4se \xe2\x82\xac \xf0\x9f\x98\x80\"" },
		{ "\xe4x", "\"\\u00e4x\"" },	      /* Latin-1 */
		{ "\xc0\xaf", "\"\\u00c0\\u00af\"" }, /* too long a form */
		{ "\xe0\x80\x80", "\"\\u00e0\\u0080\\u0080\"" },
		{ "\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\"" }, /* half a pair */
		{ "\xf4\x90\x80\x80", "\"\\u00f4\\u0090\\u0080\\u0080\"" },
		{ "\xe2\x82", "\"\\u00e2\\u0082\"" }, /* cut at the end */
		{ "\xf0\x9f\x98", "\"\\u00f0\\u009f\\u0098\"" },
		{ "\xff", "\"\\u00ff\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t;

		json_string(begin(&t), cases[i].in);
		expect(&t, cases[i].out);
	}
}

TEST(json_tells_of_a_full_disk)
{
	struct dump_stats s = full_stats();
	FILE *full = fopen("/dev/full", "w");

	CHECK(full);
	CHECK_EQ(summary_json(full, &s), -EIO);
	CHECK_STR(fail_text(), "write the JSON summary: Input/output error");
	fail_clear();
	fclose(full);
}

TEST(memory_keeps_the_peak)
{
	static char high[] = "Name:\tx\nVmHWM:\t    2048 kB\nRssAnon:\t     100 kB\n";
	static char low[] = "VmHWM:\t    2048 kB\nRssAnon:\t      50 kB\n";
	struct dump_stats s = { 0 };
	FILE *f = fmemopen(high, strlen(high), "r");

	stats_memory_from(&s, f);
	fclose(f);
	f = fmemopen(low, strlen(low), "r");
	stats_memory_from(&s, f);
	fclose(f);
	CHECK_EQ(s.peak_resident, 2048 * 1024);
	CHECK_EQ(s.peak_anonymous, 100 * 1024);

	s = (struct dump_stats){ 0 };
	stats_memory(&s);
	CHECK(s.peak_resident > 0 && s.peak_anonymous > 0);
}

TEST(trailer_that_scripts_match)
{
	struct text t;

	summary_trailer(begin(&t), "dumpfile", "v", true);
	expect(&t, "The dumpfile is saved to v.\n\nmakedumpfile Completed.\n");
	summary_trailer(begin(&t), "dmesg log", "l", true);
	expect(&t, "The dmesg log is saved to l.\n\nmakedumpfile Completed.\n");
	summary_trailer(begin(&t), "dumpfile", NULL, true);
	expect(&t, "\nmakedumpfile Completed.\n");
	summary_trailer(begin(&t), "dumpfile", "v", false);
	expect(&t, "\nmakedumpfile Failed.\n");
}

/* RUN() takes twelve. */
RUN(a_complete_dump_for_a_person, no_further_threads_are_one, a_partial_dump_says_why,
    nothing_known_is_nothing_said, a_dry_run_tells_the_size, warnings_do_not_overflow,
    report_has_makedumpfiles_fields, usage_has_makedumpfiles_types,
    excluded_and_remaining_are_all_with_unreadable_pages, a_sample_stands_for_all_kept_pages,
    json_of_a_complete_dump, json_of_a_failure, json_strings, json_tells_of_a_full_disk,
    memory_keeps_the_peak, trailer_that_scripts_match, man_page_names_every_key)
