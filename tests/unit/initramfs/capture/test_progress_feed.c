/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_progress_feed.c - progress for a program: lines of numbers through a pipe */
#include "summary/progress.h"

#include "check.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define NSEC UINT64_C(1000000000)

static uint64_t fake_clock(void *arg)
{
	return *(uint64_t *)arg;
}

static void setup(struct progress *p, uint64_t *now, int pipes[2])
{
	struct progress_cfg cfg = { .clock = fake_clock, .clock_arg = now };

	CHECK_EQ(pipe2(pipes, O_CLOEXEC | O_NONBLOCK), 0);
	cfg.feed = pipes[1];
	*now = 7 * NSEC;
	progress_init(p, &cfg);
}

static const char *fed(int fd)
{
	static char buf[4096];
	ssize_t n = read(fd, buf, sizeof(buf) - 1);

	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

TEST(a_line_a_second_and_at_both_ends)
{
	struct progress p;
	uint64_t now;
	int pipes[2];

	setup(&p, &now, pipes);
	progress_start(&p, "Saving pages", 100, 4096);
	CHECK_STR(fed(pipes[0]), "Saving-pages 0 100 0\n");
	now += NSEC / 2;
	progress_step(&p, 10);
	CHECK_STR(fed(pipes[0]), "");
	now += NSEC / 2;
	progress_stored(&p, 5000);
	progress_step(&p, 10);
	CHECK_STR(fed(pipes[0]), "Saving-pages 20 100 5000\n");
	progress_end(&p);
	CHECK_STR(fed(pipes[0]), "Saving-pages 20 100 5000\n");
	close(pipes[0]);
	close(pipes[1]);
}

TEST(the_first_bytes_are_told_at_once)
{
	struct progress p;
	uint64_t now;
	int pipes[2];

	setup(&p, &now, pipes);
	progress_start(&p, "x", 100, 4096);
	fed(pipes[0]);
	progress_stored(&p, 7);
	progress_step(&p, 1);
	CHECK_STR(fed(pipes[0]), "x 1 100 7\n");
	progress_step(&p, 1);
	CHECK_STR(fed(pipes[0]), "");
	close(pipes[0]);
	close(pipes[1]);
}

TEST(a_reader_that_sleeps_holds_nobody_up)
{
	static char fill[4096];
	struct progress p;
	uint64_t now;
	int pipes[2];

	setup(&p, &now, pipes);
	while (write(pipes[1], fill, sizeof(fill)) > 0)
		;
	CHECK_EQ(fcntl(pipes[1], F_SETFL, 0), 0); /* a write would block now, for ever */
	progress_start(&p, "Saving pages", 100, 4096);
	progress_end(&p);
	close(pipes[0]);
	close(pipes[1]);
}

TEST(without_a_descriptor_nothing_is_written)
{
	uint64_t now = NSEC;
	const struct progress_cfg cfg = { .clock = fake_clock, .clock_arg = &now, .feed = -1 };
	struct progress p;

	progress_init(&p, &cfg);
	progress_start(&p, "x", 1, 1);
	progress_end(&p);
	CHECK_EQ(p.last_fed, 0);
}

/* Whoever started us may have closed standard input and given that number to the pipe. */
TEST(descriptor_zero_is_one_like_any_other)
{
	struct progress p;
	uint64_t now;
	int pipes[2], old = dup(0);

	setup(&p, &now, pipes);
	CHECK_EQ(dup2(pipes[1], 0), 0);
	p.cfg.feed = 0;
	progress_start(&p, "phase", 10, 0);
	progress_end(&p);
	dup2(old, 0);
	close(old);
	CHECK(strstr(fed(pipes[0]), "phase") != NULL);
	close(pipes[0]);
	close(pipes[1]);
}

RUN(descriptor_zero_is_one_like_any_other, a_line_a_second_and_at_both_ends,
    the_first_bytes_are_told_at_once, a_reader_that_sleeps_holds_nobody_up,
    without_a_descriptor_nothing_is_written)
