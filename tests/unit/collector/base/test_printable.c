/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_printable.c - no byte of a foreign text commands a terminal */
#include "base/log.h"
#include "base/printable.h"

#include "check.h"

#include <string.h>

static void becomes(const char *text, const char *want)
{
	char out[64];

	printable(text, out, sizeof(out));
	CHECK_STR(out, want);
	CHECK(is_printable(out));
	CHECK_EQ(is_printable(text), strcmp(text, want) == 0);
}

TEST(controls_become_question_marks)
{
	becomes("plain, with blanks", "plain, with blanks");
	becomes("\xc3\xa4\xe2\x82\xac", "\xc3\xa4\xe2\x82\xac");
	becomes("a\033[31mb", "a?[31mb");
	becomes("a\nb\tc\r\177", "a?b?c??");
	becomes("\xc2\x9b"
		"31m",
		"??31m");
	becomes("\xff\xe2\x82", "???");
	becomes("\xe2\x80\xaetxt", "???txt"); /* from right to left */
}

TEST(long_text_is_cut_at_a_character)
{
	char out[4];

	printable("ab\xe2\x82\xac", out, sizeof(out));
	CHECK_STR(out, "ab");
}

static char seen[64];

static void see(void *arg, enum log_kind kind, const char *line)
{
	(void)arg, (void)kind;
	strcpy(seen, line);
}

TEST(messages_are_printable)
{
	log_setup(0, false);
	log_watch(see, NULL);
	log_msg(LOG_ERROR, "%s", "a\033[31m\nb");
	log_watch(NULL, NULL);
	CHECK_STR(seen, "a?[31m?b");
}

RUN(controls_become_question_marks, long_text_is_cut_at_a_character, messages_are_printable)
