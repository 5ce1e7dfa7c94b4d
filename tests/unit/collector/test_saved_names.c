/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_saved_names.c - what is left is called by the name that it has */
#include "saved_names.h"

#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *names(const struct options *o, bool complete)
{
	static char buf[256];

	saved_names(o, complete, buf, sizeof(buf));
	return buf;
}

TEST(a_file_has_a_mark_until_it_is_complete)
{
	struct options o = { .dump = "/no/vmcore" };

	CHECK_STR(names(&o, true), "/no/vmcore");
	CHECK_STR(names(&o, false), "/no/vmcore-incomplete");
	o.dump = "/no/vmcore-incomplete";
	CHECK_STR(names(&o, false), "/no/vmcore-incomplete");
}

TEST(each_of_several_files)
{
	struct options o = { .member = { "/no/a", "/no/b" }, .nr_members = 2 };

	CHECK_STR(names(&o, true), "/no/a, /no/b");
	CHECK_STR(names(&o, false), "/no/a-incomplete, /no/b-incomplete");
}

/* With -f the old file is there until the new one is complete. */
TEST(beside_an_old_file)
{
	char buffer[TEMP_PATH_MAX], want[TEMP_PATH_MAX + 16];
	struct options o = { .dump = temp_path("names", buffer) };

	close(open(o.dump, O_WRONLY | O_CREAT, 0600));
	snprintf(want, sizeof(want), "%s-incomplete", o.dump);
	CHECK_STR(names(&o, false), want);
	unlink(o.dump);
}

TEST(a_pipe_or_a_device_has_none)
{
	char buffer[TEMP_PATH_MAX];
	struct options o = { .dump = temp_path("names", buffer) };

	unlink(o.dump);
	CHECK_EQ(mkfifo(o.dump, 0600), 0);
	CHECK_STR(names(&o, false), o.dump);
	unlink(o.dump);
	o.dump = "/dev/null";
	CHECK_STR(names(&o, false), "/dev/null");
}

TEST(all_parts_of_the_input)
{
	struct options o = { .part = { "a", "b", "c" }, .nr_parts = 3 };
	char buf[64], small[4];

	saved_inputs(&o, buf, sizeof(buf));
	CHECK_STR(buf, "a, b, c");
	saved_inputs(&o, small, sizeof(small));
	CHECK_STR(small, "a, ");
	o.nr_parts = 1;
	saved_inputs(&o, buf, sizeof(buf));
	CHECK_STR(buf, "a");
}

RUN(a_file_has_a_mark_until_it_is_complete, each_of_several_files, beside_an_old_file,
    a_pipe_or_a_device_has_none, all_parts_of_the_input)
