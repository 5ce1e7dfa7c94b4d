/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_beneath.c - nothing outside of a directory is opened, whatever is planted in it */
#include "base/beneath.h"

#include "check.h"
#include "temp_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int opener(int dirfd, const char *path, int flags);

static opener *const openers[] = { open_beneath, open_beneath_steps };

static char top[64];
static int dirfd;

/* top/secret is outside; top/dir has a/b/file, links in it lead out. */
static void make(void)
{
	char line[600];

	temp_dir(top);
	snprintf(line, sizeof(line),
		 "cd %s && mkdir -p dir/a/b out && echo s >secret && echo s >out/file && "
		 "echo x >dir/a/b/file && ln -s ../secret dir/link && ln -s ../out dir/dirlink && "
		 "ln -s a dir/inner && ln -s ../../../secret dir/a/b/up && "
		 "ln -s /proc/self/fd/0 dir/fd",
		 top);
	CHECK_EQ(system(line), 0);
	snprintf(line, sizeof(line), "%s/dir", top);
	dirfd = open(line, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK_OP(dirfd, >=, 0);
}

static void drop(void)
{
	char line[100];

	close(dirfd);
	snprintf(line, sizeof(line), "rm -rf %s", top);
	CHECK_EQ(system(line), 0);
}

TEST(what_is_beneath_is_opened)
{
	make();
	for (unsigned i = 0; i < 2; i++) {
		static const char *const paths[] = { "a/b/file", "a//b/file", "./a/b/file" };

		for (unsigned k = 0; k < 3; k++) {
			int fd = openers[i](dirfd, paths[k], O_RDONLY);
			char c = 0;

			CHECK_OP(fd, >=, 0);
			CHECK_EQ(read(fd, &c, 1), 1);
			CHECK_EQ(c, 'x');
			CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
			close(fd);
		}
		CHECK_EQ(openers[i](dirfd, "a/none", O_RDONLY), -ENOENT);
		CHECK_EQ(openers[i](dirfd, "", O_RDONLY), -ENOENT);
	}
	drop();
}

TEST(links_and_ways_out_are_refused)
{
	static const char *const paths[] = { "link",	     "dirlink/file", "dirlink",
					     "inner/b/file", "fd",	     "a/b/up",
					     "..",	     "../secret",    "a/../../secret",
					     "/etc/passwd" };

	make();
	for (unsigned i = 0; i < 2; i++)
		for (unsigned k = 0; k < sizeof(paths) / sizeof(paths[0]); k++)
			CHECK_OP(openers[i](dirfd, paths[k], O_RDONLY), <, 0);
	drop();
}

TEST(a_file_that_is_made_is_ours_alone)
{
	make();
	for (unsigned i = 0; i < 2; i++) {
		char name[16];
		struct stat st;
		int fd;

		snprintf(name, sizeof(name), "a/new%u", i);
		fd = openers[i](dirfd, name, O_WRONLY | O_CREAT | O_EXCL);
		CHECK_OP(fd, >=, 0);
		CHECK_EQ(fstat(fd, &st), 0);
		CHECK_EQ(st.st_mode, S_IFREG | 0600);
		close(fd);
		CHECK_OP(openers[i](dirfd, "link", O_WRONLY | O_CREAT | O_EXCL), <, 0);
	}
	drop();
}

/* Exchange the directory x for a link that leads out and back again, until killed. */
static void exchange_forever(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		(void)renameat(dirfd, "x", dirfd, "y");
		if (symlinkat("../out", dirfd, "x") < 0)
			continue;
		(void)unlinkat(dirfd, "x", 0);
		(void)renameat(dirfd, "y", dirfd, "x");
	}
}

TEST(a_race_with_a_link_is_never_lost)
{
	unsigned opened[2] = { 0 };
	int fd, status;
	pid_t pid;

	make();
	CHECK_EQ(mkdirat(dirfd, "x", 0700), 0);
	fd = openat(dirfd, "x/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK_EQ(write(fd, "x", 1), 1);
	close(fd);
	pid = fork();
	CHECK_OP(pid, >=, 0);
	if (pid == 0)
		exchange_forever();
	/* On a busy machine the other process may be kept waiting where x is not there. */
	for (unsigned n = 0; n < 20000 || !opened[0] || !opened[1]; n++) {
		char c = 0;

		fd = openers[n % 2](dirfd, "x/file", O_RDONLY);
		if (fd < 0) {
			if (n >= 20000)
				sched_yield();
			continue;
		}
		CHECK_EQ(read(fd, &c, 1), 1);
		CHECK_EQ(c, 'x'); /* 's': the file outside */
		opened[n % 2]++;
		close(fd);
	}
	kill(pid, SIGKILL);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	drop();
}

RUN(what_is_beneath_is_opened, links_and_ways_out_are_refused, a_file_that_is_made_is_ours_alone,
    a_race_with_a_link_is_never_lost)
