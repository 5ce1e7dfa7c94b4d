/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program.c - run another program, within a time limit */
#include "systemd/program.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/err.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OUTPUT_DEFAULT ((size_t)64 << 10)

/* A file in memory: unlike a pipe, writing to it never blocks. */
static int input_open(const struct program_run *run)
{
	int fd;

	if (run->input_fd > 0)
		return fcntl(run->input_fd, F_DUPFD_CLOEXEC, 3);
	if (!run->input)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0)
		return -1;
	if (write(fd, run->input, strlen(run->input)) < 0 || lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Between fork and exec; never returns. */
static void __attribute__((noreturn)) become(const struct program_run *run, int in, int out)
{
	/* A process outside the foreground group is stopped when it reads from the terminal. */
	if (!run->asks)
		setpgid(0, 0);
	dup2(in, STDIN_FILENO);
	if (!run->show) {
		int null = open("/dev/null", O_WRONLY);

		dup2(out, STDOUT_FILENO);
		dup2(run->keep_stderr ? out : null, STDERR_FILENO);
	}
	signal(SIGPIPE, SIG_DFL);
	execvp(run->argv[0], (char *const *)run->argv);
	_exit(errno == ENOENT ? 127 : 126);
}

struct collect {
	char *data;
	size_t len, max;
};

/* Read what is available; 0 at the end. Output beyond max is read and dropped. */
static ssize_t collect_some(int fd, struct collect *c)
{
	char chunk[16384];
	ssize_t n = read(fd, chunk, sizeof(chunk));
	size_t take;
	char *grown;

	if (n <= 0)
		return n;
	take = (size_t)n < c->max - c->len ? (size_t)n : c->max - c->len;
	grown = realloc(c->data, c->len + take + 1);
	if (!grown)
		return n;
	c->data = grown;
	memcpy(c->data + c->len, chunk, take);
	c->len += take;
	c->data[c->len] = '\0';
	return n;
}

/* Read until the pipe is closed; false: time is up. */
static bool collect_all(int fd, struct collect *c, const struct deadline *by)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int left = deadline_left_ms(by), n;

		if (left == 0)
			return false;
		n = poll(&p, 1, left);
		if (n > 0 && collect_some(fd, c) <= 0)
			return true;
		if (n < 0 && errno != EINTR)
			return true;
	}
}

/* A program may close the pipe and live on, so this has the deadline too. */
static bool reap(pid_t pid, int *status, const struct deadline *by)
{
	int pause_ms = 2;

	for (;;) {
		pid_t got = waitpid(pid, status, WNOHANG);

		if (got == pid || (got < 0 && errno != EINTR))
			return true;
		if (deadline_over(by))
			return false;
		deadline_nap(by, pause_ms);
		if (pause_ms < 50)
			pause_ms *= 2;
	}
}

static int parent(const struct program_run *run, pid_t pid, int fd, struct program_result *out)
{
	struct collect c = { .max = run->max ? run->max : OUTPUT_DEFAULT };
	unsigned seconds = run->seconds ? run->seconds : 60;
	struct deadline by = deadline_in(seconds);
	int status = 0;
	char text[DURATION_MAX];
	bool ended = collect_all(fd, &c, &by) && reap(pid, &status, &by);

	out->output = c.data ? c.data : calloc(1, 1);
	out->len = c.len;
	if (!ended) {
		/* A program that asks may have switched off echo; SIGTERM lets it restore that. */
		kill(run->asks ? pid : -pid, run->asks ? SIGTERM : SIGKILL);
		waitpid(pid, &status, 0);
		return fail(-ETIMEDOUT, "%s did not end within %s and was killed", run->argv[0],
			    duration_text(text, seconds));
	}
	out->exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	if (out->exit_code == 127)
		return fail(-ENOENT, "%s is not installed", run->argv[0]);
	return out->output ? 0 : fail(-ENOMEM, "output of %s", run->argv[0]);
}

int program_run(const struct program_run *run, struct program_result *out)
{
	int in = input_open(run), fds[2] = { -1, -1 }, rc;
	pid_t pid;

	*out = (struct program_result){ 0 };
	if (in < 0 || pipe2(fds, O_CLOEXEC) < 0) {
		rc = fail(-errno, "start %s", run->argv[0]);
		if (in >= 0)
			close(in);
		return rc;
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		become(run, in, fds[1]);
	rc = pid < 0 ? fail(-errno, "start %s", run->argv[0]) : 0;
	close(in);
	close(fds[1]);
	if (rc == 0)
		rc = parent(run, pid, fds[0], out);
	close(fds[0]);
	return rc;
}

void program_result_fini(struct program_result *r)
{
	free(r->output);
	*r = (struct program_result){ 0 };
}

const char *program_last_line(char *text)
{
	size_t n = strlen(text);
	char *line;

	while (n > 0 && strchr(" \r\n", text[n - 1]))
		text[--n] = '\0';
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}

void program_reason(struct program_result *r, char out[PROGRAM_REASON_MAX])
{
	const char *last = program_last_line(r->output);

	if (*last)
		snprintf(out, PROGRAM_REASON_MAX, "%s", last);
	else if (r->exit_code > 128)
		snprintf(out, PROGRAM_REASON_MAX, "killed by signal %d, without a message",
			 r->exit_code - 128);
	else
		snprintf(out, PROGRAM_REASON_MAX, "exit status %d, without a message",
			 r->exit_code);
}

int program_must(const struct program_run *run)
{
	struct program_run loud = *run;
	char message[450];
	struct program_result r;
	int rc;

	loud.keep_stderr = true;
	rc = program_run(&loud, &r);
	if (rc == 0 && r.exit_code != 0) {
		const char *last = program_last_line(r.output);

		fail_clear();
		snprintf(message, sizeof(message), "%.100s failed (exit code %d)%s%.300s",
			 run->argv[0], r.exit_code, *last ? ": " : "", last);
		rc = fail_adopt(-EIO, message);
	}
	program_result_fini(&r);
	return rc;
}

bool program_exists(const char *name)
{
	const char *path = getenv("PATH");
	char copy[8192], full[8192 + 256], *save = NULL;

	if (strchr(name, '/'))
		return access(name, X_OK) == 0;
	snprintf(copy, sizeof(copy), "%s", path ? path : "/usr/sbin:/usr/bin:/sbin:/bin");
	for (char *dir = strtok_r(copy, ":", &save); dir; dir = strtok_r(NULL, ":", &save)) {
		snprintf(full, sizeof(full), "%s/%s", dir, name);
		if (access(full, X_OK) == 0)
			return true;
	}
	return false;
}
