/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_capture_parts.c - status, logs by time, kernel parameters, modules, the last resort */
#include "initramfs/capture/capture.h"
#include "base/clock.h"
#include "initramfs/capture/failsafe.h"
#include "initramfs/capture/modules.h"
#include "initramfs/capture/save/own_log.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/status.h"
#include "initramfs/capture/watchdog.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Written, and read back by a parser that is not ours. */
static void parses(const struct status *s, const char *expression, const char *want)
{
	char command[400], path[TEMP_PATH_MAX], got[256] = "";
	size_t len;
	char *text = status_json(s, &len);
	FILE *f, *in = fopen(temp_path("status.json", path), "w");

	CHECK(text && in);
	CHECK_EQ(fwrite(text, 1, len, in), len);
	fclose(in);
	snprintf(command, sizeof(command),
		 "python3 -c 'import json; s = json.load(open(\"%s\")); print(%s)'", path,
		 expression);
	f = popen(command, "r");
	CHECK(f && fgets(got, sizeof(got), f));
	CHECK_EQ(pclose(f), 0);
	got[strcspn(got, "\n")] = '\0';
	CHECK_STR(got, want);
	free(text);
	unlink(path);
}

TEST(status_is_json_whatever_is_in_it)
{
	static struct status s;

	s = (struct status){ .state = STATE_PARTIAL, .started = clock_ns(), .kind = "ext4" };
	parses(&s, "s[\"state\"], s[\"collector\"], s[\"log\"][\"name\"]", "partial None None");
	parses(&s, "s[\"test\"]", "None");
	s.test = "";
	parses(&s, "s[\"test\"]", "None");
	s.test = "1700000000000";
	parses(&s, "s[\"test\"]", "1700000000000");
	strcpy(s.address, "a \"quoted\" \\ \001 \xff name");
	strcpy(s.core.name, "vmcore-incomplete");
	s.core.state = PART_PARTIAL;
	s.core.bytes = UINT64_MAX;
	strcpy(s.collector, "{\"complete\":false}\n");
	status_hook(&s, "/etc/kdump/pre.d/10-x", "ok");
	status_error(&s, "first");
	parses(&s, "s[\"core\"][\"bytes\"], s[\"collector\"][\"complete\"]",
	       "18446744073709551615 False");
	parses(&s, "s[\"errors\"], s[\"hooks\"][0][\"result\"]", "['first'] ok");
	strcpy(s.address, "Gr\xc3\xbc\xc3\x9f"
			  "e \xe6\xbc\xa2 \xf0\x9f\x99\x82 \xc3");
	parses(&s, "ascii(s[\"target\"][\"address\"])",
	       "'Gr\\xfc\\xdfe \\u6f22 \\U0001f642 \\xc3'");
	strcpy(s.address, "\xed\xa0\x80 \xe0\x80\x80 \xf0\x80\x80\x80 \xf4\x90\x80\x80");
	parses(&s, "len(s[\"target\"][\"address\"])", "17"); /* each byte a letter of its own */
	strcpy(s.collector, "{\"complete\":fal");	     /* it was killed while it wrote */
	parses(&s, "s[\"collector\"]", "None");
	for (int i = 0; i < 100; i++) {
		char line[32];

		snprintf(line, sizeof(line), "error %d", i);
		status_error(&s, line);
		status_phase(&s, "core", clock_ns());
	}
	parses(&s, "len(s[\"errors\"]), s[\"errors\"][0], s[\"errors\"][-1], len(s[\"phases\"])",
	       "16 first error 99 1");
}

/* Why the kernel died: of a sealed dump only if the configuration says so. */
TEST(status_has_the_reason)
{
	static struct status s;
	static const char three[] = "s[\"reason\"], s[\"fingerprint\"], s[\"fatal\"]";

	s = (struct status){ .state = STATE_COMPLETE, .started = clock_ns(), .kind = "ext4" };
	parses(&s, three, "None None None");
	strcpy(s.crash.reason, "\"quoted\", \\");
	strcpy(s.crash.fingerprint, "0123456789abcdef");
	parses(&s, three, "\"quoted\", \\ 0123456789abcdef False");
	s.crash.fatal = true;
	parses(&s, three, "\"quoted\", \\ 0123456789abcdef True");
	s.sealed = true;
	parses(&s, three, "None None None");
}

TEST(kernel_records_become_lines)
{
	static const char plain[] = "6,1234,12345678,-;Linux version 6\n SUBSYSTEM=x\n";
	static const char odd[] = "4,1,5,-,caller=T1;tab\\x09bell\\x07 esc\\x1b[2J utf \xc3\xa4\n";
	char out[256];
	size_t n = own_log_record(plain, strlen(plain), out, sizeof(out));

	out[n] = '\0';
	CHECK_STR(out, "[   12.345678] Linux version 6\n");
	n = own_log_record(odd, strlen(odd), out, sizeof(out));
	out[n] = '\0';
	CHECK(strncmp(out, "[    0.000005] tab\tbell\a esc?[2J utf \xc3\xa4\n", 64) == 0);
	CHECK_EQ(own_log_record("garbage", 7, out, sizeof(out)), 0);
	CHECK_EQ(own_log_record("6,1,2,-;x", 9, out, 10), 0); /* no room */
}

TEST(two_logs_by_time)
{
	static const char a[] =
		"[    1.000000] k1\n[    3.000000] k3\nmore of k3\n[    5.000000] k5\n";
	static const char b[] = "[    2.000000] s2\n[    3.500000] s3\n[    9.000000] s9";
	char out[256];
	size_t n = own_log_merge(a, strlen(a), b, strlen(b), out);

	out[n] = '\0';
	CHECK_STR(out, "[    1.000000] k1\n[    2.000000] s2\n[    3.000000] k3\nmore of k3\n"
		       "[    3.500000] s3\n[    5.000000] k5\n[    9.000000] s9");
	CHECK_EQ(own_log_merge(NULL, 0, b, strlen(b), out), strlen(b));
}

TEST(a_module_that_is_missing_does_not_stop_the_others)
{
	const struct modules_cfg cfg = {
		.root = "/nonexistent", .cmdline = "a.x=1", .seconds = 5, .by = deadline_in(60)
	};
	struct plan plan;
	struct plan_module *m;

	CHECK_EQ(plan_init(&plan), 0);
	CHECK_EQ(plan_add_module(&plan, "/lib/modules/none/a.ko", &m), 0);
	CHECK_EQ(plan_add_module(&plan, "/lib/modules/none/b.ko.xz", &m), 0);
	CHECK_EQ(modules_load(&plan, &cfg), 2);
	plan_free(&plan);
}

/* A process with a guard, which feeds it as the test says and would live for ten seconds. */
static int guarded_with(const struct failsafe_cfg *cfg, unsigned first, int feeds, unsigned each)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		struct failsafe g;

		failsafe_start(cfg, first, &g);
		for (int i = 0; i < feeds; i++) {
			failsafe_feed(&g, each, "test");
			usleep(500000);
		}
		if (feeds > 3)
			failsafe_end(&g, true);
		else
			usleep(6000000);
		_exit(7);
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	return status;
}

static int guarded(unsigned total, unsigned first, int feeds, unsigned each)
{
	const struct failsafe_cfg cfg = { .root = "", .total = total };

	return guarded_with(&cfg, first, feeds, each);
}

TEST(the_guard_bites_when_it_is_not_fed)
{
	uint64_t before = clock_ns();
	int status = guarded(0, 1, 0, 0);

	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	CHECK_OP(clock_ns() - before, <, 4000000000ull);
}

TEST(the_guard_waits_while_it_is_fed_and_leaves_when_told)
{
	int status = guarded(0, 1, 5, 1); /* 2.5 s with meals for one */

	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

TEST(the_time_for_everything_is_over_however_much_it_eats)
{
	int status = guarded(1, 60, 3, 60);

	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* open(2) of a pipe that nobody reads blocks, as a driver does whose hardware is dead. */
TEST(a_watchdog_that_blocks_does_not_disable_the_guard)
{
	char root[TEMP_DIR_MAX], path[100];
	const struct failsafe_cfg cfg = { .root = root, .watchdogs = true };
	uint64_t before;
	int status;

	temp_dir(root);
	snprintf(path, sizeof(path), "%s/dev", root);
	CHECK_EQ(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/dev/watchdog0", root);
	CHECK_EQ(mkfifo(path, 0600), 0);
	before = clock_ns();
	status = guarded_with(&cfg, 1, 0, 0);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	CHECK_OP(clock_ns() - before, <, 4000000000ull);
	status = guarded_with(&cfg, 1, 5, 1); /* nor does it keep it from going */
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	/* The process that waits for it ends, as the other end is there at last. */
	CHECK_OP(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), >=, 0);
	CHECK_EQ(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/dev", root);
	CHECK(rmdir(path) == 0 && rmdir(root) == 0);
}

TEST(no_watchdog_is_no_trouble)
{
	struct watchdogs w;

	watchdogs_open("/nonexistent", &w);
	CHECK_EQ(w.nr, 0);
	watchdogs_kick(&w);
	watchdogs_close(&w, true);
}

static void put_watchdog(const char *root, const char *name)
{
	char path[100];
	int fd;

	snprintf(path, sizeof(path), "%s/dev/%s", root, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CHECK_OP(fd, >=, 0);
	close(fd);
}

/* The timer of a BMC is /dev/watchdog and has no number. */
TEST(a_watchdog_without_a_number_is_found_beside_another_and_late)
{
	char root[TEMP_DIR_MAX], path[100];
	struct watchdogs w;
	unsigned before;

	temp_dir(root);
	snprintf(path, sizeof(path), "%s/dev", root);
	CHECK_EQ(mkdir(path, 0700), 0);
	put_watchdog(root, "watchdog1");
	watchdogs_open(root, &w);
	CHECK_EQ(w.nr, 1);
	snprintf(path, sizeof(path), "%s/dev/watchdog1", root);
	CHECK_EQ(unlink(path), 0);
	put_watchdog(root, "watchdog");
	before = w.nr;
	for (int i = 0; i < 5; i++)
		watchdogs_kick(&w);
	CHECK_EQ(w.nr, before + 1);
	watchdogs_close(&w, true);
	watchdogs_open(root, &w);
	CHECK_EQ(w.nr, 1);
	watchdogs_close(&w, false);
	snprintf(path, sizeof(path), "%s/dev/watchdog", root);
	CHECK_EQ(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/dev", root);
	CHECK(rmdir(path) == 0 && rmdir(root) == 0);
}

static unsigned limit_with(const char *conf)
{
	struct capture *c = calloc(1, sizeof(*c));
	unsigned limit;

	CHECK(c);
	CHECK_EQ(config_parse("kdump.conf", conf, strlen(conf), CONFIG_LENIENT, &c->config), 0);
	limit = capture_answer_limit(c);
	config_free(&c->config);
	free(c);
	return limit;
}

TEST(a_target_that_may_be_silent_for_long_may_be_so_for_small_files_too)
{
	CHECK_EQ(limit_with("path /\n"), 60);
	CHECK_EQ(limit_with("timeout stall=5min\n"), 60);
	CHECK_EQ(limit_with("timeout stall=10\n"), 60);
	CHECK_EQ(limit_with("timeout stall=20min\n"), 1200);
	CHECK_EQ(limit_with("timeout stall=0\n"), 0);
}

RUN(status_is_json_whatever_is_in_it, status_has_the_reason, kernel_records_become_lines,
    two_logs_by_time, a_module_that_is_missing_does_not_stop_the_others,
    the_guard_bites_when_it_is_not_fed, the_guard_waits_while_it_is_fed_and_leaves_when_told,
    the_time_for_everything_is_over_however_much_it_eats,
    a_watchdog_that_blocks_does_not_disable_the_guard, no_watchdog_is_no_trouble,
    a_watchdog_without_a_number_is_found_beside_another_and_late,
    a_target_that_may_be_silent_for_long_may_be_so_for_small_files_too)
