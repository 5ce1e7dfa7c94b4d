/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_start.c - from fork to exec, and where a program is */
#include "base/run_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SYSTEM_PATH "/usr/sbin:/usr/bin:/sbin:/bin"

static bool is_program(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 && S_ISREG(sb.st_mode) && access(path, X_OK) == 0;
}

/* Skip relative directories ("", ".", "bin"): the working directory must not choose the program. */
bool run_find(const char *name, char out[PATH_MAX])
{
	const char *path = getenv("PATH"), *dir;
	size_t len;

	if (strchr(name, '/')) {
		snprintf(out, PATH_MAX, "%s", name);
		return strlen(name) < PATH_MAX && is_program(out);
	}
	for (dir = path ? path : SYSTEM_PATH; *name; dir += len + 1) {
		len = strcspn(dir, ":");
		if (*dir == '/' && len + strlen(name) + 2 <= PATH_MAX) {
			snprintf(out, PATH_MAX, "%.*s/%s", (int)len, dir, name);
			if (is_program(out))
				return true;
		}
		if (!dir[len])
			break;
	}
	return false;
}

bool run_exists(const char *name)
{
	char file[PATH_MAX];

	return run_find(name, file);
}

void run_default_signals(void)
{
	sigset_t none;

	for (int s = 1; s < 32; s++)
		(void)signal(s, SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

void run_end_with_parent(pid_t parent, int signal)
{
	(void)prctl(PR_SET_PDEATHSIG, signal);
	if (getppid() != parent)
		_exit(127);
}

/* Copies above 2 first: a descriptor given for one may have the number of another. */
static int set_streams(const int fds[3])
{
	int copy[3];

	for (int i = 0; i < 3; i++) {
		copy[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 3);
		if (copy[i] < 0)
			return -errno;
	}
	for (int i = 0; i < 3; i++) {
		if (dup2(copy[i], i) < 0)
			return -errno;
	}
	return 0;
}

struct run_parent {
	pid_t pid;
	int report; /* where the child writes why it could not become the program */
};

/*
 * In the child. Between fork and exec only calls that are safe in a signal handler are made,
 * since another thread may have held any lock. exec closes report, so it stays empty on success.
 */
static void __attribute__((noreturn)) become(const struct run_cfg *cfg, const char *file,
					     const int fds[3], const struct run_parent *parent)
{
	int report = parent->report, rc;

	if (!cfg->terminal)
		(void)setpgid(0, 0);
	run_default_signals();
	run_end_with_parent(parent->pid, cfg->call ? SIGKILL : SIGTERM);
	rc = set_streams(fds);
	if (rc == 0 && cfg->call) {
		close(report);
		rc = cfg->call(cfg->arg);
		fflush(NULL);
		_exit(rc);
	}
	if (rc == 0) {
		execve(file, (char *const *)cfg->argv,
		       cfg->env ? (char *const *)cfg->env : environ);
		rc = -errno;
	}
	(void)!write(report, &rc, sizeof(rc));
	_exit(127);
}

static ssize_t read_report(int fd, int *rc)
{
	ssize_t n;

	do
		n = read(fd, rc, sizeof(*rc));
	while (n < 0 && errno == EINTR);
	return n;
}

int run_start(const struct run_cfg *cfg, const char *file, const int fds[3], pid_t *pid)
{
	struct run_parent parent = { .pid = getpid() };
	int report[2], rc = 0;

	if (pipe2(report, O_CLOEXEC) < 0)
		return -errno;
	parent.report = report[1];
	*pid = fork();
	if (*pid == 0)
		become(cfg, file, fds, &parent);
	if (*pid < 0)
		rc = -errno;
	close(report[1]);
	if (*pid > 0 && !cfg->terminal)
		(void)setpgid(*pid, *pid); /* whichever of the two is first */
	if (*pid > 0 && read_report(report[0], &rc) > 0)
		while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
			;
	close(report[0]);
	return rc;
}
