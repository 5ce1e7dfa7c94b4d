/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_karg.c - words of a kernel command line: quotes, names, values, as the kernel sees them */
#include "base/karg.h"

#include "check.h"

#include <string.h>

/* The first word of a line, "-" for no value, and what is left of the line. */
static const struct {
	const char *line, *word, *name, *value, *rest;
} rows[] = {
	{ "quiet ro", "quiet", "quiet", "-", " ro" },
	{ " \t\n a=b c", "a=b", "a", "b", " c" },
	{ "a= b", "a=", "a", "", " b" },
	{ "a=b=c", "a=b=c", "a", "b=c", "" },
	{ "=b", "=b", "=b", "-", "" },
	{ "==b", "==b", "=", "b", "" },
	/* Quotes: around the value, around the word, elsewhere. */
	{ "a=\"b c\" d", "a=\"b c\"", "a", "b c", " d" },
	{ "\"a=b c\" d", "\"a=b c\"", "a", "b c", " d" },
	{ "\"a b\" d", "\"a b\"", "a b", "-", " d" },
	{ "a=b\" c\"d e", "a=b\" c\"d", "a", "b\" c\"d", " e" },
	{ "a=\"b\"c\" d\" e", "a=\"b\"c\" d\"", "a", "b\"c\" d", " e" },
	{ "a\" b\"=c d", "a\" b\"=c", "a\" b\"", "c", " d" },
	{ "a=\"\" b", "a=\"\"", "a", "", " b" },
	{ "\"a=\"b c\" d\"", "\"a=\"b", "a", "b", " c\" d\"" },
	{ "a.dyndbg=\"file x.c +p; func y +p\" z", "a.dyndbg=\"file x.c +p; func y +p\"",
	  "a.dyndbg", "file x.c +p; func y +p", " z" },
	/* No backslashes, no other quotes. */
	{ "a=\"b\\\" c\" d", "a=\"b\\\"", "a", "b\\", " c\" d" },
	{ "a=b\\ c", "a=b\\", "a", "b\\", " c" },
	{ "a='b c'", "a='b", "a", "'b", " c'" },
	/* Quotations that stay open. */
	{ "a=\"b c", "a=\"b c", "a", "b c", "" },
	{ "a=\"", "a=\"", "a", "", "" },
	{ "\"", "\"", "", "-", "" },
	{ "\"\"", "\"\"", "", "-", "" },
	{ "a\xa0"
	  "b",
	  "a", "a", "-",
	  "\xa0"
	  "b" },
};

static bool same(const char *text, size_t len, const char *want)
{
	return strlen(want) == len && strncmp(text, want, len) == 0;
}

TEST(words)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *at = rows[i].line;
		struct karg k;

		CHECK(karg_next(&at, &k));
		if (!same(k.word, k.len, rows[i].word) || !same(k.name, k.name_len, rows[i].name) ||
		    strcmp(at, rows[i].rest) != 0)
			fail_msg("%s: word [%.*s] name [%.*s] rest [%s]", rows[i].line, (int)k.len,
				 k.word, (int)k.name_len, k.name, at);
		if (k.value ? !same(k.value, k.value_len, rows[i].value)
			    : strcmp(rows[i].value, "-") != 0)
			fail_msg("%s: value [%.*s]", rows[i].line, (int)k.value_len,
				 k.value ? k.value : "");
	}
}

TEST(ends)
{
	const char *at = " \n";
	struct karg k;

	CHECK(!karg_next(&at, &k));
	at = "a -- b";
	CHECK(karg_next(&at, &k) && !karg_is_end(&k));
	CHECK(karg_next(&at, &k) && karg_is_end(&k));
	CHECK(karg_next(&at, &k) && karg_is(&k, "b"));
	CHECK(!karg_next(&at, &k));
	at = "--=x";
	CHECK(karg_next(&at, &k) && !karg_is_end(&k));
}

TEST(finding)
{
	char out[16];

	CHECK(karg_find("a kdump_test_id=17 b", "kdump_test_id", out, sizeof(out)));
	CHECK_STR(out, "17");
	CHECK(karg_find("x=1 \"x=2 3\" ", "x", out, sizeof(out)));
	CHECK_STR(out, "2 3");
	CHECK(karg_find("log-buf-len=1M", "log_buf_len", out, sizeof(out)));
	CHECK(karg_find("x=1 x", "x", out, sizeof(out)));
	CHECK_STR(out, "");
	CHECK(!karg_find("xx=1 y", "x", out, sizeof(out)));
	CHECK(!karg_find("", "x", out, sizeof(out)));
	CHECK(karg_find("x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "x", out, sizeof(out)));
	CHECK_EQ(strlen(out), sizeof(out) - 1);
	CHECK(karg_has("a b=1", "b") && !karg_has("a -- b", "b") && !karg_has("y=\"a x=b\"", "x"));
}

RUN(words, ends, finding)
