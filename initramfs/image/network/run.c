/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - ask a program of the system something: short answers, in time */
#include "initramfs/image/network/run.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEATH_MS 1000 /* for a killed one to go; in the kernel it may never */
#define NAP_MS	 5
#define OUT_LAST (1 << 20)

/* Both outputs are files: nothing can block, however much it prints. */
static int start(const char *path, const char *const *argv, const int fds[2], pid_t *pid)
{
	posix_spawn_file_actions_t acts;
	int rc = posix_spawn_file_actions_init(&acts);

	if (rc != 0)
		return -rc;
	rc = posix_spawn_file_actions_addopen(&acts, 0, "/dev/null", O_RDONLY, 0);
	for (int i = 0; i < 2 && rc == 0; i++)
		rc = posix_spawn_file_actions_adddup2(&acts, fds[i], i + 1);
	if (rc == 0)
		rc = posix_spawnp(pid, path, &acts, NULL, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&acts);
	return -rc;
}

/* Its end; -ETIMEDOUT without output: it still runs. */
static int wait_ms(pid_t pid, unsigned ms, int *status)
{
	struct timespec nap = { .tv_nsec = NAP_MS * 1000000L };

	for (unsigned i = 0; i < ms / NAP_MS; i++) {
		pid_t got = waitpid(pid, status, WNOHANG);

		if (got == pid)
			return 0;
		if (got < 0 && errno != EINTR)
			return -errno;
		nanosleep(&nap, NULL);
	}
	return -ETIMEDOUT;
}

static int wait_for(pid_t pid, unsigned seconds, int *status)
{
	int rc = wait_ms(pid, seconds * 1000, status);

	if (rc != -ETIMEDOUT)
		return rc;
	kill(pid, SIGKILL);
	wait_ms(pid, DEATH_MS, status);
	return fail_adopt(-ETIMEDOUT, "no answer in time");
}

static char *text_of(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = size >= 0 && size <= OUT_LAST ? malloc((size_t)size + 1) : NULL;
	ssize_t n = text ? pread(fd, text, (size_t)size, 0) : -1;

	if (text)
		text[n > 0 ? n : 0] = '\0';
	return text;
}

/* Its last complaint becomes the innermost output. */
static int complain(int fd, const char *name, int rc)
{
	char *text = text_of(fd), *line = text, *save = NULL;

	for (char *l = text ? strtok_r(text, "\r\n", &save) : NULL; l;
	     l = strtok_r(NULL, "\r\n", &save))
		line = l;
	if (line && *line)
		fail_adopt(rc < 0 ? rc : -EIO, line);
	free(text);
	fail(rc < 0 ? rc : -EIO, "%s", name);
	return rc;
}

static int ask(const char *const *argv, unsigned seconds, const int fds[2], char **out)
{
	pid_t pid;
	int status = 0, rc = start(argv[0], argv, fds, &pid);

	if (rc < 0)
		return fail(rc, "run %s", argv[0]);
	rc = wait_for(pid, seconds, &status);
	if (rc < 0)
		return fail(rc, "run %s", argv[0]);
	if (!WIFEXITED(status))
		return complain(fds[1], argv[0], -EIO);
	if (WEXITSTATUS(status) != 0)
		return complain(fds[1], argv[0], WEXITSTATUS(status));
	*out = text_of(fds[0]);
	return *out ? 0 : fail(-EFBIG, "run %s", argv[0]);
}

int run_ask(const char *const *argv, char **out)
{
	return run_ask_within(argv, RUN_SECONDS, out);
}

int run_ask_within(const char *const *argv, unsigned seconds, char **out)
{
	int fds[2] = { memfd_create("out", MFD_CLOEXEC), memfd_create("err", MFD_CLOEXEC) };
	int rc = fds[0] < 0 || fds[1] < 0 ? fail(-errno, "run %s", argv[0])
					  : ask(argv, seconds, fds, out);

	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return rc;
}

/* The last line that is not empty, or the first that has find. */
static void take_line(char *text, const char *find, struct run_end *out)
{
	char *save = NULL;

	for (char *l = strtok_r(text, "\r\n", &save); l && !out->found;
	     l = strtok_r(NULL, "\r\n", &save)) {
		out->found = find && strstr(l, find);
		snprintf(out->line, sizeof(out->line), "%s", l + strspn(l, " \t"));
	}
}

int run_command(const struct run_command *c, const char *find, struct run_end *out)
{
	const char *path = c->path ? c->path : c->argv[0];
	int text = memfd_create("text", MFD_CLOEXEC), file = -1, rc = 0;
	char *output = NULL;
	pid_t pid;

	*out = (struct run_end){ .status = 0 };
	if (c->output)
		file = open(c->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (text < 0 || (c->output && file < 0))
		rc = fail(-errno, "%s", c->output ? c->output : path);
	if (rc == 0)
		rc = start(path, c->argv, (int[2]){ c->output ? file : text, text }, &pid);
	if (rc == 0)
		rc = wait_for(pid, c->seconds, &out->status);
	if (rc == 0)
		output = text_of(text);
	if (output)
		take_line(output, find, out);
	free(output);
	if (file >= 0)
		close(file);
	if (text >= 0)
		close(text);
	return rc < 0 ? fail(rc, "run %s", path) : 0;
}

int run_end_fail(const struct run_end *end, const char *name)
{
	char how[64], message[PATH_MAX + sizeof(how) + RUN_LINE];

	if (WIFSIGNALED(end->status))
		snprintf(how, sizeof(how), "killed by signal %d (%s)", WTERMSIG(end->status),
			 strsignal(WTERMSIG(end->status)));
	else if (WEXITSTATUS(end->status) != 0)
		snprintf(how, sizeof(how), "exit status %d", WEXITSTATUS(end->status));
	else
		return 0;
	snprintf(message, sizeof(message), "%s: %s%s%s", name, how, *end->line ? ": " : "",
		 end->line);
	return fail_adopt(-EIO, message);
}
