/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - ask a program of the system something: short answers, in time */
#include "initramfs/build/run.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEATH_MS 1000 /* for a killed one to go; in the kernel it may never */
#define NAP_MS	 5
#define OUT_LAST (1 << 20)

/* Both outputs are files in memory: nothing can block, whatever it prints. */
static int start(const char *const *argv, const int fds[2], pid_t *pid)
{
	posix_spawn_file_actions_t acts;
	int rc = posix_spawn_file_actions_init(&acts);

	if (rc != 0)
		return -rc;
	rc = posix_spawn_file_actions_addopen(&acts, 0, "/dev/null", O_RDONLY, 0);
	for (int i = 0; i < 2 && rc == 0; i++)
		rc = posix_spawn_file_actions_adddup2(&acts, fds[i], i + 1);
	if (rc == 0)
		rc = posix_spawnp(pid, argv[0], &acts, NULL, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&acts);
	return -rc;
}

/* Its end; -ETIMEDOUT without words: it still runs. */
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

/* Its last complaint becomes the innermost words. */
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
	int status = 0, rc = start(argv, fds, &pid);

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
