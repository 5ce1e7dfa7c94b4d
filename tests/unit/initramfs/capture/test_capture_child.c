/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_capture_child.c - real programs that end, fail, hang, and are not there */
#include "initramfs/capture/child.h"

#include "base/err.h"
#include "check.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/transcript.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static struct child_cfg sh(const char *const *argv)
{
	return (struct child_cfg){ .argv = argv, .in = -1, .out = -1, .err = -1 };
}

static int run(const char *script, unsigned ms)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	const struct child_cfg cfg = sh(argv);
	struct deadline by = deadline_in_ms(ms);

	fail_clear();
	return child_run(&cfg, &by);
}

static bool transcript_has(const char *words)
{
	size_t len;
	const char *text = console_transcript(&len);

	return memmem(text, len, words, strlen(words)) != NULL;
}

TEST(a_good_program_is_heard)
{
	CHECK_EQ(run("echo out-words; echo err-words >&2", 5000), 0);
	CHECK(transcript_has("] out-words\n"));
	CHECK(transcript_has("] err-words\n"));
}

TEST(a_bad_one_says_how_it_ended)
{
	CHECK_EQ(run("exit 3", 5000), -EIO);
	CHECK_STR(fail_text(), "sh: ended with status 3");
	CHECK_EQ(run("kill -SEGV $$", 5000), -EIO);
	CHECK(strstr(fail_text(), "signal 11"));
	CHECK_EQ(run("kill -KILL $$", 5000), -EIO);
	CHECK(strstr(fail_text(), "memory"));
}

TEST(one_that_is_not_there_is_a_failure_of_start)
{
	const char *const argv[] = { "/no/such/program", NULL };
	const struct child_cfg cfg = sh(argv);
	struct deadline by = deadline_in(5);

	fail_clear();
	CHECK_EQ(child_run(&cfg, &by), -ENOENT);
	CHECK_STR(fail_text(), "start /no/such/program: No such file or directory");
}

TEST(one_that_hangs_is_ended_with_all_its_children)
{
	uint64_t before = clock_ns();
	const char *const argv[] = { "sh", "-c", "sleep 1000 & sleep 1000", NULL };
	struct child_cfg cfg = sh(argv);
	struct deadline by = deadline_in_ms(300);
	struct child c;
	pid_t group;
	int status;

	fail_clear();
	CHECK_EQ(child_start(&cfg, &c), 0);
	group = c.pid;
	CHECK_EQ(child_wait(&c, &by, &status), -ETIMEDOUT);
	CHECK_OP(clock_ns() - before, <, 4000000000ull);
	CHECK_OP(group, >, 1);
	usleep(100000);
	while (waitpid(-group, NULL, WNOHANG) > 0) /* orphans are ours, see main() */
		;
	CHECK(kill(-group, 0) < 0 && errno == ESRCH);
}

TEST(one_that_ignores_the_polite_signal_is_ended_too)
{
	uint64_t before = clock_ns();

	CHECK_EQ(run("trap '' TERM; while :; do sleep 0.2; done", 300), -ETIMEDOUT);
	CHECK_STR(fail_text(), "sh: it did not end in time and was stopped");
	CHECK_OP(clock_ns() - before, <, 6000000000ull);
}

TEST(signals_and_environment_are_fresh)
{
	const char *const env[] = { "ONLY=this", "PATH=/usr/bin:/bin", NULL };
	const char *const argv[] = { "sh", "-c", "echo env=$ONLY$HOME; kill -PIPE $$", NULL };
	struct child_cfg cfg = sh(argv);
	struct deadline by = deadline_in(5);

	signal(SIGPIPE, SIG_IGN);
	cfg.env = env;
	CHECK_OP(child_run(&cfg, &by), <, 0); /* SIGPIPE kills it again */
	CHECK(transcript_has("] env=this\n"));
}

static int call_fail(void *arg)
{
	console_log("words of a copy %s", (const char *)arg);
	return fail_adopt(-ENODEV, "inner words: No such device");
}

static int call_hang(void *arg)
{
	(void)arg;
	pause();
	return 0;
}

static int call_die(void *arg)
{
	(void)arg;
	signal(SIGABRT, SIG_DFL);
	kill(getpid(), SIGABRT);
	return 0;
}

TEST(a_call_in_a_copy_brings_its_words_back)
{
	struct deadline by = deadline_in(5), soon = deadline_in_ms(200);

	CHECK_EQ(child_call(call_fail, (char *)"here", "mount", &by), -ENODEV);
	CHECK_STR(fail_text(), "inner words: No such device");
	CHECK(transcript_has("kdump: words of a copy here\n"));
	CHECK_EQ(child_call(call_hang, NULL, "mount /x", &soon), -ETIMEDOUT);
	CHECK_STR(fail_text(), "mount /x: no answer in time; given up");
	fail_clear();
	CHECK_OP(child_call(call_die, NULL, "mount /x", &by), <, 0);
	CHECK(strstr(fail_text(), "mount /x: killed by signal 6"));
}

TEST(progress_and_escapes_of_programs)
{
	CHECK_EQ(run("printf 'Copying 10 %%\\rCopying 20 %%\\r'; printf 'a\\033[2Jb\\n'", 5000), 0);
	CHECK(!transcript_has("Copying 10 %"));
	CHECK(transcript_has("kdump: Copying 20 %"));
	CHECK(transcript_has("] a [2Jb\n"));
}

/* It prints faster than anybody can read; the deadline counts all the same. */
TEST(one_that_prints_without_end)
{
	uint64_t before = clock_ns();
	size_t len;

	CHECK_EQ(run("exec yes", 500), -ETIMEDOUT);
	CHECK_OP(clock_ns() - before, <, 6000000000ull);
	CHECK(transcript_has("] y\n"));
	CHECK(transcript_has("kdump: sh: "));
	CHECK(transcript_has("bytes of it are not in kexec-dmesg.log either"));
	(void)console_transcript(&len);
	CHECK_OP(len, <=, TRANSCRIPT_SIZE);
}

/* What is left out of one program's output leaves the next one's and our own alone. */
TEST(a_share_for_each_program)
{
	CHECK_EQ(run("i=0; while [ $i -lt 300 ]; do echo line $i of many; i=$((i+1)); done", 5000),
		 0);
	CHECK(transcript_has("] line 299 of many\n"));
	CHECK(transcript_has("kdump: sh: 100 more lines"));
	CHECK(transcript_has("but all are in kexec-dmesg.log"));
	CHECK_EQ(run("echo the next one", 5000), 0);
	CHECK(transcript_has("] the next one\n"));
}

TEST(both_ends_of_what_is_read)
{
	const char *const argv[] = { "sh", "-c",
				     "echo first; head -c 3000000 /dev/zero; echo last; exit 4",
				     NULL };
	struct child_cfg cfg = sh(argv);
	struct deadline by = deadline_in(10);
	struct child_output o;
	struct child c;
	char head[100];
	int theirs, status;

	CHECK_EQ(child_output_open(&o, head, sizeof(head), &theirs), 0);
	cfg.out = theirs;
	CHECK_EQ(child_start(&cfg, &c), 0);
	close(theirs);
	c.output[0] = &o;
	CHECK_EQ(child_wait(&c, &by, &status), 0);
	CHECK_EQ(WEXITSTATUS(status), 4);
	child_output_close(&o);
	CHECK_EQ(o.total, 3000000 + 6 + 5);
	CHECK(o.len == 100 && memcmp(head, "first\n", 6) == 0);
	CHECK(o.tail_len == CHILD_OUTPUT_TAIL && strcmp(o.tail + o.tail_len - 5, "last\n") == 0);
}

/* Last: it fills the transcript. */
TEST(the_transcript_keeps_head_and_tail)
{
	static struct transcript t;
	char line[64];
	const char *end;
	unsigned lines = 0;

	for (unsigned i = 0; i < 10000; i++) {
		int n = snprintf(line, sizeof(line), "line number %u", i);

		transcript_add(&t, i * 1000000000ull, line, (size_t)n);
		CHECK_OP(t.len, <=, TRANSCRIPT_SIZE);
	}
	end = t.text + t.len;
	CHECK(memmem(t.text, t.len, "] line number 0\n", 16));
	CHECK(memmem(t.text, t.len, "] line number 9999\n", 19));
	for (const char *p = t.text; p < end; p = (char *)memchr(p, '\n', (size_t)(end - p)) + 1) {
		CHECK_EQ(*p, '[');
		lines++;
	}
	CHECK_EQ(lines + t.dropped, 10000);
	for (unsigned i = 0; i < 2000; i++)
		transcript_add(&t, 1, t.text, 1000 + i); /* longer than a line may be */
	CHECK_OP(t.len, <=, TRANSCRIPT_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U9(a_good_program_is_heard, a_bad_one_says_how_it_ended,
		   one_that_is_not_there_is_a_failure_of_start,
		   one_that_hangs_is_ended_with_all_its_children,
		   one_that_ignores_the_polite_signal_is_ended_too,
		   signals_and_environment_are_fresh, a_call_in_a_copy_brings_its_words_back,
		   progress_and_escapes_of_programs, a_share_for_each_program),
		U3(both_ends_of_what_is_read, one_that_prints_without_end,
		   the_transcript_keeps_head_and_tail),
	};

	if (console_open("", false) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return 99;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
