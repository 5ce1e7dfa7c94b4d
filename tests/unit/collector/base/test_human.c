/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_human.c - sizes and times as a person reads them; deadlines on the clock */
#include "base/clock.h"
#include "base/human.h"

#include "check.h"

TEST(sizes)
{
	char buf[HUMAN_MAX];

	CHECK_STR(human_bytes(buf, 0), "0 B");
	CHECK_STR(human_bytes(buf, 1023), "1023 B");
	CHECK_STR(human_bytes(buf, 1024), "1.0 KiB");
	CHECK_STR(human_bytes(buf, (1 << 20) - 1), "1.0 MiB");
	CHECK_STR(human_bytes(buf, UINT64_C(1) << 30), "1.0 GiB");
	CHECK_STR(human_bytes(buf, UINT64_C(1536) << 30), "1.5 TiB");
	CHECK_STR(human_bytes(buf, UINT64_MAX), "16.0 EiB");
}

TEST(times)
{
	char buf[HUMAN_MAX];

	CHECK_STR(human_seconds(buf, 0), "0.0 s");
	CHECK_STR(human_seconds(buf, 9.9), "9.9 s");
	CHECK_STR(human_seconds(buf, 9.96), "10 s");
	CHECK_STR(human_seconds(buf, 59.4), "59 s");
	CHECK_STR(human_seconds(buf, 125), "2min 5s");
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
	CHECK(deadline_limit(0).at > far.at);
	CHECK(deadline_limit(1).at < far.at);
	/* A nap ends with its deadline. */
	deadline_nap(&near, 60000);
	CHECK(deadline_over(&near));
	CHECK(clock_ns() - before < 10 * CLOCK_NS_PER_S);
}

RUN(sizes, times, deadlines)
