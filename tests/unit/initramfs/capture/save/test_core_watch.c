/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_core_watch.c - a running collector: what moves, what stands still, what fills the disk */
#include "base/duration.h"
#include "initramfs/capture/save/save_core.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"
#include "initramfs/capture/console.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A target that says how much space it has, and how often it was asked to make some. */
struct fake_target {
	struct target base;
	uint64_t space;
	uint64_t asked;
	uint64_t gain; /* what an old dump gives back */
};

static int fake_space(struct target *t, const struct deadline *by, uint64_t *out)
{
	(void)by;
	*out = ((struct fake_target *)t)->space;
	return 0;
}

static int fake_room(struct target *t, unsigned keep, uint64_t need, const struct deadline *by,
		     unsigned *removed)
{
	struct fake_target *f = (struct fake_target *)t;

	(void)by;
	CHECK_EQ(keep, ROTATION_KEEP_ALL);
	f->asked = need;
	f->space += f->gain;
	*removed = 1;
	return 0;
}

static const struct target_ops fake_ops = { .kind = "fake",
					    .space = fake_space,
					    .make_space = fake_room };

struct bench {
	struct capture c;
	struct fake_target t;
	struct target_file file;
	struct child child;
	struct core_watch w;
};

static void start(struct bench *b, const char *script)
{
	int ends[2];
	char path[TEMP_PATH_MAX];
	const char *const argv[] = { "sh", "-c", script, NULL };
	struct child_cfg cfg = { .argv = argv, .in = -1, .out = -1, .err = -1 };

	memset(b, 0, sizeof(*b));
	b->c.failsafe.fd = -1;
	b->c.cfg.vmcore = "/proc/self/exe";
	b->c.status.started = clock_ns();
	b->t.base.ops = &fake_ops;
	b->t.space = 1ull << 40;
	b->file.fd = -1;
	snprintf(b->file.path, sizeof(b->file.path), "%s", temp_path("watch", path));
	CHECK_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	cfg.out = ends[1]; /* a shell has one more channel at hand: its standard output */
	fail_clear();
	CHECK_EQ(child_start(&cfg, &b->child), 0);
	close(ends[1]);
	b->w = (struct core_watch){ .c = &b->c,
				    .t = &b->t.base,
				    .file = &b->file,
				    .child = &b->child,
				    .progress = ends[0] };
}

static bool said(const char *words)
{
	size_t len;
	const char *text = console_transcript(&len);

	return memmem(text, len, words, strlen(words)) != NULL;
}

TEST(lines_are_taken_and_shown)
{
	struct bench b;
	int status = 99;

	start(&b, "echo Scanning-memory 0 10 0; echo Scanning-memory 10 10 0; echo nonsense; "
		  "echo Saving-pages 0 100 0; echo Saving-pages 50 100 123456789; exit 3");
	CHECK_EQ(core_watch(&b.w, &status), 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	CHECK_STR(b.w.phase, "Saving-pages");
	CHECK_EQ(b.w.done, 50);
	CHECK_EQ(b.w.bytes, 123456789);
	CHECK(said("kdump: Scanning memory 100 %\n"));
	CHECK(said("kdump: the first pages are written"));
	CHECK(said("kdump: Saving pages  50 %, 117.7 MiB written"));
}

/* The time that is told behind these words, "5s left" or "1min 5s left", in seconds. */
static unsigned seconds_left(const char *words)
{
	char time[32] = "";
	size_t len;
	const char *text = console_transcript(&len), *at = memmem(text, len, words, strlen(words)),
		   *end;
	uint64_t minutes = 0, seconds = 0;
	char *blank;

	CHECK(at);
	at += strlen(words);
	end = strstr(at, " left");
	CHECK(end && end - at < (long)sizeof(time));
	memcpy(time, at, (size_t)(end - at));
	blank = strchr(time, ' ');
	if (blank) {
		*blank = '\0';
		CHECK(duration_parse(blank + 1, &seconds));
		CHECK(duration_parse(time, &minutes));
	} else {
		CHECK(duration_parse(time, &seconds));
	}
	return (unsigned)(minutes + seconds);
}

TEST(the_time_that_is_left)
{
	struct bench b;
	uint64_t before = clock_ns();
	unsigned left, took;
	int status;

	start(&b, "echo Saving-pages 1 100 4096; sleep 3; echo Saving-pages 10 100 40960");
	CHECK_EQ(core_watch(&b.w, &status), 0);
	took = (unsigned)((clock_ns() - before) / 1000000000) + 1;
	/* A tenth took three seconds, or as much more as the machine was busy. */
	left = seconds_left("10 %, 40.0 KiB written, ");
	CHECK(left >= 27 && left <= 9 * took);
}

TEST(one_that_stands_still_is_stopped)
{
	struct bench b;
	uint64_t before = clock_ns();
	int status;

	start(&b, "echo Saving-pages 1 100 4096; sleep 1000");
	b.c.config.timeout[CONFIG_PHASE_STALL] = 1;
	CHECK_EQ(core_watch(&b.w, &status), -ETIMEDOUT);
	CHECK(strstr(fail_text(), "nothing has moved for 1s"));
	CHECK_OP(clock_ns() - before, <, 6000000000ull);
	CHECK(WIFSIGNALED(status));
}

/* The same number again and again is no progress, however often it is told. */
TEST(talk_is_no_movement)
{
	struct bench b;
	int status;

	start(&b, "while sleep 0.2; do echo Saving-pages 1 100 4096; done");
	b.c.config.timeout[CONFIG_PHASE_STALL] = 2;
	CHECK_EQ(core_watch(&b.w, &status), -ETIMEDOUT);
}

TEST(slow_is_not_still)
{
	struct bench b;
	int status;

	start(&b, "for i in 1 2 3 4; do echo Saving-pages $i 100 $i; sleep 0.8; done");
	b.c.config.timeout[CONFIG_PHASE_STALL] = 2;
	CHECK_EQ(core_watch(&b.w, &status), 0);
}

/* A program that tells nothing moves when its file grows. */
TEST(a_growing_file_is_movement)
{
	char path[TEMP_PATH_MAX], script[200];
	struct bench b;
	int status;

	snprintf(script, sizeof(script),
		 "for i in 1 2 3 4 5; do head -c 100000 /dev/zero >>%s; sleep 0.9; done",
		 temp_path("watch", path));
	start(&b, script);
	close(b.w.progress);
	b.w.progress = -1;
	b.c.config.timeout[CONFIG_PHASE_STALL] = 2;
	CHECK_EQ(core_watch(&b.w, &status), 0);
	CHECK(said("kdump: Copying"));
	unlink(b.file.path);
}

TEST(less_than_min_free_ends_it)
{
	struct bench b;
	int status;

	start(&b, "echo Saving-pages 1 100 4096; sleep 1000");
	b.c.config.min_free = 100 << 20;
	b.t.space = 50 << 20;
	CHECK_EQ(core_watch(&b.w, &status), -ENOSPC);
	CHECK(strstr(fail_text(), "min_free"));
	CHECK_EQ(b.t.asked, 100 << 20); /* old dumps were asked first */
}

TEST(old_dumps_make_room_for_what_is_still_to_come)
{
	struct bench b;
	int status;

	start(&b,
	      "echo Saving-pages 0 100 0; sleep 0.2; echo Saving-pages 10 100 10485760; sleep 3");
	b.c.config.keep_dumps = 3;
	b.t.space = 50 << 20;
	b.t.gain = 100 << 20;
	CHECK_EQ(core_watch(&b.w, &status), 0);
	CHECK_EQ(b.t.asked, 90 << 20); /* a tenth was ten MiB */
	CHECK_EQ(b.t.space, 150 << 20);
}

/* As if keep_dumps were 1, which the configuration does not say. */
TEST(on_boot_a_single_dump_is_kept)
{
	struct bench b;
	int status;

	start(&b,
	      "echo Saving-pages 0 100 0; sleep 0.2; echo Saving-pages 10 100 10485760; sleep 3");
	b.c.keep_one = true;
	CHECK_EQ(capture_keep(&b.c), 1);
	b.t.space = 50 << 20;
	b.t.gain = 100 << 20;
	CHECK_EQ(core_watch(&b.w, &status), 0);
	CHECK_EQ(b.t.asked, 90 << 20);
	b.c.keep_one = false;
	CHECK_EQ(capture_keep(&b.c), 0);
	b.c.config.keep_dumps = 3;
	CHECK_EQ(capture_keep(&b.c), 3);
	b.c.keep_one = true;
	CHECK_EQ(capture_keep(&b.c), 1);
}

TEST(the_total_time_ends_it_with_some_to_spare)
{
	struct bench b;
	int status;

	start(&b, "while sleep 0.1; do i=$((i + 1)); echo Saving-pages $i 1000 $i; done");
	b.c.config.timeout[CONFIG_PHASE_TOTAL] = 2;
	CHECK_EQ(core_watch(&b.w, &status), -ETIMEDOUT);
	CHECK(strstr(fail_text(), "time for everything"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U10(lines_are_taken_and_shown, the_time_that_is_left,
		    one_that_stands_still_is_stopped, talk_is_no_movement, slow_is_not_still,
		    a_growing_file_is_movement, less_than_min_free_ends_it,
		    old_dumps_make_room_for_what_is_still_to_come, on_boot_a_single_dump_is_kept,
		    the_total_time_ends_it_with_some_to_spare),
	};

	if (console_open("", false) < 0)
		return 99;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
