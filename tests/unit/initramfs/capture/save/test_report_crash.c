/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_crash.c - why the kernel died, out of any bytes that a report may be */
#include "initramfs/capture/save/report_crash.h"

#include "check.h"

#include <string.h>

#define PRINT "\"fingerprint\":\"0123456789abcdef\""

static struct status_crash of(const char *json)
{
	struct status_crash c;

	memset(&c, 'x', sizeof(c));
	report_crash_read(json, strlen(json), &c);
	return c;
}

static void nothing(const char *json)
{
	struct status_crash c = of(json);

	if (c.reason[0] || c.fingerprint[0] || c.fatal)
		fail_msg("%s: '%s' '%s'", json, c.reason, c.fingerprint);
}

TEST(a_report)
{
	struct status_crash c = of("{\"reason\":\"BUG: x\",\"function\":\"f\",\"fatal\":true,"
				   "\"trace\":[\"a\",\"b\"],\"pid\":null," PRINT
				   ",\"machine\":{\"fatal\":false,\"reason\":\"inner\"}}\n");

	CHECK_STR(c.reason, "BUG: x");
	CHECK_STR(c.fingerprint, "0123456789abcdef");
	CHECK(c.fatal);
	CHECK(!of("{\"reason\":\"WARNING\",\"fatal\":false," PRINT "}").fatal);
}

/* The words are the crashed kernel's: they go to terminals. */
TEST(what_is_not_text)
{
	CHECK_STR(of("{\"reason\":\"a\\u001b[2J\\n\\u009bb\xff\xc3\xa4\"," PRINT "}").reason,
		  "a?[2J???b?\xc3\xa4");
}

TEST(what_is_no_report)
{
	char longer[400];

	snprintf(longer, sizeof(longer), "{\"reason\":\"%0256d\"," PRINT "}", 0);
	nothing(longer);
	snprintf(longer, sizeof(longer), "{\"reason\":\"%0255d\"," PRINT "}", 0);
	CHECK_EQ(strlen(of(longer).reason), 255);
	nothing("");
	nothing("{}");
	nothing("{\"reason\":\"\"," PRINT "}");
	nothing("{\"reason\":null," PRINT "}");
	nothing("{\"reason\":[\"BUG\"]," PRINT "}");
	nothing("{\"reason\":\"BUG\"}");
	nothing("{\"reason\":\"BUG\",\"fingerprint\":\"0123456789abcde\"}");
	nothing("{\"reason\":\"BUG\",\"fingerprint\":\"0123456789abcdefa\"}");
	nothing("{\"reason\":\"BUG\",\"fingerprint\":\"0123456789\\\"bcde\"}");
	nothing("{\"reason\":\"BUG\"," PRINT);
	nothing("{\"reason\":\"BUG\"," PRINT "}}");
	nothing("[{\"reason\":\"BUG\"," PRINT "}]");
}

RUN(a_report, what_is_not_text, what_is_no_report)
