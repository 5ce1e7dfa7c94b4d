/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_target_proxy.c - a target that works in a process of its own, and hangs in every call in
 * turn
 *
 * The calls are made from TARGET_OPS, so that a new operation without a test does not compile.
 */
#include "initramfs/capture/target/target_proxy.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"
#include "play_target.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/target/target_call.h"
#include "initramfs/plan/plan.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT 300000000ull  /* ns: the deadline of the call that hangs */
#define SLACK 3000000000ull /* ns: and what may come on top of it */

static char dir[TEMP_DIR_MAX + 16];
static struct plan_target spec = { .kind = PLAN_FS, .source = (char *)"first", .path = dir };
static struct target_file file;

/* What the capture calls, with a deadline; "start" waits for its program as well. */
static int call_up(struct target *t, const struct deadline *by)
{
	return t->ops->up(t, by);
}

static int call_space(struct target *t, const struct deadline *by)
{
	uint64_t space = 0;
	int rc = t->ops->space(t, by, &space);

	return rc == 0 ? (space == 12345ull << 20 ? 0 : -ERANGE) : rc;
}

static int call_begin(struct target *t, const struct deadline *by)
{
	return t->ops->begin(t, "dump", by);
}

static int call_open(struct target *t, const struct deadline *by)
{
	return t->ops->open(t, "vmcore", FILE_REPLACE | FILE_CORE, by, &file);
}

static int call_by_path(struct target *t, const struct deadline *by)
{
	return target_by_path(t, &file, by);
}

static int call_copy(struct target *t, const struct deadline *by)
{
	return t->ops->copy(t, by, &file);
}

static int run(struct target *t, const char *script, const struct deadline *by, int *status)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	struct child_cfg cfg = { .argv = argv, .in = -1, .out = -1, .err = -1 };
	struct child child;
	int rc = target_start(t, &file, &cfg, by, &child);

	return rc == 0 ? child_wait(&child, by, status) : rc;
}

static int call_start(struct target *t, const struct deadline *by)
{
	int status = 0, rc = run(t, "echo to the file", by, &status);

	return rc == 0 ? (status == 0 ? 0 : -ECHILD) : rc;
}

static int call_measure(struct target *t, const struct deadline *by)
{
	struct target_size size;
	int rc = target_measure(t, &file, by, &size);

	return rc == 0 ? (size.bytes == 12 ? 0 : -ERANGE) : rc;
}

static int call_close(struct target *t, const struct deadline *by)
{
	return t->ops->close(t, &file, FILE_DONE, by);
}

static int call_make_space(struct target *t, const struct deadline *by)
{
	unsigned removed;
	int rc = t->ops->make_space(t, 3, 4, by, &removed);

	return rc == 0 ? (removed == 7 ? 0 : -ERANGE) : rc;
}

static int call_put(struct target *t, const struct deadline *by)
{
	return target_put(t, "note", "text", 4, by);
}

static int call_down(struct target *t, const struct deadline *by)
{
	t->ops->down(t, by);
	return t->lost ? -ETIMEDOUT : 0;
}

#define CALL(op) [TARGET_OP_##op] = call_##op,
static int (*const call[TARGET_OP_COUNT])(struct target *,
					  const struct deadline *) = { TARGET_OPS(CALL) };

/* The order in which a capture does it; every operation is there. */
static const enum target_op order[] = {
	TARGET_OP_up,	TARGET_OP_begin,   TARGET_OP_space,   TARGET_OP_make_space,
	TARGET_OP_open, TARGET_OP_start,   TARGET_OP_measure, TARGET_OP_close,
	TARGET_OP_open, TARGET_OP_by_path, TARGET_OP_copy,    TARGET_OP_put,
	TARGET_OP_down,
};

static struct target *make(void)
{
	struct target_cfg cfg = { .spec = &spec, .make = play_make };
	struct target *t;

	fail_clear();
	CHECK_EQ(target_proxy_new(&cfg, &t), 0);
	return t;
}

static bool has_text(const char *file_name, const char *text)
{
	char path[100], got[100] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, file_name);
	f = fopen(path, "r");
	if (!f)
		return false;
	(void)!fread(got, 1, sizeof(got) - 1, f);
	fclose(f);
	return strcmp(got, text) == 0;
}

static bool transcript_has(const char *words)
{
	size_t len;
	const char *text = console_transcript(&len);

	return memmem(text, len, words, strlen(words)) != NULL;
}

TEST(every_operation_arrives_and_answers)
{
	struct deadline by = deadline_in(20);
	struct target *t = make();

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		CHECK_EQ(call[order[i]](t, &by), 0);
		if (order[i] == TARGET_OP_begin)
			CHECK_STR(t->dir, "dump-2");
		if (order[i] == TARGET_OP_open) {
			CHECK_EQ(file.fd, -1);
			CHECK_STR(file.part, "vmcore-incomplete");
		}
	}
	CHECK_STR(t->host, "192.0.2.7");
	CHECK(has_text("vmcore", "to the file\n") && has_text("note", "text"));
	CHECK(transcript_has("kdump: begin in the process of the target\n"));
	t->ops->free(t);
}

TEST(errors_come_with_their_message)
{
	struct deadline by = deadline_in(20);
	struct target *t = make();

	CHECK_EQ(call_up(t, &by), 0);
	CHECK_EQ(t->ops->begin(t, "bad", &by), -EROFS);
	CHECK_STR(fail_text(), "words of the target");
	CHECK_EQ(call_down(t, &by), 0);
	CHECK_EQ(call_up(t, &by), 0); /* a retry */
	CHECK_EQ(call_down(t, &by), 0);
	t->ops->free(t);
}

/* Ours to wait for and to kill, though another process started it. */
TEST(a_program_is_our_own_child)
{
	const char *const argv[] = { "/no/such/program", NULL };
	const char *const args[] = { "sh", "-c", "echo out; echo more >&7; exit 5", NULL };
	struct child_cfg cfg = { .argv = argv, .in = -1, .out = -1, .err = -1 };
	struct deadline by = deadline_in(20), soon = deadline_in_ms(300);
	struct target *t = make();
	struct child child;
	int ends[2], status;
	char got[10] = "";

	CHECK_EQ(pipe2(ends, O_CLOEXEC), 0);
	CHECK_EQ(call_up(t, &by) + call_open(t, &by), 0);
	CHECK_EQ(target_start(t, &file, &cfg, &by, &child), -ENOENT);
	CHECK_STR(fail_text(), "start /no/such/program: No such file or directory");
	CHECK_EQ(waitpid(-1, &status, WNOHANG), 0); /* nothing is left but the target's process */
	cfg.argv = args;
	cfg.keep = &(struct child_keep){ .fd = ends[1], .as = 7 };
	cfg.nr_keep = 1;
	CHECK_EQ(target_start(t, &file, &cfg, &by, &child), 0);
	CHECK_EQ(child_wait(&child, &by, &status), 0);
	CHECK_EQ(WEXITSTATUS(status), 5);
	CHECK_EQ(read(ends[0], got, 9), 5);
	CHECK_STR(got, "more\n");
	CHECK_EQ(run(t, "sleep 100", &soon, &status), -ETIMEDOUT);
	CHECK_EQ(call_close(t, &by) + call_down(t, &by), 0);
	t->ops->free(t);
}

/* Goes through a capture; the operation op hangs or dies there. True: as it should. */
static bool stands(enum target_op op, int want)
{
	struct deadline by, late = deadline_in(20);
	struct target *t = make();
	uint64_t since;
	int rc = 0;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		enum target_op now = order[i];

		by = now == op ? deadline_in_ms(LIMIT / 1000000) : late;
		since = clock_ns();
		fail_clear();
		rc = call[now](t, &by);
		if (now != op && rc != 0)
			return false;
		if (now == op && (rc != want || clock_ns() - since > LIMIT + SLACK))
			return false;
		if (now == op && now != TARGET_OP_down && !strstr(fail_text(), "the-place"))
			return false;
		if (now == op)
			break;
	}
	since = clock_ns();
	if (t->lost) /* what comes then costs no time */
		for (unsigned i = 0; i < TARGET_OP_COUNT; i++)
			rc = call[i](t, &late) < 0 ? rc : 0;
	t->ops->free(t);
	return rc < 0 && clock_ns() - since < SLACK;
}

/* Each in a directory of its own, below the first: they run at the same time. */
static bool new_dir(void)
{
	strcat(dir, "/own-XXXXXX");
	return mkdtemp(dir);
}

static bool stands_a_hang(enum target_op op)
{
	play_hangs = op;
	return new_dir() && stands(op, -ETIMEDOUT);
}

static bool stands_a_death(enum target_op op)
{
	play_dies = op;
	return new_dir() && stands(op, op == TARGET_OP_down ? -ETIMEDOUT : -EIO);
}

TEST(a_target_that_hangs_costs_its_deadline)
{
	CHECK(play_each(stands_a_hang));
}

TEST(a_target_whose_process_dies)
{
	CHECK(play_each(stands_a_death));
}

/* A slow answer to a question is no reason to give the target up. */
TEST(a_late_answer_is_dropped)
{
	struct deadline by = deadline_in(20), soon = deadline_in_ms(100);
	struct target *t = make();
	pid_t pid;

	CHECK_EQ(call_up(t, &by) + call_begin(t, &by), 0);
	pid = ((struct target_proxy *)t)->process.pid;
	CHECK_EQ(kill(pid, SIGSTOP), 0);
	CHECK_EQ(call_space(t, &soon), -ETIMEDOUT);
	CHECK(strstr(fail_text(), "the-place: free space: no answer in time"));
	CHECK_EQ(call_space(t, &by), -EAGAIN);
	CHECK(!t->lost);
	CHECK_EQ(kill(pid, SIGCONT), 0);
	CHECK_EQ(call_put(t, &by), 0);
	CHECK_EQ(call_make_space(t, &by), 0);
	CHECK_EQ(call_down(t, &by), 0);
	t->ops->free(t);
}

static void remove_dir(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		fprintf(stderr, "failed: %s\n", command);
}

int main(void)
{
	int failed;
	const struct CMUnitTest tests[] = {
		U6(every_operation_arrives_and_answers, errors_come_with_their_message,
		   a_program_is_our_own_child, a_target_that_hangs_costs_its_deadline,
		   a_target_whose_process_dies, a_late_answer_is_dropped),
	};

	if (console_open("", false) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return 99;
	temp_dir(dir);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	remove_dir();
	return failed;
}
