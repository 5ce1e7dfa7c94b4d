/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_config_text.c - lines of kdump.conf: blanks, comments, quotes and line ends */
#include "config/parse/text.h"

#include "base/err.h"
#include "check.h"
#include "config/report.h"

#include <string.h>

struct read {
	struct config_report report;
	struct config_text *text;
};

static struct read read_bytes(const char *bytes, size_t len)
{
	struct read r;

	CHECK_EQ(config_report_init(&r.report, "k"), 0);
	CHECK_EQ(config_text_read(bytes, len, &r.report, &r.text), 0);
	CHECK(!r.text->no_memory);
	return r;
}

static void done(struct read *r)
{
	config_text_free(r->text);
	config_report_fini(&r->report);
}

/* text is one line with this key and value, and this many complaints. */
static void one(const char *text, const char *key, const char *value, unsigned complaints)
{
	struct read r = read_bytes(text, strlen(text));

	CHECK_EQ(r.text->nr, 1);
	CHECK_STR(r.text->lines[0].key, key);
	CHECK_STR(r.text->lines[0].value, value);
	CHECK_EQ(r.report.nr, complaints);
	done(&r);
}

static void nothing(const char *text)
{
	struct read r = read_bytes(text, strlen(text));

	CHECK_EQ(r.text->nr, 0);
	CHECK_EQ(r.report.nr, 0);
	done(&r);
}

TEST(corners_seen_in_the_original)
{
	one("path /var/cr#ash", "path", "/var/cr", 1);
	one("core_collector \"makedumpfile -l # x -d 31\"", "core_collector", "\"makedumpfile -l",
	    1);
	one("kdump_post \"a\" \"b\"", "kdump_post", "a\" \"b", 0);
	one("path   /a   b  ", "path", "/a   b", 0);
	one("path '/a'", "path", "'/a'", 0);
	one("path=/a", "path=/a", "", 0);
	one("hash2#x y", "hash2#x", "y", 0);
}

TEST(comments_and_blank_lines_are_nothing)
{
	nothing("");
	nothing("\n\n");
	nothing("# path /x\n");
	nothing(" \t# path /x");
	nothing("   \t  \n\t\n");
	nothing("\r\n#x\r\n");
	nothing("#");
}

TEST(keys_and_values)
{
	one("path /a\n", "path", "/a", 0);
	one("\t path\t \t/a", "path", "/a", 0);
	one("path", "path", "", 0);
	one("path   ", "path", "", 0);
	one("path # nothing", "path", "", 0);
	one("path /a # b", "path", "/a", 0);
	one("Path /A", "Path", "/A", 0);
	one("\"path\" /a", "\"path\"", "/a", 0);
	one("a b\\ c", "a", "b\\ c", 0);
	one("a b\xc3\xa4", "a", "b\xc3\xa4", 0);
}

TEST(quotes)
{
	one("a \"b c\"", "a", "b c", 0);
	one("a \"b c\" # d", "a", "b c", 0);
	one("a \" b \"", "a", " b ", 0);
	one("a \"\"", "a", "", 0);
	one("a \"\"b\"\"", "a", "\"b\"", 0);
	/* Whoever opens a quote and does not end with it gets to know. */
	one("a \"", "a", "\"", 1);
	one("a \"b", "a", "\"b", 1);
	one("a \"b\" c", "a", "\"b\" c", 1);
	one("a b\"c\"", "a", "b\"c\"", 0);
	one("a \"#\"", "a", "\"", 1);
}

TEST(line_ends)
{
	one("path /a\r\n", "path", "/a", 0);
	one("path /a \r", "path", "/a", 0);
	one("path \"/a\"\r\n", "path", "/a", 0);
	one("\xef\xbb\xbfpath /a", "path", "/a", 0);
}

TEST(places_count_from_one)
{
	static const char text[] = "# c\n\n  path   /a\nsshkey \"/k\"\n";
	struct read r = read_bytes(text, strlen(text));
	struct config_line *l = r.text->lines;

	CHECK_EQ(r.text->nr, 2);
	CHECK_EQ(l[0].key_position.line, 3);
	CHECK_EQ(l[0].key_position.column, 3);
	CHECK_EQ(l[0].value_position.column, 10);
	CHECK_EQ(l[1].key_position.line, 4);
	CHECK_EQ(l[1].value_position.column, 9);
	done(&r);
}

TEST(control_characters_are_named)
{
	char line[512];
	struct read r = read_bytes("path /a\033[1mb\0c\n", 15);

	CHECK_EQ(r.text->nr, 1);
	CHECK_EQ(r.report.nr_errors, 1);
	CHECK_STR(config_report_line(&r.report, 0, line, sizeof(line)),
		  "k:1:8: error: control character 0x1b; remove it");
	done(&r);

	r = read_bytes("a b\0c", 5);
	CHECK_STR(config_report_line(&r.report, 0, line, sizeof(line)),
		  "k:1:4: error: control character 0x00; remove it");
	CHECK_EQ(config_report_line(&r.report, 1, line, sizeof(line)), NULL);
	done(&r);
}

TEST(report_is_printable_sorted_and_bounded)
{
	struct config_report r;
	static char line[512], long_text[REPORT_TEXT_MAX + 100];

	CHECK_EQ(config_report_init(&r, "f"), 0);
	config_report_add(&r, CONFIG_WARNING, (struct config_position){ 2, 5 }, "b\033\n");
	config_report_add(&r, CONFIG_ERROR, (struct config_position){ 1, 9 }, "a");
	config_report_add(&r, CONFIG_ERROR, (struct config_position){ 2, 5 }, "c");
	config_report_add(&r, CONFIG_ERROR, (struct config_position){ 0 }, "whole");
	config_report_sort(&r, 0);
	CHECK_STR(config_report_line(&r, 0, line, sizeof(line)), "f: error: whole");
	CHECK_STR(config_report_line(&r, 1, line, sizeof(line)), "f:1:9: error: a");
	CHECK_STR(config_report_line(&r, 2, line, sizeof(line)), "f:2:5: warning: b??");
	CHECK_STR(config_report_line(&r, 3, line, sizeof(line)), "f:2:5: error: c");
	/* What was shown already stays where it is. */
	config_report_add(&r, CONFIG_WARNING, (struct config_position){ 9, 1 }, "y");
	config_report_add(&r, CONFIG_WARNING, (struct config_position){ 1, 1 }, "x");
	config_report_sort(&r, 4);
	CHECK_STR(config_report_line(&r, 3, line, sizeof(line)), "f:2:5: error: c");
	CHECK_STR(config_report_line(&r, 4, line, sizeof(line)), "f:1:1: warning: x");
	CHECK_STR(config_report_line(&r, 5, line, sizeof(line)), "f:9:1: warning: y");
	CHECK_EQ(config_report_verdict(&r), -EINVAL);
	CHECK_STR(fail_text(), "f has 3 errors: Invalid argument");
	fail_clear();

	/* A cut is visible, and not in the middle of a letter of two bytes. */
	memset(long_text, 'x', sizeof(long_text) - 1);
	memcpy(long_text + REPORT_TEXT_MAX - 5, "\xc3\xa4", 2);
	config_report_add(&r, CONFIG_ERROR, (struct config_position){ 9, 9 }, "%s", long_text);
	CHECK_EQ(strlen(r.complaints[6].text), REPORT_TEXT_MAX - 2);
	CHECK_STR(r.complaints[6].text + REPORT_TEXT_MAX - 6, "x...");

	for (unsigned i = 0; i < 2 * REPORT_MAX; i++)
		config_report_add(&r, CONFIG_ERROR, (struct config_position){ 9, 9 }, "more");
	CHECK_EQ(r.nr, REPORT_MAX);
	CHECK_EQ(r.nr_errors, 2 * REPORT_MAX + 4);
	config_report_fini(&r);
}

TEST(what_was_not_kept_is_counted_aloud)
{
	FILE *f = tmpfile();
	struct config_report r;
	char line[512], last[512] = "";

	CHECK_EQ(config_report_init(&r, "f"), 0);
	for (unsigned i = 0; i < REPORT_MAX + 7; i++)
		config_report_add(&r, CONFIG_WARNING, (struct config_position){ 1, 1 }, "w");
	config_report_print(&r, f);
	rewind(f);
	while (fgets(line, sizeof(line), f))
		strcpy(last, line);
	CHECK_STR(last, "f: 7 more like these; mend the ones above first\n");
	CHECK_EQ(config_report_verdict(&r), 0);
	fclose(f);
	config_report_fini(&r);
}

RUN(corners_seen_in_the_original, comments_and_blank_lines_are_nothing, keys_and_values, quotes,
    line_ends, places_count_from_one, control_characters_are_named,
    report_is_printable_sorted_and_bounded, what_was_not_kept_is_counted_aloud)
