/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_progress.c - progress lines, with a clock that goes as we like */
#include "summary/progress.h"

#include "check.h"

#include <string.h>

#define NSEC UINT64_C(1000000000)

struct bench {
	struct progress p;
	uint64_t now;
	unsigned reads;
	char *text;
	size_t len;
};

static uint64_t fake_clock(void *arg)
{
	struct bench *b = arg;

	b->reads++;
	return b->now;
}

static void setup(struct bench *b, bool show, unsigned columns)
{
	struct progress_cfg cfg = {
		.show = show,
		.terminal = columns > 0,
		.width = columns,
		.clock = fake_clock,
		.clock_arg = b,
		.feed = -1,
	};

	*b = (struct bench){ .now = 5 * NSEC };
	cfg.out = open_memstream(&b->text, &b->len);
	CHECK(cfg.out);
	progress_init(&b->p, &cfg);
}

static void teardown(struct bench *b)
{
	fclose(b->p.cfg.out);
	free(b->text);
}

/* What was printed since the last call. */
static const char *printed(struct bench *b)
{
	static char copy[4096];
	static const char *owner;
	static size_t seen;

	fflush(b->p.cfg.out);
	if (owner != b->text || seen > b->len)
		seen = 0;
	owner = b->text;
	snprintf(copy, sizeof(copy), "%s", b->text + seen);
	seen = b->len;
	return copy;
}

TEST(a_log_gets_a_line_every_five_seconds)
{
	struct bench b;

	setup(&b, true, 0);
	progress_start(&b.p, "Saving pages", 1000, 1024 * 1024);
	for (int s = 1; s <= 12; s++) {
		b.now += NSEC;
		if (s % 2)
			progress_step(&b.p, 50);
		else
			progress_reach(&b.p, (uint64_t)s * 50);
	}
	progress_reach(&b.p, 1);
	progress_end(&b.p);
	CHECK_STR(printed(&b),
		  "Saving pages: 25 %, 250.0 MiB of 1000.0 MiB, 50.0 MiB/s, 15 s left\n"
		  "Saving pages: 50 %, 500.0 MiB of 1000.0 MiB, 50.0 MiB/s, 10 s left\n"
		  "Saving pages: stopped at 60 %, 600.0 MiB in 12 s, 50.0 MiB/s\n");
	teardown(&b);
}

TEST(a_short_phase_is_one_line)
{
	struct bench b;

	setup(&b, true, 0);
	progress_start(&b.p, "Scanning memory map", 10, 0);
	progress_step(&b.p, 10);
	b.now += 3 * NSEC / 10;
	progress_end(&b.p);
	progress_end(&b.p);
	CHECK_STR(printed(&b), "Scanning memory map: 0.3 s\n");
	teardown(&b);
}

TEST(total_may_be_unknown)
{
	struct bench b;

	setup(&b, true, 0);
	progress_start(&b.p, "Reading stream", 0, 1);
	b.now += 6 * NSEC;
	progress_step(&b.p, 6 << 20);
	progress_end(&b.p);
	CHECK_STR(printed(&b), "Reading stream: 6.0 MiB, 1.0 MiB/s\n"
			       "Reading stream: 6.0 MiB in 6.0 s, 1.0 MiB/s\n");
	teardown(&b);
}

TEST(a_terminal_line_is_rewritten_and_fits)
{
	struct bench b;
	const char *last;

	for (unsigned columns = 1; columns <= 200; columns += 3) {
		setup(&b, true, columns);
		progress_start(&b.p, "Saving pages", 1000, 1 << 20);
		for (int i = 0; i < 10; i++) {
			b.now += NSEC;
			progress_step(&b.p, 100);
		}
		progress_end(&b.p);
		fflush(b.p.cfg.out);
		CHECK(b.len > 0 && b.text[0] == '\r' && b.text[b.len - 1] == '\n');
		last = b.text;
		for (size_t i = 0; i < b.len; i++) {
			if (b.text[i] == '\r')
				last = b.text + i;
			else if (b.text[i] != '\n')
				CHECK_OP((size_t)(b.text + i - last), <,
					 (columns > 2 ? columns : 2));
		}
		teardown(&b);
	}
}

TEST(a_terminal_shows_a_bar_where_there_is_room)
{
	struct bench b;

	setup(&b, true, 100);
	progress_start(&b.p, "Saving pages", 100, 0);
	b.now += 2 * NSEC;
	progress_step(&b.p, 50);
	CHECK(strstr(printed(&b),
		     "\rSaving pages             [===============>              ]  50 %, "
		     "2.0 s left"));
	progress_step(&b.p, 50);
	progress_end(&b.p);
	/* Blanks wipe the bar. */
	CHECK_STR(printed(&b), "\rSaving pages             2.0 s"
			       "                                             \n");
	teardown(&b);
}

TEST(a_message_can_get_through)
{
	struct bench b;

	setup(&b, true, 40);
	progress_hide(&b.p);
	CHECK_STR(printed(&b), "");
	progress_start(&b.p, "Scan", 100, 0);
	printed(&b);
	progress_hide(&b.p);
	CHECK_STR(printed(&b), "\r                              \r");
	b.now += NSEC / 100;
	progress_step(&b.p, 1);
	CHECK(strstr(printed(&b), "\rScan"));
	teardown(&b);
}

TEST(quiet_still_keeps_times)
{
	struct bench b;

	setup(&b, false, 80);
	progress_start(&b.p, "one", 10, 1);
	b.now += NSEC;
	progress_step(&b.p, 10);
	progress_start(&b.p, "two", 10, 1); /* ends the first */
	b.now += 2 * NSEC;
	progress_start(&b.p, "one", 10, 1);
	b.now += NSEC / 2;
	progress_end(&b.p);
	CHECK_STR(printed(&b), "");
	CHECK_EQ(b.p.nr_phases, 2);
	CHECK(b.p.phases[0].seconds > 1.49 && b.p.phases[0].seconds < 1.51);
	CHECK(b.p.phases[1].seconds > 1.99 && b.p.phases[1].seconds < 2.01);
	teardown(&b);
}

TEST(more_phases_than_slots)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" };
	struct bench b;

	setup(&b, true, 0);
	for (int i = 0; i < 10; i++)
		progress_start(&b.p, names[i], 0, 0);
	progress_end(&b.p);
	CHECK_EQ(b.p.nr_phases, PROGRESS_PHASES);
	CHECK_STR(b.p.phases[PROGRESS_PHASES - 1].name, "j");
	teardown(&b);
}

TEST(fast_steps_rarely_read_the_clock)
{
	struct bench b;
	unsigned before;

	setup(&b, true, 0);
	progress_start(&b.p, "Saving pages", 1 << 20, 4096);
	before = b.reads;
	for (int i = 0; i < 16000; i++) {
		b.now += 50 * 1000; /* 20000 steps in a second */
		progress_step(&b.p, 1);
	}
	CHECK_OP(b.reads - before, <, 16000 / 16 + 10);
	/* Then the network stalls: told within sixteen steps, and each step from there on. */
	before = b.reads;
	for (int i = 0; i < 32; i++) {
		b.now += NSEC;
		progress_step(&b.p, 1);
	}
	CHECK_OP(b.reads - before, >=, 16);
	teardown(&b);
}

TEST(too_small_a_total_is_no_disaster)
{
	struct bench b;

	setup(&b, true, 60);
	progress_start(&b.p, "Saving pages", 10, 4096);
	b.now += 2 * NSEC;
	progress_step(&b.p, 25);
	CHECK(strstr(printed(&b), "100 %"));
	progress_end(&b.p);
	teardown(&b);
}

TEST(defaults_are_usable)
{
	struct progress p;

	progress_init(&p, NULL);
	CHECK(p.cfg.out == stderr && p.cfg.show && p.cfg.width > 0 && p.cfg.feed < 0);
	p.cfg.show = false;
	progress_start(&p, "x", 1, 1);
	progress_end(&p);
	CHECK(p.phases[0].seconds >= 0 && p.phases[0].seconds < 60);
}

RUN(a_log_gets_a_line_every_five_seconds, a_short_phase_is_one_line, total_may_be_unknown,
    a_terminal_line_is_rewritten_and_fits, a_terminal_shows_a_bar_where_there_is_room,
    a_message_can_get_through, quiet_still_keeps_times, more_phases_than_slots,
    fast_steps_rarely_read_the_clock, too_small_a_total_is_no_disaster, defaults_are_usable)
