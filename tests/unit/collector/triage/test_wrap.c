/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_wrap.c - lines that a terminal broke are put together, others are not */
#include "triage/triage.h"
#include "triage/wrap.h"

#include "check.h"

#include <stdio.h>
#include <string.h>

/* The same log as a terminal of this width shows it. */
static size_t broken(const char *log, size_t width, char *out)
{
	size_t at = 0, column = 0;

	for (; *log; log++) {
		if (*log != '\n' && column == width) {
			out[at++] = '\n';
			column = 0;
		}
		out[at++] = *log;
		column = *log == '\n' ? 0 : column + 1;
	}
	return at;
}

#define LONG "a_function_with_a_name_that_is_longer_than_what_is_left_of_this_line_of_text"
#define LOG(p)                                                                                 \
	p "WARNING: CPU: 0 PID: 6 at drivers/net/wireless/some/where/main.c:1236 " LONG        \
	  "+0x12/0x34 [my_module]\n" p "Modules linked in: one two three four five six seven " \
	  "eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen\n" p       \
	  "CPU: 0 PID: 6 Comm: probe Not tainted 6.1.0 #1\n"

TEST(a_broken_log_says_the_same)
{
	static const char *const logs[] = { LOG(""), LOG("[    1.000001] "),
					    LOG("Oct 30 06:21:23 host kernel: ") };
	struct triage_report r;
	char text[2048];

	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		size_t len = broken(logs[i], 80, text);

		CHECK_EQ(triage_parse(text, len, &r), 0);
		CHECK_STR(r.function, LONG);
		CHECK_STR(r.module, "my_module");
		CHECK_STR(r.process, "probe");
	}
}

static unsigned lines_of(const char *text)
{
	struct wrapped w;
	unsigned n = 0;
	size_t len;

	wrap_begin(&w, text, strlen(text));
	while (wrap_next(&w, &len))
		n++;
	return n;
}

TEST(whole_lines_stay_whole)
{
	char text[2048], *at = text;

	CHECK_EQ(lines_of(""), 0);
	CHECK_EQ(lines_of("one\n\ntwo"), 3);
	/* Of one length by chance, and each with a time. */
	for (unsigned i = 0; i < 5; i++)
		at += sprintf(at, "[    1.00000%u] %065u\n", i, i);
	CHECK_EQ(lines_of(text), 5);
	/* Without a time, only a terminal's width is believed. */
	at = text;
	for (unsigned i = 0; i < 5; i++)
		at += sprintf(at, "%071u\n", i);
	CHECK_EQ(lines_of(text), 5);
}

/* Longer than any line of a kernel: cut, not lost. */
TEST(a_line_broken_many_times_is_cut)
{
	struct wrapped w;
	char text[81 * 40 + 1];
	size_t len;

	for (size_t i = 0; i < 40; i++)
		snprintf(text + i * 81, 82, "%080u\n", (unsigned)i);
	wrap_begin(&w, text, sizeof(text) - 1);
	CHECK(wrap_next(&w, &len) != NULL);
	CHECK_EQ(len, sizeof(w.line));
	CHECK_EQ(lines_of(text), 1);
}

RUN(a_broken_log_says_the_same, whole_lines_stay_whole, a_line_broken_many_times_is_cut)
