/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_std_streams.c - closed standard streams are not reused, and lost output is noticed */
#include "base/err.h"
#include "base/std_streams.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Run check() in a process of its own, whose streams it may ruin; it returns 0 if all is well. */
static void apart(int (*check)(void))
{
	int status, pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(check());
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
}

static int all_closed(void)
{
	char c;

	for (int fd = 0; fd <= 2; fd++)
		close(fd);
	std_streams_hold();
	for (int fd = 0; fd <= 2; fd++) {
		if (write(fd, "x", 1) != -1 || errno != EBADF || read(fd, &c, 1) != -1 ||
		    errno != EBADF)
			return 1 + fd;
	}
	return open("/dev/null", O_RDONLY) > 2 ? 0 : 4; /* whoever runs us may have 3 open */
}

static int one_closed(void)
{
	close(1);
	std_streams_hold();
	return write(1, "x", 1) == -1 && write(2, "", 0) == 0 && open("/", O_RDONLY) > 2 ? 0 : 1;
}

TEST(closed_streams_are_taken)
{
	apart(all_closed);
	apart(one_closed);
}

TEST(open_streams_stay)
{
	std_streams_hold();
	CHECK_OP(fcntl(1, F_GETFL), >=, 0);
	CHECK(!(fcntl(1, F_GETFL) & O_PATH));
}

static int full(unsigned lines)
{
	dup2(open("/dev/full", O_WRONLY), 1);
	for (unsigned i = 0; i < lines; i++)
		puts("a line");
	return std_streams_end();
}

static int full_at_the_end(void)
{
	return full(1) == -ENOSPC ? 0 : 1;
}

static int full_before(void)
{
	return full(10000) < 0 ? 0 : 1;
}

static int reader_gone(unsigned lines)
{
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	if (pipe(ends) < 0)
		return 1;
	close(ends[0]);
	dup2(ends[1], 1);
	for (unsigned i = 0; i < lines; i++)
		puts("a line");
	return std_streams_end();
}

static int reader_gone_at_the_end(void)
{
	return reader_gone(1);
}

static int reader_gone_before(void)
{
	return reader_gone(10000);
}

static int nothing_printed(void)
{
	return std_streams_end();
}

TEST(lost_output_is_a_failure)
{
	apart(full_at_the_end);
	apart(full_before);
	apart(reader_gone_at_the_end);
	apart(reader_gone_before);
	apart(nothing_printed);
}

RUN(closed_streams_are_taken, open_streams_stay, lost_output_is_a_failure)
