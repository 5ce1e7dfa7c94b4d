/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_text.c - texts in buffers of fixed size: whole, or marked as cut */
#include "base/text.h"

#include "check.h"

#include <string.h>

TEST(what_fits_is_whole)
{
	char out[8];

	CHECK(text_set(out, sizeof(out), "%d", 1234567));
	CHECK_STR(out, "1234567");
	CHECK(text_set(out, sizeof(out), "abc"));
	CHECK(text_add(out, sizeof(out), "%s", "defg"));
	CHECK_STR(out, "abcdefg");
	CHECK(text_add(out, sizeof(out), "%s", ""));
	CHECK_STR(out, "abcdefg");
}

TEST(what_is_cut_ends_in_dots)
{
	char out[8];

	CHECK(!text_set(out, sizeof(out), "%d", 12345678));
	CHECK_STR(out, "1234...");
	CHECK(text_set(out, sizeof(out), "abc"));
	CHECK(!text_add(out, sizeof(out), "%s", "defgh"));
	CHECK_STR(out, "abcd...");
	/* A text that is cut already stays so. */
	CHECK(!text_add(out, sizeof(out), "x"));
	CHECK_STR(out, "abcd...");
}

TEST(no_character_is_cut_in_two)
{
	char out[8];

	CHECK(!text_set(out, sizeof(out), "%s", "ab\xe2\x82\xac\xe2\x82\xac"));
	CHECK_STR(out, "ab...");
	CHECK(!text_set(out, sizeof(out), "%s", "a\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"));
	CHECK_STR(out, "a\xe2\x82\xac...");
}

TEST(the_smallest_buffer_has_dots_alone)
{
	char out[4];

	CHECK(text_set(out, sizeof(out), "abc"));
	CHECK_STR(out, "abc");
	CHECK(!text_set(out, sizeof(out), "abcd"));
	CHECK_STR(out, "...");
}

RUN(what_fits_is_whole, what_is_cut_ends_in_dots, no_character_is_cut_in_two,
    the_smallest_buffer_has_dots_alone)
