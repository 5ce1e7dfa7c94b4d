/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_file.c - whole files: read within a bound, written so that nobody sees a part */
#include "base/err.h"
#include "base/file.h"

#include "check.h"
#include "temp_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[64], path[128];

static void make(void)
{
	temp_dir(dir);
	snprintf(path, sizeof(path), "%s/name", dir);
	fail_clear();
}

static unsigned nr_entries(void)
{
	DIR *d = opendir(dir);
	unsigned nr = 0;

	for (struct dirent *e; (e = readdir(d));)
		nr += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
	closedir(d);
	return nr;
}

static void drop(void)
{
	unlink(path);
	CHECK_EQ(rmdir(dir), 0); /* nothing else was left there */
	fail_clear();
}

/* The file's text is this. */
static void holds(const char *text)
{
	char *got;
	size_t len;

	CHECK_EQ(file_read(path, 1 << 20, &got, &len), 0);
	CHECK_EQ(len, strlen(text));
	CHECK_STR(got, text);
	free(got);
}

TEST(bounds)
{
	char *got = NULL;
	size_t len = 0;

	make();
	CHECK_EQ(file_write(path, 0600, "12345678", 8), 0);
	CHECK_EQ(file_read(path, 8, &got, &len), 0);
	CHECK_EQ(len, 8);
	CHECK_STR(got, "12345678");
	free(got);
	CHECK_EQ(file_read(path, 7, &got, &len), -EFBIG);
	CHECK(got == NULL && strstr(fail_text(), path) != NULL);
	fail_clear();
	CHECK_EQ(file_read_head(path, 3, &got, &len), 0);
	CHECK_EQ(len, 3);
	CHECK_STR(got, "123");
	free(got);
	drop();
}

/* Several times what is asked for at first, with every byte a value, NUL too. */
TEST(large_and_binary)
{
	size_t len = 0, size = 100001;
	char *data = malloc(size), *got;

	make();
	for (size_t i = 0; i < size; i++)
		data[i] = (char)i;
	CHECK_EQ(file_write(path, 0600, data, size), 0);
	CHECK_EQ(file_read(path, size, &got, &len), 0);
	CHECK_EQ(len, size);
	CHECK(memcmp(got, data, size) == 0 && got[size] == '\0');
	free(got);
	free(data);
	drop();
}

TEST(absent_leaves_no_message)
{
	char *got;

	make();
	CHECK_EQ(file_read(path, 10, &got, NULL), -ENOENT);
	CHECK_STR(fail_text(), "");
	CHECK_EQ(file_read(dir, 10, &got, NULL), -EISDIR);
	CHECK(strstr(fail_text(), dir) != NULL);
	drop();
}

TEST(kernel_files_have_no_size)
{
	char *got;
	size_t len;

	CHECK_EQ(file_read("/proc/self/maps", 1 << 20, &got, &len), 0);
	CHECK(len > 100 && strlen(got) == len);
	free(got);
}

/* Without a writer at once; with a slow one, all that it writes. */
TEST(fifo)
{
	char *got;
	size_t len;
	pid_t pid;

	make();
	CHECK_EQ(mkfifo(path, 0600), 0);
	CHECK_EQ(file_read(path, 10, &got, &len), 0);
	CHECK_EQ(len, 0);
	free(got);
	pid = fork();
	if (pid == 0) {
		int fd = open(path, O_RDWR);

		usleep(100000);
		(void)!write(fd, "slow", 4);
		usleep(300000);
		_exit(0);
	}
	usleep(50000);
	CHECK_EQ(file_read(path, 10, &got, &len), 0);
	CHECK_STR(got, "slow");
	free(got);
	waitpid(pid, NULL, 0);
	drop();
}

TEST(writing_replaces)
{
	struct stat st;

	make();
	CHECK_EQ(file_write(path, 0600, "old", 3), 0);
	CHECK_EQ(file_write(path, 0666, "new text", 8), 0);
	holds("new text");
	/* The mode is what was asked for, whatever the umask. */
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0666);
	drop();
}

TEST(an_aborted_file_leaves_the_old_one)
{
	struct file_writer w;
	int at;

	make();
	at = open(dir, O_RDONLY | O_DIRECTORY);
	CHECK_EQ(file_write(path, 0600, "old", 3), 0);
	CHECK_EQ(file_begin(&w, at, "name", 0600), 0);
	CHECK_EQ(write(w.fd, "part", 4), 4);
	holds("old");
	file_abort(&w);
	holds("old");
	CHECK_EQ(nr_entries(), 1);
	close(at);
	drop();
}

TEST(what_a_killed_writer_left_is_removed)
{
	struct file_writer w;
	pid_t pid;
	int at;

	make();
	at = open(dir, O_RDONLY | O_DIRECTORY);
	pid = fork();
	if (pid == 0) {
		(void)!file_begin(&w, at, "name", 0600);
		(void)!write(w.fd, "this is longer", 14);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	CHECK_EQ(nr_entries(), 1);
	CHECK_EQ(file_write(path, 0600, "short", 5), 0);
	holds("short");
	CHECK_EQ(nr_entries(), 1);
	close(at);
	drop();
}

/* Else the one's rename would give the name to the other's part. */
TEST(two_writers_do_not_mix)
{
	struct file_writer w;
	int at;

	make();
	at = open(dir, O_RDONLY | O_DIRECTORY);
	CHECK_EQ(file_begin(&w, at, "name", 0600), 0);
	CHECK_EQ(write(w.fd, "first", 5), 5);
	CHECK_EQ(file_write(path, 0600, "second", 6), -EBUSY);
	CHECK(strstr(fail_text(), "another process") != NULL);
	CHECK_EQ(file_commit(&w), 0);
	holds("first");
	close(at);
	drop();
}

TEST(names_that_cannot_be)
{
	char longest[300];
	struct file_writer w;

	memset(longest, 'n', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	CHECK_EQ(file_begin(&w, AT_FDCWD, longest, 0600), -EINVAL);
	CHECK_EQ(file_begin(&w, AT_FDCWD, "a/b", 0600), -EINVAL);
	CHECK_EQ(file_write("/nowhere/at/all", 0600, "", 0), -ENOENT);
	CHECK(strstr(fail_text(), "/nowhere/at") != NULL);
	fail_clear();
}

TEST(a_temporary_file_has_no_name_and_is_where_tmpdir_says)
{
	struct stat st;
	int fd;

	make();
	setenv("TMPDIR", dir, 1);
	fd = file_temp();
	CHECK_OP(fd, >=, 0);
	CHECK_EQ(fstat(fd, &st), 0);
	CHECK_EQ(st.st_nlink, 0);
	CHECK_EQ(st.st_mode & 07777, 0600);
	CHECK_EQ(pwrite(fd, "x", 1, 4096), 1);
	CHECK_EQ(nr_entries(), 0);
	close(fd);
	setenv("TMPDIR", "/nowhere/at/all", 1);
	CHECK_EQ(file_temp(), -ENOENT);
	CHECK(strstr(fail_text(), "/nowhere/at/all") && strstr(fail_text(), "set TMPDIR"));
	setenv("TMPDIR", "", 1); /* as if it was not set */
	fd = file_temp();
	CHECK_OP(fd, >=, 0);
	close(fd);
	unsetenv("TMPDIR");
	drop();
}

RUN(bounds, large_and_binary, absent_leaves_no_message, kernel_files_have_no_size, fifo,
    writing_replaces, an_aborted_file_leaves_the_old_one, what_a_killed_writer_left_is_removed,
    two_writers_do_not_mix, names_that_cannot_be,
    a_temporary_file_has_no_name_and_is_where_tmpdir_says)
