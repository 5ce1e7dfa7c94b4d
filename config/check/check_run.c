/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_run.c - ask another program, and read what it says */
#include "config/check/check_impl.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Its output up to room; what is more is read and dropped, so that it can end. */
static void read_output(int fd, char *out, size_t room)
{
	char rest[256];
	size_t len = 0;
	ssize_t n;

	do {
		bool full = len + 1 >= room;

		n = full ? read(fd, rest, sizeof(rest)) : read(fd, out + len, room - len - 1);
		if (n > 0 && !full)
			len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	out[len] = '\0';
}

/* Its exit status; -EINTR if a signal ended it. */
static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

int config_check_run(const char *program, char **argv, char *out, size_t room)
{
	posix_spawn_file_actions_t actions;
	int fds[2], rc;
	pid_t pid;

	out[0] = '\0';
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	rc = -posix_spawn_file_actions_init(&actions);
	if (rc == 0) {
		/* Nobody is there to answer questions. */
		posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
		posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
		posix_spawn_file_actions_adddup2(&actions, fds[1], STDERR_FILENO);
		rc = -posix_spawnp(&pid, program, &actions, NULL, argv, environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	close(fds[1]); /* else the end of its output would never come */
	if (rc == 0) {
		read_output(fds[0], out, room);
		rc = wait_for(pid);
	}
	close(fds[0]);
	return rc;
}
