/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_file_same.c - names that stand for one file */
#include "base/file.h"

#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void make_files(void)
{
	static char dir[64];

	temp_dir(dir);
	CHECK_EQ(chdir(dir), 0);
	close(open("a", O_WRONLY | O_CREAT, 0600));
	close(open("b", O_WRONLY | O_CREAT, 0600));
	CHECK_EQ(link("a", "hard"), 0);
	CHECK_EQ(symlink("a", "soft"), 0);
	CHECK_EQ(mkdir("dir", 0700), 0);
	CHECK_EQ(mkfifo("pipe", 0600), 0);
}

static void remove_files(void)
{
	static const char *const files[] = { "a", "b", "hard", "soft", "pipe" };
	char *dir = getcwd(NULL, 0);

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		CHECK_EQ(unlink(files[i]), 0);
	CHECK_EQ(rmdir("dir"), 0);
	CHECK_EQ(chdir("/"), 0);
	CHECK_EQ(rmdir(dir), 0);
	free(dir);
}

TEST(one_file_by_any_name)
{
	make_files();
	CHECK(file_same("a", "a") && file_same("a", "./a") && file_same("a", "dir/../a"));
	CHECK(file_same("a", "hard") && file_same("soft", "hard"));
	CHECK(!file_same("a", "b") && !file_same("a", "none") && !file_same("none", "a"));
	remove_files();
}

TEST(names_of_nothing_yet)
{
	make_files();
	CHECK(file_same("new", "new") && file_same("new", "./new"));
	CHECK(file_same("new", "dir/../new"));
	CHECK(!file_same("new", "dir/new") && !file_same("new", "newer"));
	CHECK(!file_same("no/new", "no/new")); /* cannot become a file */
	remove_files();
}

TEST(devices_and_pipes_keep_nothing)
{
	make_files();
	CHECK(!file_same("/dev/null", "/dev/null") && !file_same("pipe", "pipe"));
	CHECK(!file_same("dir", "dir"));
	remove_files();
}

RUN(one_file_by_any_name, names_of_nothing_yet, devices_and_pipes_keep_nothing)
