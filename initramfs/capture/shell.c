/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell.c - failure_action shell: one shell on every console */
#include "initramfs/capture/shell.h"

#include "initramfs/capture/console.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define CONSOLES_MAX 8

static const char *const shells[] = { "/bin/sh",       "/bin/bash", "/usr/bin/sh",
				      "/usr/bin/bash", "/bin/dash", "/bin/busybox" };

/* Runs in a child process; returns only if there is no shell. */
static void become_shell(const char *tty)
{
	int fd;

	(void)setsid();
	fd = open(tty, O_RDWR);
	if (fd < 0)
		return;
	(void)ioctl(fd, TIOCSCTTY, 1);
	for (int i = 0; i < 3; i++)
		(void)dup2(fd, i);
	if (fd > 2)
		close(fd);
	for (int s = 1; s < 32; s++)
		(void)signal(s, SIG_DFL);
	if (chdir("/") < 0)
		return;
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strstr(shells[i], "busybox"))
			execl(shells[i], "sh", "-i", (char *)NULL);
		else
			execl(shells[i], "-sh", "-i", (char *)NULL);
	}
}

static pid_t start_on(const char *tty)
{
	pid_t pid = fork();

	if (pid == 0) {
		become_shell(tty);
		_exit(127);
	}
	return pid;
}

/*
 * Wait for the first of our shells to end; other processes are orphans of hooks. True: a user left
 * it.
 */
static bool wait_for_one(pid_t *pids, unsigned nr)
{
	unsigned left = nr;

	while (left > 0) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);

		if (pid < 0 && errno != EINTR)
			return false;
		for (unsigned i = 0; i < nr; i++) {
			if (pids[i] != pid)
				continue;
			if (!WIFEXITED(status) || WEXITSTATUS(status) != 127)
				return true;
			pids[i] = 0; /* no shell on this console */
			left--;
		}
	}
	return false;
}

void shell_run(const char *root)
{
	char names[CONSOLE_NAMES_SIZE], tty[300], *save = NULL;
	pid_t pids[CONSOLES_MAX];
	unsigned nr = 0;

	console_names(root, names);
	console_log("a shell; /proc/vmcore is still there. The machine goes on after exit");
	for (char *w = strtok_r(names, " \n", &save); w && nr < CONSOLES_MAX;
	     w = strtok_r(NULL, " \n", &save)) {
		snprintf(tty, sizeof(tty), "%.200s/dev/%.60s", root, w);
		pids[nr++] = start_on(tty);
	}
	if (!wait_for_one(pids, nr))
		console_log("no shell could be started: there is none in the image, or no console");
	for (unsigned i = 0; i < nr; i++) {
		if (pids[i] > 0)
			(void)kill(-pids[i], SIGHUP);
	}
}
