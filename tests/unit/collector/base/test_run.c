/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_run.c - other programs: what goes in, and what comes out */
#include "base/err.h"
#include "base/run.h"

#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHELL(text) ((const char *const[]){ "sh", "-c", text, NULL })

/* Both outputs kept. */
static int shell(const char *text, struct run_result *r)
{
	return run_program(
		&(struct run_cfg){ .argv = SHELL(text), .out = RUN_KEEP, .err = RUN_KEEP }, r);
}

TEST(outputs_and_exit_code)
{
	struct run_result r;

	CHECK_EQ(shell("echo out; echo err >&2; exit 3", &r), 0);
	CHECK_EQ(r.exit_code, 3);
	CHECK_EQ(r.signal, 0);
	CHECK_STR(r.out.data, "out\n");
	CHECK_STR(r.err.data, "err\n");
	CHECK_EQ(r.out.len, 4);
	CHECK_EQ(r.out.dropped, 0);
	run_result_fini(&r);
}

TEST(nothing_is_kept_by_default)
{
	struct run_result r;

	CHECK_EQ(run_program(&(struct run_cfg){ .argv = SHELL("echo out; cat; echo err >&2") }, &r),
		 0);
	CHECK_EQ(r.exit_code, 0);
	CHECK_STR(r.out.data, "");
	CHECK_STR(r.err.data, "");
	run_result_fini(&r);
}

TEST(one_order_for_both_outputs)
{
	const struct run_cfg cfg = { .argv = SHELL("echo 1; echo 2 >&2; echo 3"),
				     .out = RUN_KEEP,
				     .err = RUN_AS_OUT };
	struct run_result r;

	CHECK_EQ(run_program(&cfg, &r), 0);
	CHECK_STR(r.out.data, "1\n2\n3\n");
	run_result_fini(&r);
}

/* More than a pipe holds, both ways at once. */
TEST(input)
{
	size_t len = 300000;
	char *data = malloc(len);
	const char *const argv[] = { "cat", NULL };
	const struct run_cfg cfg = {
		.argv = argv, .input = data, .input_len = len, .out = RUN_KEEP, .max = 1 << 20
	};
	struct run_result r;

	for (size_t i = 0; i < len; i++)
		data[i] = (char)(i * 7);
	CHECK_EQ(run_program(&cfg, &r), 0);
	CHECK_EQ(r.out.len, len);
	CHECK_MEM(r.out.data, data, len);
	run_result_fini(&r);
	free(data);
}

TEST(descriptors)
{
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	const char *const argv[] = { "head", "-c5", NULL };
	struct run_result r;

	CHECK_EQ(run_program(&(struct run_cfg){ .argv = argv, .in = RUN_FD(fd), .out = RUN_KEEP },
			     &r),
		 0);
	CHECK_EQ(r.out.len, 5);
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC); /* still ours */
	run_result_fini(&r);
	close(fd);
}

TEST(environment_and_name)
{
	static const char *const env[] = { "ONE=1", NULL };
	const char *const argv[] = { "another-name", "-c", "echo $0 $ONE $HOME", NULL };
	const struct run_cfg cfg = { .argv = argv, .program = "sh", .env = env, .out = RUN_KEEP };
	struct run_result r;

	CHECK_EQ(run_program(&cfg, &r), 0);
	CHECK_STR(r.out.data, "another-name 1\n");
	run_result_fini(&r);
}

/* Our handlers and masks are not the program's. */
TEST(signals_are_as_by_default)
{
	struct run_result r;
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	CHECK_EQ(shell("kill -TERM $$; exit 9", &r), 0);
	CHECK_EQ(r.signal, SIGTERM);
	CHECK_EQ(r.exit_code, 128 + SIGTERM);
	run_result_fini(&r);
	CHECK_EQ(shell("kill -PIPE $$; exit 9", &r), 0);
	CHECK_EQ(r.signal, SIGPIPE);
	run_result_fini(&r);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	signal(SIGPIPE, SIG_DFL);
}

/* Whatever it writes is read, so it comes to its end; what is kept is bounded. */
TEST(output_is_bounded)
{
	struct run_cfg cfg = { .argv = SHELL("yes 1234567 | head -c 1000000; echo end"),
			       .out = RUN_KEEP,
			       .max = 1000 };
	struct run_result r;

	CHECK_EQ(run_program(&cfg, &r), 0);
	CHECK_EQ(r.exit_code, 0);
	CHECK_EQ(r.out.len, 1000);
	CHECK_EQ(r.out.dropped, 1000004 - 1000);
	CHECK_MEM(r.out.data, "1234567\n1", 9);
	run_result_fini(&r);
	cfg.keep_end = true;
	CHECK_EQ(run_program(&cfg, &r), 0);
	CHECK_EQ(r.out.len, 1000);
	CHECK_EQ(r.out.dropped, 1000004 - 1000);
	CHECK_STR(r.out.data + 1000 - 9, "234567\nend\n" + 2);
	run_result_fini(&r);
}

TEST(one_that_is_not_there)
{
	const char *const none[] = { "kdump-no-such-program", NULL };
	const char *const folder[] = { "/etc", NULL };
	struct run_result r;

	CHECK_EQ(run_program(&(struct run_cfg){ .argv = none }, &r), -ENOENT);
	CHECK_STR(fail_text(), "kdump-no-such-program is not installed");
	run_result_fini(&r);
	CHECK_EQ(run_program(&(struct run_cfg){ .argv = folder }, &r), -ENOENT);
	run_result_fini(&r);
	fail_clear();
}

/* exec's own error, and no shell that guesses what the file may be. */
TEST(one_that_cannot_be_executed)
{
	char file[TEMP_PATH_MAX];
	const char *const argv[] = { file, NULL };
	struct run_result r;
	int fd;

	temp_path("run", file);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	CHECK_EQ(write(fd, "echo hello\n", 11), 11);
	close(fd);
	CHECK_EQ(run_program(&(struct run_cfg){ .argv = argv, .out = RUN_KEEP }, &r), -ENOEXEC);
	CHECK(strstr(fail_text(), file) != NULL);
	CHECK_STR(r.out.data, "");
	run_result_fini(&r);
	unlink(file);
	fail_clear();
}

TEST(relative_directories_of_path_do_not_count)
{
	char *old = strdup(getenv("PATH")), file[PATH_MAX];

	CHECK_EQ(chdir("/bin"), 0);
	setenv("PATH", ":.:../bin", 1);
	CHECK(!run_find("sh", file));
	setenv("PATH", "/nowhere:/bin", 1);
	CHECK(run_find("sh", file));
	CHECK_STR(file, "/bin/sh");
	unsetenv("PATH");
	CHECK(run_find("sh", file));
	CHECK(!run_find("", file));
	CHECK(!run_find("/etc", file));
	setenv("PATH", old, 1);
	free(old);
}

TEST(why_it_failed)
{
	struct run_result r;
	char line[RUN_LINE_MAX];

	CHECK_EQ(shell("echo first; echo ' the reason ' >&2; echo >&2; exit 4", &r), 0);
	CHECK_EQ(run_check("prog", &r), -EIO);
	CHECK_STR(fail_text(), "prog: exit status 4: the reason");
	CHECK_STR(run_first_line(&r.out, line), "first");
	run_result_fini(&r);
	CHECK_EQ(run_must(&(struct run_cfg){ .argv = SHELL("kill -9 $$") }), -EIO);
	CHECK_STR(fail_text(), "sh: killed by signal 9 (Killed)");
	CHECK_EQ(run_must(&(struct run_cfg){ .argv = SHELL("exit 1") }), -EIO);
	CHECK_STR(fail_text(), "sh: exit status 1");
	fail_clear();
	CHECK_EQ(run_must(&(struct run_cfg){ .argv = SHELL("exit 0") }), 0);
	CHECK_STR(fail_text(), "");
}

/* A program that fails without a message must not leave an error that ends in a colon. */
TEST(reason)
{
	static const struct {
		const char *script, *reason;
	} cases[] = {
		{ "echo one; echo two; exit 3", "two" },
		{ "echo out; echo err >&2; exit 3", "err" },
		{ "exit 4", "exit status 4, without a message" },
		{ "kill -9 $$", "killed by signal 9 (Killed), without a message" },
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct run_result r;
		char line[RUN_LINE_MAX];

		CHECK_EQ(shell(cases[i].script, &r), 0);
		CHECK_STR(run_reason(&r, line), cases[i].reason);
		run_result_fini(&r);
	}
}

TEST(answer)
{
	const char *const none[] = { "kdump-no-such-program", NULL };
	char *text = NULL;

	CHECK_EQ(run_ask(SHELL("echo err >&2; echo answer"), &text), 0);
	CHECK_STR(text, "answer\n");
	free(text);
	CHECK_EQ(run_ask(SHELL("echo answer; echo first >&2; echo why >&2; exit 3"), &text), 3);
	CHECK_STR(fail_text(), "sh: exit status 3: why");
	CHECK_EQ(run_ask(SHELL("kill -9 $$"), &text), -EIO);
	CHECK_EQ(run_ask(none, &text), -ENOENT);
	CHECK_STR(fail_text(), "kdump-no-such-program is not installed");
	CHECK_EQ(run_ask(SHELL("exec head -c 1048577 /dev/zero"), &text), -EFBIG);
	CHECK_EQ(text, NULL);
	CHECK(run_exists("sh") && !run_exists("kdump-no-such-program"));
	fail_clear();
}

static int called(void *arg)
{
	printf("called with %s\n", (const char *)arg);
	return 5;
}

TEST(a_function_in_a_copy)
{
	const char *const argv[] = { "the function", NULL };
	const struct run_cfg cfg = {
		.argv = argv, .call = called, .arg = (void *)"this", .out = RUN_KEEP
	};
	struct run_result r;

	CHECK_EQ(run_program(&cfg, &r), 0);
	CHECK_EQ(r.exit_code, 5);
	CHECK_STR(r.out.data, "called with this\n");
	run_result_fini(&r);
}

static int nr_descriptors(void)
{
	int nr = 0;

	for (int fd = 0; fd < 200; fd++)
		nr += fcntl(fd, F_GETFD) >= 0;
	return nr;
}

TEST(nothing_is_left_open)
{
	int before = nr_descriptors();
	struct run_result r;

	CHECK_EQ(shell("exit 0", &r), 0);
	run_result_fini(&r);
	CHECK_EQ(run_must(&(struct run_cfg){ .argv = SHELL("sleep 60"), .timeout_ms = 50 }),
		 -ETIMEDOUT);
	CHECK_EQ(nr_descriptors(), before);
	fail_clear();
}

RUN(outputs_and_exit_code, nothing_is_kept_by_default, one_order_for_both_outputs, input,
    descriptors, environment_and_name, signals_are_as_by_default, output_is_bounded,
    one_that_is_not_there, one_that_cannot_be_executed, relative_directories_of_path_do_not_count,
    why_it_failed, reason, answer, a_function_in_a_copy, nothing_is_left_open)
