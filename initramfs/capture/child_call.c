/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child_call.c - a function in a forked copy of this process */
#include "initramfs/capture/child.h"

#include "base/err.h"
#include "base/text.h"
#include "initramfs/capture/console.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The answer: result and message, in one write. */
struct answer {
	int rc;
	char message[ERR_MESSAGE_MAX];
};

static void __attribute__((noreturn)) answer_and_exit(int (*fn)(void *), void *arg, int fd)
{
	struct answer a = { 0 };

	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGTERM, SIG_DFL);
	console_in_child();
	fail_clear();
	a.rc = fn(arg);
	if (a.rc < 0)
		text_set(a.message, sizeof(a.message), "%s", fail_text());
	(void)!write(fd, &a, sizeof(a));
	_exit(0);
}

/* Read until len bytes, the end or the deadline; pass on what children print meanwhile. */
static int read_until(int fd, char *buf, size_t len, const struct deadline *by, size_t *have)
{
	while (*have < len) {
		struct pollfd p[2] = { { .fd = fd, .events = POLLIN },
				       { .fd = console_poll_fd(), .events = POLLIN } };
		ssize_t n;

		if (deadline_over(by))
			return -ETIMEDOUT;
		if (poll(p, 2, deadline_left_ms(by)) < 0 && errno != EINTR)
			return -errno;
		console_drain();
		if (!(p[0].revents & (POLLIN | POLLHUP | POLLERR)))
			continue;
		n = read(fd, buf + *have, len - *have);
		if (n == 0)
			break;
		if (n > 0)
			*have += (size_t)n;
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int child_call(int (*fn)(void *arg), void *arg, const char *what, const struct deadline *by)
{
	struct child c = { .pid = -1 };
	struct answer a = { 0 };
	int ends[2], status = 0, rc;
	size_t have = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail(-errno, "%s", what);
	c.pid = fork();
	if (c.pid == 0) {
		close(ends[0]);
		answer_and_exit(fn, arg, ends[1]);
	}
	close(ends[1]);
	rc = c.pid < 0 ? -errno : read_until(ends[0], (char *)&a, sizeof(a), by, &have);
	close(ends[0]);
	if (have == sizeof(a)) {
		struct deadline soon = deadline_in(5);

		(void)child_wait(&c, &soon, &status);
		return a.rc < 0 ? fail_adopt(a.rc, a.message) : a.rc;
	}
	if (rc == 0) /* it died without an answer */
		return child_wait(&c, by, &status) < 0 ? fail(-EIO, "%s", what)
						       : child_check(what, status);
	child_kill(&c);
	if (rc == -ETIMEDOUT)
		fail_adopt(-ETIMEDOUT, "no answer in time; given up");
	return fail(rc, "%s", what);
}
