/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_page.c - the HTML page: what a dump holds is text in it */
#include "report/report.h"

#include "base/err.h"
#include "report_case.h"

#include <string.h>

#define EVIL "</script><b>\xff" /* 13 bytes: a task may call itself so */

struct bench {
	struct report_case c;
	struct ktask task;
	struct ktasks tasks;
	struct triage_report log;
	char *page;
};

static void make_types(struct fix_btf *b)
{
	fix_btf_int(b, "int", 4, true);
}

static void begin(struct bench *b)
{
	size_t len;
	FILE *f;

	*b = (struct bench){ 0 };
	report_case_new(&b->c, make_types, NULL, 0);
	report_case_open(&b->c);
	b->task = (struct ktask){ .va = 1ull << 63, .pid = 7, .tgid = 7, .state = 'S' };
	snprintf(b->task.comm, sizeof(b->task.comm), "%s", EVIL);
	b->tasks = (struct ktasks){ .task = &b->task, .nr = 1 };
	snprintf(b->log.reason, sizeof(b->log.reason), "Kernel panic: <img src=x>&amp;");
	b->log.fatal = true;
	b->log.pid = b->log.cpu = -1;
	b->c.r.tasks = &b->tasks;
	b->c.r.log = &b->log;
	f = open_memstream(&b->page, &len);
	CHECK(f);
	CHECK_EQ(report_html(&b->c.r, f), 0);
	CHECK_EQ(fclose(f), 0);
	CHECK_EQ(len, strlen(b->page));
}

static void end(struct bench *b)
{
	free(b->page);
	report_case_end(&b->c);
}

static unsigned count(const char *text, const char *word)
{
	unsigned nr = 0;

	for (; (text = strstr(text, word)); text++)
		nr++;
	return nr;
}

/* The page's own tags and no others, however the dump tries. */
TEST(nothing_of_the_dump_is_html)
{
	struct bench b;

	begin(&b);
	CHECK_EQ(count(b.page, "<script"), 2);
	CHECK_EQ(count(b.page, "</script"), 2);
	CHECK(!strstr(b.page, "<b>") && !strstr(b.page, "<img"));
	CHECK(strstr(b.page, "\\u003c/script\\u003e\\u003cb\\u003e"));
	CHECK(strstr(b.page, "&lt;/script&gt;&lt;b&gt;"));
	CHECK(strstr(b.page, "Kernel panic: &lt;img src=x&gt;&amp;amp;"));
	CHECK(strstr(b.page, "\"reason\":\"Kernel panic: \\u003cimg src=x\\u003e\\u0026amp;\""));
	end(&b);
}

/* A dump whose log cannot be read has a page all the same. */
TEST(no_log_is_no_failure)
{
	struct bench b;

	begin(&b);
	CHECK(strstr(b.page, ",\"log\":\"\"}</script>"));
	CHECK(strstr(b.page, "default-src 'none'"));
	CHECK_STR(fail_text(), "");
	end(&b);
}

RUN(nothing_of_the_dump_is_html, no_log_is_no_failure)
