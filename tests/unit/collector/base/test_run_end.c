/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_run_end.c - other programs end in time, with their children, and with us */
#include "base/clock.h"
#include "base/err.h"
#include "base/run.h"

#include "check.h"
#include "temp_dir.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHELL(text) ((const char *const[]){ "sh", "-c", text, NULL })

static uint64_t ms_since(uint64_t start)
{
	return (clock_ns() - start) / CLOCK_NS_PER_MS;
}

/* Runs for ever; ended within limit + most ms, with the output so far. */
static void stops(const char *text, unsigned limit, unsigned most)
{
	const struct run_cfg cfg = {
		.argv = SHELL(text), .out = RUN_KEEP, .timeout_ms = limit, .max = 100
	};
	uint64_t start = clock_ns();
	struct run_result r;

	CHECK_EQ(run_program(&cfg, &r), -ETIMEDOUT);
	CHECK_OP(ms_since(start), >=, limit);
	CHECK_OP(ms_since(start), <, limit + most);
	CHECK(strstr(fail_text(), "sh did not end within 1s and was stopped") != NULL);
	CHECK_MEM(r.out.data, "y\n", 2);
	run_result_fini(&r);
	fail_clear();
}

TEST(deadline)
{
	stops("echo y; sleep 600", 200, 900);
	/* One that never stops writing does not hide the end of its time. */
	stops("exec yes", 200, 900);
	/* One that closed its outputs. */
	stops("echo y; exec >&- 2>&-; sleep 600", 200, 900);
	/* One that does not listen to SIGTERM. */
	stops("trap '' TERM; echo y; while :; do sleep 600; done", 200, RUN_KILL_MS + 900);
}

/* Whether the process has ended; without an init that collects, it may be a zombie. */
static bool has_ended(int pid)
{
	char file[64], how = 'Z';
	FILE *f;

	snprintf(file, sizeof(file), "/proc/%d/stat", pid);
	f = fopen(file, "r");
	if (f) {
		CHECK_EQ(fscanf(f, "%*d %*s %c", &how), 1);
		fclose(f);
	}
	return how == 'Z';
}

static int number_in(const char *file)
{
	FILE *f = fopen(file, "r");
	int nr = 0;

	if (f && fscanf(f, "%d", &nr) != 1)
		nr = 0;
	if (f)
		fclose(f);
	return nr;
}

/* The children of a program that was stopped are stopped as well. */
TEST(the_group_ends_with_it)
{
	char file[TEMP_PATH_MAX], text[200];
	struct run_result r;
	int pid;

	temp_path("run", file);
	snprintf(text, sizeof(text), "(trap '' TERM; exec sleep 600) & echo $! >%s; wait", file);
	CHECK_EQ(run_program(&(struct run_cfg){ .argv = SHELL(text), .timeout_ms = 300 }, &r),
		 -ETIMEDOUT);
	run_result_fini(&r);
	pid = number_in(file);
	CHECK_OP(pid, >, 0);
	unlink(file);
	for (int i = 0; i < 100 && !has_ended(pid); i++)
		usleep(20000);
	CHECK(has_ended(pid));
	fail_clear();
}

/* Whoever runs a program is killed: nobody would keep its time limit. */
TEST(it_does_not_outlive_us)
{
	char file[TEMP_PATH_MAX], text[200];
	pid_t us;
	int pid = 0;

	temp_path("run", file);
	snprintf(text, sizeof(text), "echo $$ >%s; exec sleep 600", file);
	us = fork();
	CHECK_OP(us, >=, 0);
	if (us == 0) {
		struct run_result r;

		(void)run_program(&(struct run_cfg){ .argv = SHELL(text) }, &r);
		_exit(0);
	}
	for (int i = 0; i < 500 && !(pid = number_in(file)); i++)
		usleep(20000);
	CHECK_OP(pid, >, 0);
	CHECK_EQ(kill(us, SIGKILL), 0);
	CHECK_EQ(waitpid(us, NULL, 0), us);
	for (int i = 0; i < 500 && !has_ended(pid); i++)
		usleep(20000);
	CHECK(has_ended(pid));
	unlink(file);
}

/* A service that it started holds the pipe, and is not waited for. */
TEST(one_that_leaves_a_service_behind)
{
	uint64_t start = clock_ns();
	struct run_result r;

	CHECK_EQ(run_program(&(struct run_cfg){ .argv = SHELL("sleep 5 & echo started"),
						.out = RUN_KEEP },
			     &r),
		 0);
	CHECK_OP(ms_since(start), <, 4000);
	CHECK_STR(r.out.data, "started\n");
	run_result_fini(&r);
}

RUN(deadline, the_group_ends_with_it, it_does_not_outlive_us, one_that_leaves_a_service_behind)
