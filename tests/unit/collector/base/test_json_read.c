/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_json_read.c - valid JSON is read as what it says, anything else is a mistake */
#include "base/json_read.h"

#include "check.h"

#include <stdio.h>
#include <string.h>

static struct json_reader at(const char *text)
{
	struct json_reader r;

	json_read_init(&r, text, strlen(text));
	return r;
}

static void text_is(const char *json, const char *expected)
{
	struct json_reader r = at(json);
	char out[16];

	json_get_text(&r, out, sizeof(out));
	CHECK_EQ(json_done(&r), expected != NULL);
	if (expected)
		CHECK_STR(out, expected);
}

TEST(texts)
{
	text_is("\"abc\"", "abc");
	text_is(" \"\" ", "");
	text_is("null", "");
	text_is("\"\\\"\\\\\\/\\n\\u0041\\u00e9\\u20ac\"", "\"\\/\nA\xc3\xa9\xe2\x82\xac");
	text_is("\"fifteen bytes..\"", "fifteen bytes..");
	text_is("\"sixteen bytes...\"", NULL);
	text_is("\"\\u0000\"", NULL);
	text_is("\"\\ud800\"", NULL);
	text_is("\"\\u00g0\"", NULL);
	text_is("\"\\u00", NULL);
	text_is("\"\\x\"", NULL);
	text_is("\"a\nb\"", NULL);
	text_is("\"abc", NULL);
	text_is("abc", NULL);
	text_is("\"abc\" x", NULL);
	text_is("", NULL);
}

static void number_is(const char *json, bool ok, uint64_t expected)
{
	struct json_reader r = at(json);
	uint64_t v = json_get_u64(&r);

	CHECK_EQ(json_done(&r), ok);
	CHECK_EQ(v, ok ? expected : v);
}

TEST(numbers)
{
	number_is("0", true, 0);
	number_is("18446744073709551615", true, UINT64_MAX);
	number_is("18446744073709551616", false, 0);
	number_is("-1", false, 0);
	number_is("1.5", false, 0);
	number_is("1e3", false, 0);
	number_is("\"1\"", false, 0);
	number_is("", false, 0);
}

/* What stands at "want", behind whatever values. */
static uint64_t find(const char *json, bool *ok)
{
	struct json_reader r = at(json);
	uint64_t v = 0;
	char key[8];

	json_enter(&r, '{');
	while (json_key(&r, key, sizeof(key))) {
		if (strcmp(key, "want") == 0)
			v = json_get_u64(&r);
		else
			json_skip(&r);
	}
	*ok = json_done(&r);
	return v;
}

TEST(members)
{
	bool ok;

	CHECK_EQ(find("{\"a\":{\"want\":3,\"b\":[]},\"want\":7,\"z\":[1,{},\"x\",-1.5e3,true]}",
		      &ok),
		 7);
	CHECK(ok);
	CHECK_EQ(find(" { \"a long name\" : null , \"want\" : 8 } ", &ok), 8);
	CHECK(ok);
	CHECK_EQ(find("{}", &ok), 0);
	CHECK(ok);
	find("{\"want\":7", &ok);
	CHECK(!ok);
	find("{\"want\":7,}", &ok);
	CHECK(!ok);
	find("{,\"want\":7}", &ok);
	CHECK(!ok);
	find("{\"a\" 1,\"want\":7}", &ok);
	CHECK(!ok);
	find("{\"a\":[1 2]}", &ok);
	CHECK(!ok);
	find("[\"want\"]", &ok);
	CHECK(!ok);
	find("{} {}", &ok);
	CHECK(!ok);
}

TEST(depth_is_bounded)
{
	char deep[2048] = "{\"a\":";
	bool ok;

	memset(deep + 5, '[', 1000);
	find(deep, &ok);
	CHECK(!ok);
}

RUN(texts, numbers, members, depth_is_bounded)
