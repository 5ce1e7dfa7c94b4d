/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_temp_dir.c - what the unit tests make for themselves goes with the process that made it */
#include "check.h"
#include "temp_dir.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* A process that ends in the middle of its test, with a file in a directory in its directory. */
static void end_early(char *dir)
{
	char path[TEMP_PATH_MAX];

	temp_dir(dir);
	snprintf(path, sizeof(path), "%s/sub", dir);
	CHECK_EQ(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/sub/link", dir);
	CHECK_EQ(symlink("/etc/passwd", path), 0);
	exit(7);
}

TEST(a_directory_goes_with_its_process)
{
	char *dir = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	CHECK_OP(dir, !=, MAP_FAILED);
	pid = fork();
	if (pid == 0)
		end_early(dir);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	CHECK(dir[0]);
	CHECK(!is_there(dir));
	munmap(dir, 4096);
}

TEST(a_child_leaves_those_of_its_parent)
{
	char dir[TEMP_DIR_MAX];
	pid_t pid;

	temp_dir(dir);
	pid = fork();
	if (pid == 0)
		exit(0);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	CHECK(is_there(dir));
	temp_dir_drop(dir);
	CHECK(!is_there(dir));
}

TEST(they_lie_in_TMPDIR)
{
	char outer[TEMP_DIR_MAX], inner[TEMP_DIR_MAX], path[TEMP_PATH_MAX];
	const char *before = getenv("TMPDIR");
	char *old = before ? strdup(before) : NULL;

	/* The one that is set may be too long for one more below it. */
	setenv("TMPDIR", "/tmp", 1);
	setenv("TMPDIR", temp_dir(outer), 1);
	CHECK_EQ(strncmp(temp_dir(inner), outer, strlen(outer)), 0);
	CHECK_EQ(strncmp(temp_path("file", path), outer, strlen(outer)), 0);
	if (old)
		setenv("TMPDIR", old, 1);
	else
		unsetenv("TMPDIR");
	free(old);
}

RUN(a_directory_goes_with_its_process, a_child_leaves_those_of_its_parent, they_lie_in_TMPDIR)
