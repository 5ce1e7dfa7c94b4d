/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_save_report.c - the report beside the core: what is written, and what a failure costs
 *
 * The collector is this very program under its name; PLAY says how it behaves.
 */
#include "initramfs/capture/capture.h"

#include "base/err.h"
#include "check.h"
#include "config/config.h"
#include "fake_target.h"
#include "initramfs/capture/console.h"

#include <stdio.h>
#include <sys/stat.h>

#define TEXT "vmcore-report-incomplete.txt" /* fake_close() does not rename */
#define JSON "vmcore-report-incomplete.json"

#define KNOWN                                                                                \
	"{\"reason\":\"BUG: x\",\"fatal\":true,\"trace\":[\"a\"],\"module\":\"\",\"pid\":7," \
	"\"fingerprint\":\"0123456789abcdef\",\"machine\":{\"reason\":\"another\"}}\n"

static int write_json(int argc, char **argv, const char *text)
{
	for (int i = 1; i < argc; i++) {
		FILE *f = strncmp(argv[i], "--json=", 7) == 0 ? fopen(argv[i] + 7, "w") : NULL;

		if (f)
			return fputs(text, f) >= 0 && fclose(f) == 0 ? 0 : 96;
	}
	return 95;
}

static int play(int argc, char **argv)
{
	const char *how = getenv("PLAY");

	if (argc != 5 || strcmp(argv[1], "--report") != 0 || strcmp(argv[4], "-") != 0)
		return 99;
	if (strcmp(how, "hangs") == 0)
		for (;;)
			sleep(60);
	if (strcmp(how, "dies") == 0)
		abort();
	if (strcmp(how, "empty") == 0)
		return 0;
	for (unsigned i = 0; strcmp(how, "floods") == 0 && i < 5u << 20; i += 16)
		if (puts("fifteen letters") < 0)
			return 94;
	/* As much as any part could ever want, or it is not bounded. */
	if (strcmp(how, "is hungry") == 0 && malloc(64 << 20))
		return write_json(argc, argv, "{}\n");
	if (strcmp(how, "is hungry") == 0)
		return 1;
	if (strcmp(how, "knows") == 0)
		return puts("Reason") < 0 ? 93 : write_json(argc, argv, KNOWN);
	return puts("Reason") < 0 ? 93 : write_json(argc, argv, "{\"reason\":\"\"}\n");
}

static struct bench b;
static struct plan_target spec;

static const struct status_part *run(const char *how, enum plan_target_kind kind)
{
	fake_begin(&b, &fake_directory);
	spec.kind = kind;
	b.t.base.cfg.spec = &spec;
	b.c.cfg.longest = 2;
	setenv("PLAY", how, 1);
	save_report_files(&b.c, &b.t.base);
	return &b.c.status.report;
}

static bool has(const char *name, const char *text)
{
	char path[200], is[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", b.t.dir, name);
	f = fopen(path, "r");
	if (!f)
		return false;
	is[fread(is, 1, sizeof(is) - 1, f)] = '\0';
	fclose(f);
	return strcmp(is, text) == 0;
}

TEST(both_files_are_written)
{
	const struct status_part *r = run("good", PLAN_FS);

	CHECK(r->state == PART_COMPLETE && r->bytes == 7 + 14);
	CHECK_STR(r->name, "vmcore-report.txt");
	CHECK_STR(b.c.status.report_error, "");
	CHECK(has(TEXT, "Reason\n") && has(JSON, "{\"reason\":\"\"}\n"));
	fake_end(&b);
}

/* For the status; also where the files have no space. The next target begins without it. */
TEST(the_reason_is_noted)
{
	run("knows", PLAN_FS);
	CHECK_STR(b.c.status.crash.reason, "BUG: x");
	CHECK_STR(b.c.status.crash.fingerprint, "0123456789abcdef");
	CHECK(b.c.status.crash.fatal);
	setenv("PLAY", "dies", 1);
	save_report_files(&b.c, &b.t.base);
	CHECK_STR(b.c.status.crash.reason, "");
	fake_end(&b);
}

static void fails(const char *how, const char *words)
{
	uint64_t since = clock_ns();
	const struct status_part *r = run(how, PLAN_FS);
	char *json;
	size_t len;

	CHECK(r->state == PART_NONE && r->name[0] == '\0');
	if (!strstr(b.c.status.report_error, words))
		fail_msg("%s: '%s' lacks '%s'", how, b.c.status.report_error, words);
	CHECK_OP(clock_ns() - since, <, 8000000000ull);
	CHECK(access(b.t.dir, F_OK) == 0 && !has(TEXT, "Reason\n"));
	/* One line of the status, and none of the dump's own errors. */
	CHECK_EQ(b.c.status.nr_errors, 0);
	json = status_json(&b.c.status, &len);
	CHECK(json && strstr(json, words));
	free(json);
	fake_end(&b);
}

TEST(a_failure_is_one_line)
{
	fails("hangs", "time");
	fails("dies", "signal 6");
	fails("empty", "would have 0 bytes");
	fails("floods", "bytes");
}

TEST(its_memory_is_bounded)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	fails("is hungry", "ended with status 1");
#endif
}

TEST(a_raw_device_gets_none)
{
	const struct status_part *r = run("good", PLAN_RAW);

	CHECK(r->state == PART_NONE && !has(TEXT, "Reason\n"));
	CHECK_STR(b.c.status.report_error, "");
	fake_end(&b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		U5(both_files_are_written, the_reason_is_noted, a_failure_is_one_line,
		   its_memory_is_bounded, a_raw_device_gets_none),
	};

	if (strcmp(argv[0], "kdump-collect") == 0)
		return play(argc, argv);
	if (console_open("", false) < 0)
		return 99;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
