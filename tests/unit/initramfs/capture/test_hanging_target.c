/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_hanging_target.c - a capture with two targets, of which the first hangs or dies
 *
 * Every operation of a target hangs in turn, as listed by TARGET_OPS: the capture ends in time,
 * with a whole dump and the log on the first target or on the second. Our own collector is
 * this very program under its name.
 *
 * Deadlines are long, so that a busy machine meets them; while a target hangs, the clock runs fast.
 */
#include "initramfs/capture/capture.h"

#include "base/clock.h"
#include "base/err.h"
#include "check.h"
#include "temp_dir.h"
#include "initramfs/capture/console.h"
#include "play_target.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define LONGEST	 60u				 /* seconds of a step */
#define TOO_LONG (20 * LONGEST * CLOCK_NS_PER_S) /* of a capture */
#define FAST_MS	 10				 /* while a target hangs, each of these ... */
#define FAST_NS	 (2 * CLOCK_NS_PER_S)		 /* ... is so long */

/* How much the clock of a capture is fast; shared by its processes. */
static _Atomic uint64_t *fast;

int clock_gettime(clockid_t id, struct timespec *ts)
{
	int rc = (int)syscall(SYS_clock_gettime, id, ts);
	uint64_t ns = (uint64_t)ts->tv_nsec + (fast && id == CLOCK_MONOTONIC ? *fast : 0);

	ts->tv_sec += (time_t)(ns / CLOCK_NS_PER_S);
	ts->tv_nsec = (long)(ns % CLOCK_NS_PER_S);
	return rc;
}

/* By that clock, too. */
int poll(struct pollfd *fds, nfds_t nr, int timeout)
{
	const struct deadline by =
		timeout < 0 ? deadline_limit(0) : deadline_in_ms((uint64_t)timeout);
	int rc;

	do {
		int left = deadline_left_ms(&by);
		struct timespec ts = { .tv_nsec = (left < FAST_MS ? left : FAST_MS) * 1000000L };

		rc = ppoll(fds, nr, &ts, NULL);
	} while (rc == 0 && !deadline_over(&by));
	return rc;
}

static void hang(void)
{
	usleep(FAST_MS * 1000);
	*fast += FAST_NS;
}

static char root[TEMP_DIR_MAX + 16];

/* --dump-dmesg SOURCE -: a log. --report --json=FILE SOURCE -: a report. Else a dump. */
static int play_collector(int argc, char **argv)
{
	FILE *f;

	if (argc > 1 && strcmp(argv[1], "--dump-dmesg") == 0)
		return puts("the log of a crashed kernel") < 0;
	if (argc > 2 && strcmp(argv[1], "--report") == 0) {
		f = fopen(argv[2] + strlen("--json="), "w");
		return f && fputs("{}\n", f) >= 0 && fclose(f) == 0 ? puts("Reason") < 0 : 96;
	}
	f = fopen(argv[argc - 1], "w");
	return f && fputs("KDUMP   ", f) >= 0 && fclose(f) == 0 ? 0 : 97;
}

static void add(struct plan *plan, enum plan_target_kind kind, const char *source)
{
	struct plan_target *t;
	char path[100];

	snprintf(path, sizeof(path), "%s/%s", root, source);
	CHECK_EQ(plan_add_target(plan, kind, &t), 0);
	plan_set(&t->source, source);
	plan_set(&t->path, path);
}

static void setup(struct capture *c, enum plan_target_kind kind, const char *conf)
{
	char command[300];

	snprintf(command, sizeof(command), "cd %s && rm -rf * && mkdir first second", root);
	CHECK_EQ(system(command), 0);
	memset(c, 0, sizeof(*c));
	c->cfg = (struct capture_cfg){ .root = root,
				       .vmcore = "/proc/self/exe",
				       .longest = LONGEST,
				       .make_target = play_make };
	c->failsafe.fd = -1;
	c->status.started = clock_ns();
	CHECK_EQ(config_parse("kdump.conf", conf, strlen(conf), CONFIG_LENIENT, &c->config), 0);
	CHECK_EQ(plan_init(&c->plan), 0);
	add(&c->plan, kind, "first");
	add(&c->plan, kind, "second");
	fail_clear();
}

static bool has(const char *target, const char *name)
{
	char path[200];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s/%s", root, target, name);
	return stat(path, &st) == 0 && st.st_size > 0;
}

static bool has_log_and_core(const char *target)
{
	return has(target, "vmcore") && has(target, "vmcore-dmesg.txt");
}

static bool has_all(const char *target)
{
	return has_log_and_core(target) && has(target, "kdump-status.json") &&
	       has(target, "kexec-dmesg.log") && has(target, "vmcore-report.txt") &&
	       has(target, "vmcore-report.json");
}

/* Returns where the dump is, or "nowhere", in time. */
static const char *capture(enum plan_target_kind kind, const char *conf)
{
	struct capture *c = calloc(1, sizeof(*c));
	uint64_t since = clock_ns();
	const char *where = "nowhere";
	int rc;

	CHECK(c);
	setup(c, kind, conf);
	rc = capture_save(c);
	capture_leave(c);
	if (rc == 0 && clock_ns() - since < TOO_LONG)
		where = has_all("second")	    ? "second"
			: has_log_and_core("first") ? "first"
						    : "nowhere";
	plan_free(&c->plan);
	config_free(&c->config);
	free(c);
	return where;
}

static const char plain[] = "keep_dumps 2\nmin_free 1\nretry 1\n";
static const char with_scp[] = "core_collector scp -q\n";

/* The targets' kind and configuration with which a capture reaches this operation. */
static const char *where_with(enum target_op op)
{
	return op == TARGET_OP_copy ? capture(PLAN_SSH, with_scp) : capture(PLAN_FS, plain);
}

static void fake_scp(void)
{
	char path[300], *all;
	FILE *f;

	snprintf(path, sizeof(path), "%s.bin", root);
	CHECK_EQ(mkdir(path, 0700), 0);
	CHECK_OP(asprintf(&all, "%s:%s", path, getenv("PATH")), >, 0);
	setenv("PATH", all, 1);
	free(all);
	snprintf(path, sizeof(path), "%s.bin/scp", root);
	f = fopen(path, "w");
	CHECK(f && fputs("#!/bin/sh\nfor to in \"$@\"; do :; done\necho KDUMP >\"$to\"\n", f) >= 0);
	CHECK_EQ(fclose(f), 0);
	CHECK_EQ(chmod(path, 0700), 0);
}

TEST(every_operation_is_reached)
{
	CHECK_STR(capture(PLAN_FS, plain), "first");
	CHECK_STR(capture(PLAN_SSH, with_scp), "first");
	for (unsigned op = 0; op < TARGET_OP_COUNT; op++)
		CHECK(play_reached[op]);
}

/* Each in a root of its own, below the first, and with its clock: they run at the same time. */
static bool new_root(void)
{
	strcat(root, "/own-XXXXXX");
	fast = mmap(NULL, sizeof(*fast), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return fast != MAP_FAILED && mkdtemp(root);
}

static bool stands_a_hang(enum target_op op)
{
	play_hangs = op;
	play_hang = hang;
	return new_root() && strcmp(where_with(op), op == TARGET_OP_down ? "first" : "second") == 0;
}

static bool stands_a_death(enum target_op op)
{
	play_dies = op;
	return new_root() && strcmp(where_with(op), "nowhere") != 0;
}

TEST(any_operation_may_hang)
{
	CHECK(play_each(stands_a_hang));
}

TEST(any_operation_may_kill_its_process)
{
	CHECK(play_each(stands_a_death));
}

static void remove_root(void)
{
	char command[200];

	snprintf(command, sizeof(command), "rm -rf %s %s.bin", root, root);
	if (system(command) != 0)
		fprintf(stderr, "failed: %s\n", command);
}

int main(int argc, char **argv)
{
	int failed;
	const struct CMUnitTest tests[] = {
		U3(every_operation_is_reached, any_operation_may_hang,
		   any_operation_may_kill_its_process),
	};

	if (strcmp(argv[0], "kdump-collect") == 0)
		return play_collector(argc, argv);
	play_reached = mmap(NULL, TARGET_OP_COUNT, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (console_open("", false) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 ||
	    play_reached == MAP_FAILED)
		return 99;
	temp_dir(root);
	fake_scp();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	remove_root();
	return failed;
}
