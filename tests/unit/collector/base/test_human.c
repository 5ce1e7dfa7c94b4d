/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_human.c - sizes and times as a person reads them; deadlines on the clock */
#include "base/clock.h"
#include "base/human.h"

#include "check.h"

TEST(sizes_and_times_for_people)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} sizes[] = {
		{ 0, "0 B" },
		{ 1023, "1023 B" },
		{ 1024, "1.0 KiB" },
		{ 1048575, "1.0 MiB" },
		{ UINT64_C(16) << 30, "16.0 GiB" },
		{ UINT64_MAX, "16.0 EiB" },
	};
	static const struct {
		double seconds;
		const char *text;
	} times[] = {
		{ 0, "0.0 s" },	  { 9.94, "9.9 s" },  { 9.96, "10 s" },	   { 59.4, "59 s" },
		{ 59.6, "1min" }, { 125, "2min 5s" }, { 3725, "1h 2min" },
	};
	char buf[HUMAN_MAX];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		CHECK_STR(human_bytes(buf, sizes[i].bytes), sizes[i].text);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		CHECK_STR(human_seconds(buf, times[i].seconds), times[i].text);
}

TEST(deadlines)
{
	struct deadline far = deadline_in(1000), near = deadline_in_ms(20), none = { 0 };
	uint64_t before = clock_ns();

	CHECK(deadline_left_ms(&far) > 999000 && deadline_left_ms(&far) <= 1000000);
	CHECK_EQ(deadline_left_ms(&none), 0);
	CHECK(deadline_over(&none));
	CHECK(!deadline_over(&far));
	CHECK_EQ(deadline_min(&far, near).at, near.at);
	CHECK_EQ(deadline_min(&near, far).at, near.at);
	CHECK_OP(deadline_limit(0).at, >, far.at);
	CHECK_OP(deadline_limit(1).at, <, far.at);
	/* A nap ends with its deadline. */
	deadline_nap(&near, 60000);
	CHECK(deadline_over(&near));
	CHECK_OP(clock_ns() - before, <, 10 * CLOCK_NS_PER_S);
}

RUN(sizes_and_times_for_people, deadlines)
