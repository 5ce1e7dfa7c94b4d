/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_utf8.c - which bytes are a character, as Unicode's table 3-7 has them; JSON uses it */
#include "base/json.h"
#include "base/utf8.h"

#include "check.h"

#include <string.h>

static void is_one(const char *bytes, uint32_t code)
{
	uint32_t c = 0;

	CHECK_EQ(utf8_decode(bytes, SIZE_MAX, &c), strlen(bytes));
	CHECK_EQ(c, code);
	/* Cut anywhere it is none. */
	for (size_t len = 0; len < strlen(bytes); len++)
		CHECK_EQ(utf8_decode(bytes, len, &c), 0);
}

static void is_none(const char *bytes)
{
	uint32_t c = 77;

	CHECK_EQ(utf8_decode(bytes, SIZE_MAX, &c), 0);
	CHECK_EQ(c, 77);
}

TEST(well_formed)
{
	is_one("a", 'a');
	is_one("\x7f", 0x7f);
	is_one("\xc2\x80", 0x80);
	is_one("\xdf\xbf", 0x7ff);
	is_one("\xe0\xa0\x80", 0x800);
	is_one("\xed\x9f\xbf", 0xd7ff);
	is_one("\xee\x80\x80", 0xe000);
	is_one("\xef\xbf\xbf", 0xffff);
	is_one("\xf0\x90\x80\x80", 0x10000);
	is_one("\xf4\x8f\xbf\xbf", 0x10ffff);
}

TEST(ill_formed)
{
	is_none("\x80");
	is_none("\xbf");
	is_none("\xc0\x80");
	is_none("\xc1\xbf");
	is_none("\xe0\x9f\xbf");
	is_none("\xed\xa0\x80");
	is_none("\xed\xbf\xbf");
	is_none("\xf0\x8f\xbf\xbf");
	is_none("\xf4\x90\x80\x80");
	is_none("\xf5\x80\x80\x80");
	is_none("\xff");
	is_none("\xc2");
	is_none("\xc2 ");
	is_none("\xe2\x82");
	is_none("\xf0\x9f\x98");
}

TEST(nul_is_a_character_of_one_byte)
{
	uint32_t c = 77;

	CHECK_EQ(utf8_decode("", 1, &c), 1);
	CHECK_EQ(c, 0);
}

TEST(controls)
{
	CHECK(utf8_is_control(0x1b));
	CHECK(utf8_is_control(0x7f));
	CHECK(utf8_is_control(0x9b));
	CHECK(!utf8_is_control(' '));
	CHECK(!utf8_is_control(0xa0));
}

static void json_is(const char *text, const char *expected)
{
	char *got = NULL;
	size_t len;
	FILE *f = open_memstream(&got, &len);

	json_string(f, text);
	fclose(f);
	CHECK_STR(got, expected);
	free(got);
}

TEST(json)
{
	json_is(NULL, "null");
	json_is("", "\"\"");
	json_is("a \"b\" \\ \n\t", "\"a \\\"b\\\" \\\\ \\n\\u0009\"");
	json_is("\xc3\xa4\xe2\x82\xac", "\"\xc3\xa4\xe2\x82\xac\"");
	json_is("\xc3", "\"\\u00c3\"");
	json_is("\xc3\"", "\"\\u00c3\\\"\"");
	/* A terminal that shows the JSON takes C1 for commands, too. */
	json_is("\xc2\x9b"
		"31m\x7f",
		"\"\\u009b31m\\u007f\"");
}

RUN(well_formed, ill_formed, nul_is_a_character_of_one_byte, controls, json)
