/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_err.c - the message that goes with an error: put together, replaced, kept, carried */
#include "base/err.h"

#include "check.h"

#include <pthread.h>
#include <string.h>

#undef fail /* cmocka has one; here it is that of base/err.h */

TEST(outer_facts_come_first)
{
	fail_clear();
	CHECK_EQ(fail(-ENOSPC, "write %d bytes", 3), -ENOSPC);
	CHECK_EQ(fail(-ENOSPC, "save"), -ENOSPC);
	CHECK_STR(fail_text(), "save: write 3 bytes: No space left on device");
	fail_clear();
	CHECK_STR(fail_text(), "");
}

TEST(set_replaces_the_message)
{
	fail(-EIO, "an older error");
	CHECK_EQ(fail_set(-EINVAL, "%s is %d", "it", 7), -EINVAL);
	CHECK_STR(fail_text(), "it is 7");
	CHECK_EQ(fail_adopt(-EIO, "100 %s"), -EIO);
	CHECK_STR(fail_text(), "100 %s");
	fail(-EIO, "outer");
	CHECK_STR(fail_text(), "outer: 100 %s");
	fail_clear();
}

/* Both may be called with the message itself as an argument. */
TEST(the_message_may_be_an_argument)
{
	fail_set(-EIO, "inner");
	fail_set(-EIO, "(%s)", fail_text());
	CHECK_STR(fail_text(), "(inner)");
	fail_adopt(-EIO, fail_text());
	CHECK_STR(fail_text(), "(inner)");
	fail_clear();
}

/* The reason stands behind the path. */
TEST(the_longest_path_leaves_the_reason)
{
	char path[PATH_MAX];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	fail_clear();
	fail(-EIO, "open %s", path);
	fail(-EIO, "save vmcore");
	CHECK(strstr(fail_text(), "x: Input/output error") != NULL);
	fail_clear();
}

TEST(too_long_is_cut)
{
	char text[2 * ERR_MESSAGE_MAX];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	fail_clear();
	fail(-EIO, "%s", text);
	CHECK_EQ(strlen(fail_text()), ERR_MESSAGE_MAX - 1);
	fail_set(-EIO, "%s", text);
	CHECK_EQ(strlen(fail_text()), ERR_MESSAGE_MAX - 1);
	fail_clear();
}

TEST(saved_while_other_things_fail)
{
	struct err_saved saved;

	fail_set(-ENOSPC, "the first error");
	CHECK_EQ(err_save(&saved, -ENOSPC), -ENOSPC);
	CHECK_STR(fail_text(), "");
	fail(-EIO, "cleaning up");
	CHECK_EQ(err_restore(&saved), -ENOSPC);
	CHECK_STR(fail_text(), "the first error");
	fail_clear();
}

static void *fail_elsewhere(void *arg)
{
	fail_set(-EBADMSG, "page 7 is damaged");
	err_save(arg, -EBADMSG);
	return NULL;
}

TEST(carried_from_another_thread)
{
	struct err_saved saved = { 0 };
	pthread_t thread;

	fail_set(-EIO, "of this thread");
	CHECK_EQ(pthread_create(&thread, NULL, fail_elsewhere, &saved), 0);
	pthread_join(thread, NULL);
	CHECK_STR(fail_text(), "of this thread");
	CHECK_EQ(err_restore(&saved), -EBADMSG);
	CHECK_STR(fail_text(), "page 7 is damaged");
	fail_clear();
}

RUN(outer_facts_come_first, set_replaces_the_message, the_message_may_be_an_argument,
    the_longest_path_leaves_the_reason, too_long_is_cut, saved_while_other_things_fail,
    carried_from_another_thread)
