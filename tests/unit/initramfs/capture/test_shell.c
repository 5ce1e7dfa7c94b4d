/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_shell.c - a shell on the consoles: it runs what is typed, and its end is waited for */
#include "initramfs/capture/shell.h"

#include "check.h"
#include "temp_root.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A console of the made-up root that is a terminal; the end of the one who types. Reading there
 * waits until it was opened once: a shell that is ended before it does so is not waited for.
 */
static int open_console(const char *name)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), once;
	char path[128];

	CHECK_OP(fd, >=, 0);
	CHECK_EQ(grantpt(fd), 0);
	CHECK_EQ(unlockpt(fd), 0);
	snprintf(path, sizeof(path), "%s/dev/%s", temp_root, name);
	CHECK_EQ(symlink(ptsname(fd), path), 0);
	once = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	CHECK_OP(once, >=, 0);
	CHECK_EQ(close(once), 0);
	return fd;
}

/* shell_run() in a process of its own, which collects orphans as process 1 does. */
static pid_t start(void)
{
	pid_t pid = root_fork();

	if (pid == 0) {
		(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
		shell_run(temp_root);
		_exit(0);
	}
	return pid;
}

static int end_of(pid_t pid)
{
	int status = -1;

	CHECK_EQ(waitpid(pid, &status, 0), pid);
	return status;
}

/* All that comes from the terminal until its last shell is gone. */
static void read_out(int fd)
{
	char text[4096];
	ssize_t n;

	do
		n = read(fd, text, sizeof(text));
	while (n > 0 || (n < 0 && errno == EINTR));
}

static void type(int fd, const char *text)
{
	CHECK_EQ(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

TEST(leaving_one_shell_ends_them_all)
{
	char line[256];
	int one, two;
	pid_t pid;

	root_new();
	root_put("/dev/null", "");
	root_put("/sys/class/tty/console/active", "tty-one none tty-two\n");
	one = open_console("tty-one");
	two = open_console("tty-two");
	pid = start();
	snprintf(line, sizeof(line), "echo $((6 * 7)) $PWD >%s/answer; exit 3\n", temp_root);
	type(one, line);
	CHECK_EQ(end_of(pid), 0);
	CHECK_STR(root_text("/answer"), "42 /\n");
	CHECK(strstr(root_text("/words"), "a shell; /proc/vmcore is still there"));
	CHECK(!strstr(root_text("/words"), "no shell could be started"));
	read_out(two); /* ends when the other shell has gone, too */
	close(one);
	close(two);
	root_drop();
}

TEST(no_console_is_said_and_not_waited_for)
{
	root_new();
	CHECK_EQ(end_of(start()), 0);
	CHECK(strstr(root_text("/words"), "no shell could be started"));
	root_put("/sys/class/tty/console/active", "ttyS0\n"); /* which is not there */
	CHECK_EQ(end_of(start()), 0);
	CHECK(strstr(root_text("/words"), "no shell could be started"));
	root_drop();
}

RUN(leaving_one_shell_ends_them_all, no_console_is_said_and_not_waited_for)
