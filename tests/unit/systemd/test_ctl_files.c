/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_ctl_files.c - small files written whole, programs with a time limit, the lock */
#include "systemd/files.h"

#include "base/err.h"
#include "check.h"
#include "systemd/lock.h"
#include "systemd/program.h"
#include "temp_root.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>

TEST(write_read)
{
	struct stat st;
	char path[128], *text;
	uint64_t v;

	root_new();
	CHECK_EQ(files_write(temp_root, "/a/b/c", 0600, "12\n"), 0);
	snprintf(path, sizeof(path), "%s/a/b/c", temp_root);
	CHECK_EQ(stat(path, &st), 0);
	CHECK_EQ(st.st_mode & 0777, 0600);
	CHECK_EQ(files_read_number(temp_root, "/a/b/c", &v), 0);
	CHECK_EQ(v, 12);
	CHECK_EQ(files_write(temp_root, "/a/b/c", 0644, "x"), 0);
	CHECK_EQ(files_read_number(temp_root, "/a/b/c", &v), -EINVAL);
	CHECK_EQ(files_read(temp_root, "/none", 10, &text), -ENOENT);
	CHECK_EQ(files_read(temp_root, "/a/b/c", 0, &text), -EFBIG);
	CHECK_EQ(files_rename(temp_root, "/a/b/c", "/a/d"), 0);
	CHECK(files_exist(temp_root, "/a/d") && !files_exist(temp_root, "/a/b/c"));
	CHECK_EQ(files_remove(temp_root, "/a/d"), 0);
	CHECK_EQ(files_remove(temp_root, "/a/d"), 0);
	fail_clear();
	root_drop();
}

TEST(large_read)
{
	char *text = malloc(50001), *got;

	memset(text, 'x', 50000);
	text[50000] = '\0';
	root_new();
	CHECK_EQ(files_write(temp_root, "/big", 0644, text), 0);
	CHECK_EQ(files_read(temp_root, "/big", 60000, &got), 0);
	CHECK_STR(got, text);
	free(got);
	free(text);
	root_drop();
}

/* What cannot be written leaves what was there, and says which file it was. */
TEST(write_fails)
{
	char full[FILES_PATH_MAX + 10];

	root_new();
	root_put("/file", "old");
	fail_clear();
	CHECK_EQ(files_write(temp_root, "/file/below", 0600, "x"), -ENOTDIR);
	CHECK(strstr(fail_text(), "/file"));
	fail_clear();
	CHECK_EQ(files_mkdir(temp_root, "/dir", 0700), 0);
	CHECK_EQ(files_write(temp_root, "/dir", 0600, "x"), -EISDIR);
	CHECK(strstr(fail_text(), "/dir"));
	CHECK(!files_exist(temp_root, "/.dir.new"));
	fail_clear();
	CHECK_EQ(files_rename(temp_root, "/none", "/file"), -ENOENT);
	CHECK_STR(root_text("/file"), "old");
	CHECK_EQ(files_remove(temp_root, "/dir"), -EISDIR);
	CHECK_EQ(files_remove(temp_root, "/none"), 0);
	memset(full, 'x', sizeof(full) - 1);
	full[0] = '/';
	full[sizeof(full) - 1] = '\0';
	CHECK_EQ(files_write(temp_root, full, 0600, "x"), -ENAMETOOLONG);
	CHECK(!files_exist(temp_root, full));
	fail_clear();
	root_drop();
}

static int run(const char *script, unsigned seconds, struct program_result *r)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	fail_clear();
	return program_run(
		&(struct program_run){ .argv = argv, .seconds = seconds, .input = "in", .max = 10 },
		r);
}

/* A program that fails without a word must not leave an error that ends in a colon. */
TEST(why_a_program_failed)
{
	char reason[PROGRAM_REASON_MAX];
	struct program_result r;

	CHECK_EQ(run("echo one; echo two; exit 3", 10, &r), 0);
	program_reason(&r, reason);
	CHECK_STR(reason, "two");
	program_result_fini(&r);
	CHECK_EQ(run("exit 4", 10, &r), 0);
	program_reason(&r, reason);
	CHECK_STR(reason, "exit status 4, without a message");
	program_result_fini(&r);
	CHECK_EQ(run("kill -9 $$", 10, &r), 0);
	program_reason(&r, reason);
	CHECK_STR(reason, "killed by signal 9, without a message");
	program_result_fini(&r);
}

TEST(program)
{
	struct program_result r;
	const char *const none[] = { "/no/such/program", NULL };

	CHECK_EQ(run("cat; echo err >&2; exit 3", 10, &r), 0);
	CHECK_EQ(r.exit_code, 3);
	CHECK_STR(r.output, "in");
	program_result_fini(&r);
	CHECK_EQ(run("echo 0123456789abcdef; kill -9 $$", 10, &r), 0);
	CHECK_EQ(r.exit_code, 128 + 9);
	CHECK_STR(r.output, "0123456789");
	program_result_fini(&r);
	CHECK_EQ(program_run(&(struct program_run){ .argv = none }, &r), -ENOENT);
	program_result_fini(&r);
	fail_clear();
}

/* State of a process of this group that is not a zombie, else 'Z'; NUL: there is none. */
static char group_state(int group)
{
	char path[300], line[600], found = '\0', state;
	struct dirent *e;
	DIR *proc = opendir("/proc");
	FILE *f;
	int pgrp;

	while ((e = readdir(proc)) && (!found || found == 'Z')) {
		snprintf(path, sizeof(path), "/proc/%s/stat", e->d_name);
		f = fopen(path, "r");
		if (f && fgets(line, sizeof(line), f) && strrchr(line, ')') &&
		    sscanf(strrchr(line, ')'), ") %c %*d %d", &state, &pgrp) == 2 && pgrp == group)
			found = state;
		if (f)
			fclose(f);
	}
	closedir(proc);
	return found;
}

/* Killed with all its children, whether they hold the pipe or closed it. */
TEST(program_time)
{
	static const char *const scripts[] = { "sleep 600 | sleep 600",
					       "exec >&- 2>&-; sleep 600" };
	char script[300], left;

	root_new();
	for (unsigned i = 0; i < 2; i++) {
		struct program_result r;

		snprintf(script, sizeof(script), "echo $$ >%s/pid; %s", temp_root, scripts[i]);
		CHECK_EQ(run(script, 1, &r), -ETIMEDOUT);
		program_result_fini(&r);
		/* One that was killed may wait for whoever reaps it. */
		do
			left = group_state(atoi(root_text("/pid")));
		while (left != 'Z' && left != '\0');
	}
	fail_clear();
	root_drop();
}

TEST(program_must_message)
{
	const char *const argv[] = { "sh", "-c", "echo one; echo 'the reason' >&2; exit 7", NULL };

	fail_clear();
	CHECK_EQ(program_must(&(struct program_run){ .argv = argv }), -EIO);
	CHECK(strstr(fail_text(), "exit code 7") && strstr(fail_text(), "the reason"));
	fail_clear();
	CHECK(program_exists("sh") && !program_exists("no-such-program-at-all"));
}

TEST(lock)
{
	char path[128];
	int fd, other, again;

	root_new();
	fd = lock_take(temp_root);
	CHECK(fd >= 0);
	snprintf(path, sizeof(path), "%s%s", temp_root, LOCK_FILE);
	other = open(path, O_RDWR | O_CLOEXEC);
	CHECK(flock(other, LOCK_EX | LOCK_NB) < 0);
	lock_release(fd);
	CHECK_EQ(flock(other, LOCK_EX | LOCK_NB), 0);
	close(other);
	again = lock_take(temp_root);
	CHECK(again >= 0);
	lock_release(again);
	root_drop();
}

RUN(write_read, large_read, write_fails, program, why_a_program_failed, program_time,
    program_must_message, lock)
