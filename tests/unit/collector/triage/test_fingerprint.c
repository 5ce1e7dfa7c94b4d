/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_fingerprint.c - what a bug's fingerprint depends on, and what not */
#include "triage/triage.h"

#include "check.h"

#include <stdio.h>
#include <string.h>

static void fingerprint(const char *address, const char *comm, const char *suffix, char out[17])
{
	char log[600];
	struct triage_report r;

	snprintf(log, sizeof(log),
		 "[ 1.000001] BUG: kernel NULL pointer dereference, address: %s\n"
		 "[ 1.000002] CPU: 1 PID: 7 Comm: %s Not tainted 6.1.0 #1\n"
		 "[ 1.000003] RIP: 0010:guilty%s+0x1/0x2\n"
		 "[ 1.000004] Call Trace:\n[ 1.000005]  above%s+0x3/0x4\n",
		 address, comm, suffix, suffix);
	CHECK_EQ(triage_parse(log, strlen(log), &r), 0);
	strcpy(out, r.fingerprint);
}

TEST(fingerprints)
{
	char a[17], b[17];

	fingerprint("0000000000000008", "one", "", a);
	fingerprint("00000000000000ff", "two", ".isra.0", b);
	CHECK_EQ(strlen(a), 16);
	CHECK_STR(a, b);
	fingerprint("0000000000000008", "one", "_noprof", b); /* of allocators, since 6.10 */
	CHECK_STR(a, b);
	fingerprint("0000000000000008", "one", "_not", b);
	CHECK_OP(strcmp(a, b), !=, 0);
}

static void in_interrupt(const char *between, const char *behind, char out[17])
{
	char log[600];
	struct triage_report r;

	snprintf(log, sizeof(log),
		 "[ 1.000001] Kernel panic - not syncing: lost an interrupt\n"
		 "[ 1.000002] CPU: 1 PID: 7 Comm: one Not tainted 6.1.0 #1\n"
		 "[ 1.000003] Call Trace:\n[ 1.000004]  panic+0x1/0x2\n"
		 "[ 1.000005]  guilty+0x3/0x4\n%s[ 1.000006]  irq_work_run_list+0x3/0x4\n"
		 "[ 1.000007]  irq_work_run+0x3/0x4\n[ 1.000008]  %s+0x3/0x4\n",
		 between, behind);
	CHECK_EQ(triage_parse(log, strlen(log), &r), 0);
	CHECK_STR(r.function, "guilty");
	strcpy(out, r.fingerprint);
}

/* What was interrupted is anybody; and compilers differ in what they put into its caller. */
TEST(fingerprint_in_an_interrupt)
{
	char a[17], b[17];

	in_interrupt("", "interrupted", a);
	in_interrupt("[ 1.000006]  irq_work_single+0x3/0x4\n", "another", b);
	CHECK_STR(a, b);
	in_interrupt("[ 1.000006]  caller+0x3/0x4\n", "interrupted", b);
	CHECK_OP(strcmp(a, b), !=, 0);
}

static void out_of_stack(const char *which, char out[17])
{
	char log[300];
	struct triage_report r;

	snprintf(log, sizeof(log),
		 "[ 1.000001] BUG: %sstack guard page was hit at 0000000045f3ac8a (stack is "
		 "00000000f199ea3d..000000003d579f0e)\n"
		 "[ 1.000003] RIP: 0010:guilty+0x1/0x2\n",
		 which);
	CHECK_EQ(triage_parse(log, strlen(log), &r), 0);
	strcpy(out, r.fingerprint);
}

TEST(fingerprint_of_a_full_stack)
{
	char a[17], b[17];

	out_of_stack("", a);
	out_of_stack("TASK ", b);
	CHECK_STR(a, b);
}

static void out_of_memory(const char *caller, char out[17])
{
	char log[600];
	struct triage_report r;

	snprintf(log, sizeof(log),
		 "[ 1.000001] Kernel panic - not syncing: Out of memory: system-wide panic_on_oom "
		 "is enabled\n"
		 "[ 1.000002] CPU: 1 PID: 7 Comm: tail Not tainted 6.1.0 #1\n"
		 "[ 1.000003] Call Trace:\n[ 1.000004]  panic+0x1/0x2\n"
		 "[ 1.000005]  out_of_memory+0x3/0x4\n[ 1.000006]  %s+0x3/0x4\n",
		 caller);
	CHECK_EQ(triage_parse(log, strlen(log), &r), 0);
	CHECK_STR(r.function, "out_of_memory");
	strcpy(out, r.fingerprint);
}

/* Who wanted memory when it had run out is anybody: the bug is the same. */
TEST(fingerprint_of_no_memory)
{
	char a[17], b[17];

	out_of_memory("read_zero", a);
	out_of_memory("ext4_readdir", b);
	CHECK_EQ(strlen(a), 16);
	CHECK_STR(a, b);
}

static void of_header(const char *header, char out[17])
{
	char log[600];
	struct triage_report r;

	snprintf(log, sizeof(log),
		 "%s\nCall Trace:\n dump_stack+0x1/0x2\n guilty+0x3/0x4\n above+0x5/0x6\n", header);
	CHECK_EQ(triage_parse(log, strlen(log), &r), 0);
	CHECK_STR(r.function, "guilty");
	strcpy(out, r.fingerprint);
}

/* Addresses that begin with a letter, names of tasks without "task" in front, dates. */
TEST(fingerprint_of_what_the_header_names)
{
	static const char *const same[][2] = {
		{ "list_del corruption. prev->next should be ffff9e136bd57418, but was 1",
		  "list_del corruption. prev->next should be dead000000000122, but was ffff9e13" },
		{ "BUG: scheduling while atomic: swapper/1/0/0x00010002",
		  "BUG: scheduling while atomic: rmmod/21331/0x00000002" },
		{ "BUG: Dentry ffff88801 still in use (1) [unmount of tmpfs tmpfs]",
		  "BUG: Dentry abcdefabc still in use (2) [unmount of ext4 sda1]" },
		{ "BUG: sleeping function called from invalid context at a.c:1",
		  "[Thu Oct 30 06:21:23 2025] BUG: sleeping function called from invalid "
		  "context at b.c:2" },
	};
	char a[17], b[17];

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		of_header(same[i][0], a);
		of_header(same[i][1], b);
		CHECK_STR(a, b);
	}
	of_header(same[0][0], a);
	of_header("list_add corruption. next->prev should be prev (000), but was 000", b);
	CHECK_OP(strcmp(a, b), !=, 0);
}

RUN(fingerprints, fingerprint_in_an_interrupt, fingerprint_of_a_full_stack,
    fingerprint_of_no_memory, fingerprint_of_what_the_header_names)
