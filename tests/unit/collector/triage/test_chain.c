/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_chain.c - which of several events the kernel died of: by time, or by lines without one */
#include "triage/triage.h"

#include "base/util.h"
#include "check.h"

#include <stdio.h>
#include <string.h>

#define WARNED(p)                                                                               \
	p "------------[ cut here ]------------\n" p                                            \
	  "WARNING: CPU: 0 PID: 6 at a.c:1 harmless+0x1/0x2\n" p                                \
	  "CPU: 0 PID: 6 Comm: probe Not tainted 6.1.0 #1\n" p "RIP: 0010:harmless+0x1/0x2\n" p \
	  "---[ end trace 0000000000000000 ]---\n"
#define OOPS(p)                                                                              \
	p "BUG: kernel NULL pointer dereference, address: 8\n" p                             \
	  "CPU: 0 PID: 60 Comm: cat Not tainted 6.1.0 #1\n" p "RIP: 0010:deadly+0x1/0x2\n" p \
	  "Call Trace:\n" p " caller+0x1/0x2\n" p "---[ end trace 0000000000000000 ]---\n"
#define DIED(p) OOPS(p) p "Kernel panic - not syncing: Fatal exception\n"

/* The head, then so many lines of others with a prefix, then the tail. */
static void parse(const char *head, const char *prefix, unsigned lines, const char *tail,
		  struct triage_report *r)
{
	static char log[16384];
	size_t at = (size_t)snprintf(log, sizeof(log), "%s", head);

	for (unsigned i = 0; i < lines; i++)
		at += (size_t)snprintf(log + at, sizeof(log) - at, "%seth0: link is up\n", prefix);
	at += (size_t)snprintf(log + at, sizeof(log) - at, "%s", tail);
	CHECK_OP(at, <, sizeof(log));
	CHECK_EQ(triage_parse(log, at, r), 0);
}

#define BOOT  "[    1.000000] "
#define LATER "[    6.000000] "
#define DAY   "[Thu Oct 30 06:21:23 2025] "
#define NIGHT "[Thu Oct 30 09:21:23 2025] "
#define SYS   "Oct 30 06:21:23 host kernel: "
#define LOG   "Oct 30 09:21:23 host kernel: "
#define ISO   "2025-10-30T23:59:59+00:00 host kernel: "
#define NEXT  "2025-10-31T23:59:59+00:00 host kernel: "

TEST(an_earlier_harmless_warning_is_not_the_cause)
{
	static const struct {
		const char *head, *prefix, *tail;
		unsigned lines;
	} cases[] = {
		{ WARNED(""), "", DIED(""), 100 },
		{ WARNED(BOOT), LATER, DIED(LATER), 3 },
		{ WARNED(DAY), NIGHT, DIED(NIGHT), 3 },
		{ WARNED(SYS), LOG, DIED(LOG), 3 },
		{ WARNED(ISO), NEXT, DIED(NEXT), 0 },
		/* The log of two boots. */
		{ WARNED("[ 5000.000000] "), BOOT, DIED(BOOT), 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct triage_report r;

		parse(cases[i].head, cases[i].prefix, cases[i].lines, cases[i].tail, &r);
		CHECK_STR(r.function, "deadly");
		CHECK(r.fatal);
	}
}

TEST(what_came_just_before_is_the_cause)
{
	struct triage_report r;

	parse(WARNED(""), "", 3, DIED(""), &r);
	CHECK_STR(r.function, "harmless");
	parse(WARNED(BOOT), BOOT, 3, DIED(BOOT), &r);
	CHECK_STR(r.function, "harmless");
	parse(WARNED(DAY), DAY, 3, DIED(DAY), &r);
	CHECK_STR(r.function, "harmless");
}

#define LOCKUP(p, f)                                                     \
	p "watchdog: BUG: soft lockup - CPU#5 stuck for 26s! [a:93]\n" p \
	  "CPU: 5 PID: 93 Comm: a Not tainted 6.1.0 #1\n" p "RIP: 0010:" f "+0x1/0x2\n"
#define AT_30  "[   30.000000] "
#define AT_58  "[   58.000000] "
#define AT_500 "[  500.000000] "
#define STUCK  "Kernel panic - not syncing: softlockup: hung tasks\n"

/* The task of an oops keeps its locks for ever: who waits for them is not guilty. */
TEST(a_lockup_after_an_oops_is_of_the_oops)
{
	struct triage_report r;

	parse(OOPS(BOOT), AT_30, 3, LOCKUP(AT_30, "waiter") AT_30 STUCK, &r);
	CHECK_STR(r.function, "deadly");
	CHECK(r.fatal);
	parse(OOPS(BOOT), AT_500, 3, LOCKUP(AT_500, "other") AT_500 STUCK, &r);
	CHECK_STR(r.function, "other");
	/* A WARNING leaves nothing behind. */
	parse(WARNED(BOOT), AT_30, 3, LOCKUP(AT_30, "other") AT_30 STUCK, &r);
	CHECK_STR(r.function, "other");
}

TEST(of_two_lockups_the_first_one_counts)
{
	struct triage_report r;

	parse(LOCKUP(AT_30, "first"), AT_58, 3, LOCKUP(AT_58, "waiter") AT_58 STUCK, &r);
	CHECK_STR(r.function, "first");
	CHECK(r.fatal);
	parse(LOCKUP(AT_58, "long_before"), AT_500, 3, LOCKUP(AT_500, "last") AT_500 STUCK, &r);
	CHECK_STR(r.function, "last");
}

TEST(an_oops_with_the_log_going_on_was_survived)
{
	struct triage_report r;

	parse(OOPS(BOOT), LATER, 3, "", &r);
	CHECK(!r.fatal);
	CHECK_STR(r.function, "deadly");
	parse(OOPS(""), "", 100, "", &r);
	CHECK(!r.fatal);
	parse(OOPS(SYS), LOG, 1, "", &r);
	CHECK(!r.fatal);
	parse(OOPS(BOOT), BOOT, 3, "", &r);
	CHECK(r.fatal);
	parse(OOPS(""), "", 3, "", &r);
	CHECK(r.fatal);
}

/* The machine may have been reset because of it, without another word. */
TEST(a_survived_oops_is_worse_than_a_warning_long_before)
{
	struct triage_report r;

	parse(WARNED(BOOT), "[   50.000000] ", 1, OOPS("[   60.000000] ") "[  100.000000] hello\n",
	      &r);
	CHECK_STR(r.function, "deadly");
	CHECK(!r.fatal);
	parse(WARNED(BOOT), "[   50.000000] ", 1,
	      "[   60.000000] watchdog: BUG: soft lockup - CPU#5 stuck for 26s! [a:93]\n"
	      "[   60.000000] RIP: 0010:my_loop+0x1/0x2\n",
	      &r);
	CHECK_STR(r.function, "my_loop");
	/* Of two notes it is the first one. */
	parse(WARNED(BOOT), "[   50.000000] ", 1,
	      "[   60.000000] WARNING: CPU: 0 PID: 7 at b.c:1 other+0x1/0x2\n", &r);
	CHECK_STR(r.function, "harmless");
}

/* Lines by another clock, of a daemon on the same console, do not end a stack. */
TEST(a_second_clock_is_not_mixed_with_the_first)
{
	struct triage_report r;

	parse(BOOT "BUG: kernel NULL pointer dereference, address: 8\n" BOOT "Call Trace:\n" SYS
		   "hello\n" BOOT " deadly+0x1/0x2\n",
	      "", 0, "", &r);
	CHECK_STR(r.function, "deadly");
	CHECK(r.fatal);
}

/* Since 6.2 its text begins with who warned, which looks like a logger's "kernel: ". */
TEST(a_warning_is_fatal_where_the_kernel_is_told_to_panic_on_it)
{
	struct triage_report r;

	parse(WARNED(BOOT), BOOT, 0,
	      BOOT "Kernel panic - not syncing: kernel: panic_on_warn set ...\n", &r);
	CHECK_STR(r.function, "harmless");
	CHECK_STR(r.panic, "kernel: panic_on_warn set ...");
	CHECK(r.fatal);
	parse(WARNED(SYS), SYS, 0,
	      SYS "Kernel panic - not syncing: kernel: panic_on_warn set ...\n", &r);
	CHECK(r.fatal);
}

/* Two consoles in one file: another caller's line of much later does not end an event. */
TEST(a_gap_is_between_two_lines_of_one_caller)
{
	struct triage_report r;

	parse("[   60.000001][  T11] WARNING: CPU: 2 PID: 11 at a.c:1 my_exit+0x1/0x2\n"
	      "[ 3481.000001][  T12] INFO: rcu_sched detected stalls on CPUs/tasks:\n"
	      "[   60.000002][  T11] Kernel panic - not syncing: panic_on_warn set ...\n"
	      "[ 3481.000002][  T12] Call Trace:\n"
	      "[ 3481.000003][  T12]  other+0x1/0x2\n",
	      "", 0, "", &r);
	CHECK_STR(r.function, "my_exit");
	CHECK(r.fatal);
}

TEST(a_warning_without_a_function_is_still_reported)
{
	struct triage_report r;

	parse("[  1.0] WARNING: CPU: 0 PID: 0 at net/a.c:320 0x8038b2f0\n", "", 0, "", &r);
	CHECK_STR(r.reason, "WARNING: CPU: 0 PID: 0 at net/a.c:320 0x8038b2f0");
	CHECK_STR(r.function, "");
}

RUN(an_earlier_harmless_warning_is_not_the_cause, what_came_just_before_is_the_cause,
    a_lockup_after_an_oops_is_of_the_oops, of_two_lockups_the_first_one_counts,
    an_oops_with_the_log_going_on_was_survived, a_survived_oops_is_worse_than_a_warning_long_before,
    a_second_clock_is_not_mixed_with_the_first, a_gap_is_between_two_lines_of_one_caller,
    a_warning_is_fatal_where_the_kernel_is_told_to_panic_on_it,
    a_warning_without_a_function_is_still_reported)
