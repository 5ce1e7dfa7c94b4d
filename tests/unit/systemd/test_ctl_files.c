/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_ctl_files.c - small files written whole, the lock */
#include "systemd/files.h"

#include "base/err.h"
#include "check.h"
#include "systemd/lock.h"
#include "temp_root.h"

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

TEST(lock)
{
	char path[128];
	int fd, other, again;

	root_new();
	fd = lock_take(temp_root);
	CHECK_OP(fd, >=, 0);
	snprintf(path, sizeof(path), "%s%s", temp_root, LOCK_FILE);
	other = open(path, O_RDWR | O_CLOEXEC);
	CHECK_OP(flock(other, LOCK_EX | LOCK_NB), <, 0);
	lock_release(fd);
	CHECK_EQ(flock(other, LOCK_EX | LOCK_NB), 0);
	close(other);
	again = lock_take(temp_root);
	CHECK_OP(again, >=, 0);
	lock_release(again);
	root_drop();
}

RUN(write_read, large_read, write_fails, lock)
