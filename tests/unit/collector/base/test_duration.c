/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_duration.c - times as people write them, both ways */
#include "base/duration.h"

#include "check.h"

static const char *text(uint64_t seconds)
{
	static char buf[DURATION_MAX];

	return duration_text(buf, seconds);
}

/* UINT64_MAX: refused. */
static uint64_t parsed(const char *words)
{
	uint64_t v = 0;

	return duration_parse(words, &v) ? v : UINT64_MAX;
}

TEST(printed)
{
	CHECK_STR(text(0), "0s");
	CHECK_STR(text(1), "1s");
	CHECK_STR(text(59), "59s");
	CHECK_STR(text(60), "1min");
	CHECK_STR(text(90), "1min 30s");
	CHECK_STR(text(300), "5min");
	CHECK_STR(text(3599), "59min 59s");
	CHECK_STR(text(3600), "1h");
	CHECK_STR(text(3725), "1h 2min");
	CHECK_STR(text(3600 + 59 * 60 + 45), "2h");
	CHECK_STR(text(24 * 3600 - 1), "1d");
	CHECK_STR(text(100 * 3600), "4d 4h");
	CHECK(text(UINT64_MAX)[0]);
}

TEST(read)
{
	CHECK_EQ(parsed("0"), 0);
	CHECK_EQ(parsed("90"), 90);
	CHECK_EQ(parsed("5min"), 300);
	CHECK_EQ(parsed("5m"), 300);
	CHECK_EQ(parsed("2minutes"), 120);
	CHECK_EQ(parsed("1h30min"), 5400);
	CHECK_EQ(parsed("1h30s"), 3630);
	CHECK_EQ(parsed("2hours"), 7200);
	CHECK_EQ(parsed("3d"), 3 * 24 * 3600);
	CHECK_EQ(parsed("45sec"), 45);
}

TEST(refused)
{
	static const char *const words[] = { "",	 "min",	  "5x",		"-5",
					     "+5",	 "5 min", "5min30",	"1m1h",
					     "1min1min", "1.5h",  "0x10",	"400d",
					     "5min ",	 " 5",	  "9999999999", "99999999h",
					     "5MIN" };

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		CHECK_EQ(parsed(words[i]), UINT64_MAX);
}

/* What is printed without a blank is read as the same. */
TEST(both_ways)
{
	static const uint64_t times[] = { 0, 59, 60, 300, 7200, 86400 };

	for (unsigned i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		CHECK_EQ(parsed(text(times[i])), times[i]);
}

RUN(printed, read, refused, both_ways)
