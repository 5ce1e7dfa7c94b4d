/* SPDX-License-Identifier: GPL-2.0-or-later */
/* raw_stream.c - rearrange a flattened stream on a device into a file */
#include "systemd/dumps/raw_stream.h"

#include "base/err.h"
#include "base/run.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Exit codes of kdump-collect -R: the stream is truncated; the file cannot be written. */
#define SALVAGED 3

/* Exit code of the feeder: not everything was taken. A read error of the device ends the stream. */
#define REFUSED	 1

static int hand_over(const struct restore *r, int to)
{
	static char buf[1 << 16];
	uint64_t at = 0;

	while (at < r->len) {
		size_t want = r->len - at < sizeof(buf) ? (size_t)(r->len - at) : sizeof(buf);
		ssize_t n = pread(r->fd, buf, want, (off_t)at);

		if (n <= 0)
			break;
		if (write(to, buf, (size_t)n) != n)
			return REFUSED;
		at += (uint64_t)n;
	}
	return 0;
}

/* Start a process that feeds the stream to a pipe. Returns its read end. */
static int feed(const struct restore *r, pid_t *pid)
{
	pid_t self = getpid();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return fail(-errno, "pipe");
	*pid = fork();
	if (*pid == 0) {
		run_end_with_parent(self, SIGKILL);
		/* With our own read end open, a collector that gave up would not be noticed. */
		close(fds[0]);
		signal(SIGPIPE, SIG_IGN);
		_exit(hand_over(r, fds[1]));
	}
	close(fds[1]);
	if (*pid < 0) {
		close(fds[0]);
		return fail(-EAGAIN, "fork");
	}
	return fds[0];
}

/*
 * Returns the exit code of kdump-collect -R; the start of its output is put into the trail as the
 * reason.
 */
static int run_collector(const struct restore *r, int input)
{
	const char *const argv[] = { r->collector, "-R", r->core, NULL };
	struct run_result result;
	char line[RUN_LINE_MAX];
	int rc = run_program(&(struct run_cfg){ .argv = argv,
						.in = RUN_FD(input),
						.out = RUN_KEEP,
						.err = RUN_AS_OUT,
						.timeout_ms = RESTORE_SECONDS * 1000 },
			     &result);

	if (rc == 0 && result.exit_code != 0) {
		rc = result.exit_code;
		fail_adopt(0, result.out.len ? run_first_line(&result.out, line)
					     : run_reason(&result, line));
	}
	run_result_fini(&result);
	return rc;
}

int restore_stream(const struct restore *r)
{
	pid_t pid = -1;
	int input = feed(r, &pid), status = 0, rc;
	bool all;

	if (input < 0)
		return input;
	rc = run_collector(r, input);
	close(input);
	waitpid(pid, &status, 0);
	all = WIFEXITED(status) && WEXITSTATUS(status) != REFUSED;
	if (rc == 0)
		return 0;
	if (rc == SALVAGED && all)
		return 1;
	return rc < 0 ? rc : -EIO;
}
