/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_near.c - misspelt words: how far from a known one, and which one was meant */
#include "base/near.h"

#include "check.h"

#include <string.h>

/* The nearest of a few words of the programs. */
static const char *meant(const char *word)
{
	static const char *const known[] = { "start",	     "status", "--json",	"--crash",
					     "check-config", "list",   "core_collector" };
	struct near n;

	near_init(&n, word);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		near_try(&n, known[i]);
	return n.best ? n.best : "";
}

TEST(distances)
{
	CHECK_EQ(near_distance("path", "pahT"), 1);
	CHECK_EQ(near_distance("a-b", "A_b"), 0);
	CHECK_EQ(near_distance("", "abc"), 3);
	CHECK_EQ(near_distance("abcd", "ac"), 2);
	CHECK_EQ(near_distance("abcd", "abcd"), 0);
}

TEST(one_that_is_meant)
{
	CHECK_STR(meant("strat"), "start");
	CHECK_STR(meant("statsu"), "status");
	CHECK_STR(meant("--jsn"), "--json");
	CHECK_STR(meant("--crsh=yes"), "--crash");
	CHECK_STR(meant("checkconfig"), "check-config");
	CHECK_STR(meant("core-colector"), "core_collector");
}

TEST(beginnings)
{
	CHECK_STR(meant("check"), "check-config");
	CHECK_STR(meant("stat"), "status");
	CHECK_STR(meant("ch"), "");
}

TEST(none_is_meant)
{
	char longest[200];

	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	CHECK_STR(meant(longest), "");
	CHECK_EQ(near_distance(longest, "a"), NEAR_MAX);
	CHECK_STR(meant(""), "");
	CHECK_STR(meant("--"), "");
	CHECK_STR(meant("="), "");
	CHECK_STR(meant("frobnicate"), "");
	CHECK_STR(meant("lot"), "");
}

RUN(distances, one_that_is_meant, beginnings, none_is_meant)
