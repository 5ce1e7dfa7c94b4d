/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_save_core.c - the ladder: what is tried after a collector that left nothing, and its level
 *
 * Collectors of ours are this very program under their names: each writes its command line to
 * PLAY_LOG and succeeds if that line is the one in PLAY_GOOD; one with the word "starves" dies as
 * if memory had run out.
 */
#include "initramfs/capture/save/save_core.h"

#include "base/err.h"
#include "check.h"
#include "config/config.h"
#include "fake_target.h"
#include "initramfs/capture/console.h"

#include <signal.h>
#include <stdio.h>

static char log_path[128];

/* The words that the configuration decides: operands and descriptors are left out. */
static void line_of(int argc, char **argv, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (int i = 0; i < argc && n < size; i++)
		if (strncmp(argv[i], "--json", 6) != 0 && strncmp(argv[i], "--checks", 8) != 0 &&
		    strncmp(argv[i], "--prog", 6) != 0 && argv[i][0] != '/')
			n += (size_t)snprintf(out + n, size - n, "%s%s", n ? " " : "", argv[i]);
}

static int play(int argc, char **argv)
{
	FILE *log = fopen(getenv("PLAY_LOG"), "a"), *f;
	char line[256];

	line_of(argc, argv, line, sizeof(line));
	if (!log || fprintf(log, "%s; ", line) < 0 || fclose(log) != 0)
		return 98;
	if (strstr(line, "starves"))
		kill(getpid(), SIGKILL);
	if (strcmp(line, getenv("PLAY_GOOD")) != 0)
		return 2;
	f = fopen(argv[argc - 1], "w");
	return f && fputs("KDUMP   ", f) >= 0 && fclose(f) == 0 ? 0 : 97;
}

/* core_collector LINE; GOOD succeeds. What was run, in order, each with "; " behind. */
static const char *run_on(struct bench *b, const struct target_ops *ops, const char *line,
			  const char *good)
{
	static char ran[2048];
	struct plan_target spec = { .kind = PLAN_FS };
	FILE *f;
	size_t n;

	fake_begin(b, ops);
	snprintf(log_path, sizeof(log_path), "%s/log", b->t.dir);
	setenv("PLAY_LOG", log_path, 1);
	setenv("PLAY_GOOD", good, 1);
	b->t.base.cfg.spec = &spec;
	b->c.config.core_collector = (char *)line;
	b->c.config.max_unfiltered = CONFIG_NO_LIMIT;
	save_core_file(&b->c, &b->t.base);
	f = fopen(log_path, "r");
	n = f ? fread(ran, 1, sizeof(ran) - 1, f) : 0;
	ran[n] = '\0';
	if (f)
		fclose(f);
	return ran;
}

static const char *run(struct bench *b, const char *line, const char *good)
{
	return run_on(b, &fake_directory, line, good);
}

#if HAVE_LZO
#define OWN(level) "kdump-collect -l -d " level
#else
#define OWN(level) "kdump-collect -c -d " level
#endif

TEST(the_configured_line_is_enough)
{
	struct bench b;

	CHECK_STR(run(&b, "makedumpfile -z -d 17", "kdump-collect -z -d 17"),
		  "kdump-collect -z -d 17; ");
	CHECK(b.c.status.core.state == PART_COMPLETE && !status_other_level(&b.c.status));
	CHECK(b.c.status.level_asked == 17 && b.c.status.level_saved == 17);
	fake_end(&b);
}

/* Where the end is known, a dump of ours ends before it; the line may ask for less. */
TEST(a_device_is_a_limit)
{
	struct target_ops raw = fake_directory;
	struct bench b;

	raw.fixed = true;
	CHECK_STR(run_on(&b, &raw, "makedumpfile -z -L 5G",
			 "kdump-collect -L1099511627776 -z -L 5G"),
		  "kdump-collect -L1099511627776 -z -L 5G; ");
	CHECK_EQ(b.c.status.core.state, PART_COMPLETE);
	fake_end(&b);
}

/* A line that is refused names a level all the same: users' pages stay out of the dump. */
TEST(a_refused_line_keeps_its_level)
{
	struct bench b;

	CHECK_STR(run(&b, "makedumpfile -E --bogus -d 17", OWN("17")),
		  "kdump-collect -E --bogus -d 17; " OWN("17") "; ");
	CHECK(b.c.status.core.state == PART_COMPLETE && !status_other_level(&b.c.status));
	CHECK_EQ(b.c.status.nr_errors, 1);
	fake_end(&b);
	CHECK_STR(run(&b, "makedumpfile -c -d 1,31,17", OWN("31")),
		  "kdump-collect -c -d 1,31,17; " OWN("31") "; ");
	fake_end(&b);
}

TEST(a_line_without_a_level_gets_31)
{
	static const char *const lines[] = { "makedumpfile -d 99", "makedumpfile d 17 -c",
					     "makedumpfile --bogus", "no-such-collector -d 17" };
	struct bench b;

	for (unsigned i = 0; i < 4; i++) {
		CHECK(strstr(run(&b, lines[i], OWN("31")), OWN("31") "; "));
		CHECK(b.c.status.core.state == PART_COMPLETE && b.c.status.level_saved == 31);
		CHECK(b.c.status.level_asked == -1 && status_other_level(&b.c.status));
		fake_end(&b);
	}
}

TEST(unfiltered_only_when_nothing_else_works)
{
	struct bench b;

	CHECK_STR(run(&b, "makedumpfile -z -d 31", OWN("0")),
		  "kdump-collect -z -d 31; " OWN("31") "; " OWN("0") "; ");
	CHECK(b.c.status.core.state == PART_COMPLETE && status_other_level(&b.c.status));
	CHECK(b.c.status.level_asked == 31 && b.c.status.level_saved == 0);
	fake_end(&b);
	CHECK_STR(run(&b, "makedumpfile -z -d 31", CORE_COPY_NAME),
		  "kdump-collect -z -d 31; " OWN("31") "; " OWN("0") "; " CORE_COPY_NAME "; ");
	CHECK(status_other_level(&b.c.status));
	fake_end(&b);
	CHECK(run(&b, "makedumpfile -z -d 31", "nothing"));
	CHECK(b.c.status.core.state == PART_NONE && b.c.status.level_saved == -1);
	CHECK(!status_other_level(&b.c.status));
	fake_end(&b);
}

/* Out of memory twice, without threads too: our own at the same level would be no other. */
TEST(what_starved_is_not_tried_with_more_memory)
{
	struct bench b;

	CHECK_STR(run(&b, "makedumpfile starves -d 31", OWN("0")),
		  "kdump-collect starves -d 31; kdump-collect starves -d 31 --threads 0; " OWN(
			  "0") "; ");
	CHECK(status_other_level(&b.c.status));
	fake_end(&b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		U6(a_device_is_a_limit, the_configured_line_is_enough,
		   a_refused_line_keeps_its_level, a_line_without_a_level_gets_31,
		   unfiltered_only_when_nothing_else_works,
		   what_starved_is_not_tried_with_more_memory),
	};

	if (strcmp(argv[0], "kdump-collect") == 0 || strcmp(argv[0], CORE_COPY_NAME) == 0)
		return play(argc, argv);
	if (console_open("", false) < 0)
		return 99;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
