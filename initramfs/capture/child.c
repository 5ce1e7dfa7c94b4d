/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child.c - start programs, read their output, end them in time */
#include "initramfs/capture/child.h"

#include "base/err.h"
#include "base/run.h"
#include "initramfs/capture/attribute.h"
#include "initramfs/capture/console.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_MS 2000 /* between SIGTERM and SIGKILL, and after SIGKILL */
#define TICK_MS	 100  /* without a pidfd: how often to check for the end */

#define LIFTED	 100 /* descriptors are moved above this number first */

/* A copy with a number that no later dup2() overwrites. */
static int lift(int fd)
{
	return fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, LIFTED) : -1;
}

/* Give a lifted descriptor its final number; it stays open over exec. */
static void install(int from, int to, int null_flags)
{
	if (from < 0)
		from = open("/dev/null", null_flags | O_CLOEXEC);
	if (from == to)
		(void)fcntl(to, F_SETFD, 0);
	else if (from >= 0)
		(void)dup2(from, to);
}

static void install_all(const struct child_cfg *cfg)
{
	int in = lift(cfg->in);
	int out = lift(cfg->out >= 0 ? cfg->out : console_pipe());
	int err = lift(cfg->err >= 0 ? cfg->err : console_pipe());
	int kept[CHILD_KEEP_MAX];

	for (unsigned i = 0; i < cfg->nr_keep; i++)
		kept[i] = lift(cfg->keep[i].fd);
	install(in, STDIN_FILENO, O_RDONLY);
	install(out, STDOUT_FILENO, O_WRONLY);
	install(err, STDERR_FILENO, O_WRONLY);
	for (unsigned i = 0; i < cfg->nr_keep; i++) {
		if (kept[i] >= 0)
			(void)dup2(kept[i], cfg->keep[i].as);
	}
}

/* In the child, between fork and exec. */
static void become(const struct child_cfg *cfg, int report)
{
	int rc;

	report = lift(report);
	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	run_default_signals();
	if (cfg->oom_first)
		(void)attribute_put("/proc/self/oom_score_adj", "1000");
	if (cfg->data_max)
		(void)setrlimit(RLIMIT_DATA, &(struct rlimit){ cfg->data_max, cfg->data_max });
	install_all(cfg);
	if (cfg->env)
		environ = (char **)cfg->env;
	execvp(cfg->program ? cfg->program : cfg->argv[0], (char *const *)cfg->argv);
	rc = -errno;
	(void)!write(report, &rc, sizeof(rc));
	_exit(127);
}

/* This process has one thread: a plain clone(2) is as good as fork(3). */
static pid_t fork_sibling(void)
{
#ifdef __s390x__
	return (pid_t)syscall(SYS_clone, 0, CLONE_PARENT | SIGCHLD, NULL, NULL, 0);
#else
	return (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, NULL, NULL, 0);
#endif
}

/* exec closes the pipe, so nothing can be read if the program was started. */
static int read_report(int fd, const struct child_cfg *cfg, struct child *out)
{
	if (read(fd, &out->exec_error, sizeof(int)) != (ssize_t)sizeof(int)) {
		(void)setpgid(out->pid,
			      out->pid); /* the child does it too; the first call counts */
		return 0;
	}
	if (!cfg->sibling) {
		waitpid(out->pid, NULL, 0);
		out->pid = -1;
	}
	return fail(out->exec_error, "start %s", cfg->argv[0]);
}

int child_start(const struct child_cfg *cfg, struct child *out)
{
	int report[2], rc;

	*out = (struct child){ .pid = -1 };
	if (cfg->out < 0 || cfg->err < 0)
		console_share_begin(cfg->argv[0]);
	if (pipe2(report, O_CLOEXEC) < 0)
		return fail(-errno, "start %s", cfg->argv[0]);
	out->pid = cfg->sibling ? fork_sibling() : fork();
	if (out->pid == 0)
		become(cfg, report[1]);
	rc = out->pid < 0 ? -errno : 0;
	close(report[1]);
	rc = rc < 0 ? fail(rc, "start %s", cfg->argv[0]) : read_report(report[0], cfg, out);
	close(report[0]);
	return rc;
}

static void read_outputs(struct child *c)
{
	for (unsigned i = 0; i < CHILD_OUTPUTS; i++) {
		if (c->output[i])
			child_output_read(c->output[i]);
	}
}

bool child_ended(struct child *c, int *status)
{
	pid_t rc;

	if (c->pid <= 0)
		return true;
	do
		rc = waitpid(c->pid, status, WNOHANG);
	while (rc < 0 && errno == EINTR);
	if (rc == 0)
		return false;
	if (rc < 0) /* another wait() got its status */
		*status = 0;
	c->pid = -1;
	read_outputs(c);
	console_drain_all();
	console_share_end();
	return true;
}

/* Wait until it ends or the time is over; pass on what children print meanwhile. */
static bool wait_until(struct child *c, const struct deadline *by, int *status)
{
	int pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	bool ended;

	while (!(ended = child_ended(c, status)) && !deadline_over(by)) {
		struct pollfd p[2 + CHILD_OUTPUTS] = {
			{ .fd = console_poll_fd(), .events = POLLIN },
			{ .fd = pidfd, .events = POLLIN },
		};
		int left = deadline_left_ms(by);

		for (unsigned i = 0; i < CHILD_OUTPUTS; i++)
			p[2 + i] = (struct pollfd){ .fd = c->output[i] ? c->output[i]->fd : -1,
						    .events = POLLIN };
		if (pidfd < 0 && left > TICK_MS)
			left = TICK_MS;
		(void)poll(p, 2 + CHILD_OUTPUTS, left);
		read_outputs(c);
		console_drain();
	}
	if (pidfd >= 0)
		close(pidfd);
	return ended;
}

void child_kill(struct child *c)
{
	static const int signals[] = { SIGTERM, SIGKILL };
	int status;

	for (int i = 0; i < 2 && c->pid > 0; i++) {
		struct deadline by = deadline_in_ms(GRACE_MS);
		pid_t group = -c->pid;

		(void)kill(group, signals[i]);
		if (wait_until(c, &by, &status))
			(void)kill(group, SIGKILL); /* children of its own that still run */
	}
	c->pid = -1; /* a process that survives SIGKILL is left behind */
}

int child_wait(struct child *c, const struct deadline *by, int *status)
{
	*status = 0;
	if (wait_until(c, by, status))
		return 0;
	child_kill(c);
	return fail_adopt(-ETIMEDOUT, "it did not end in time and was stopped");
}

int child_check(const char *what, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		fail_set(-EIO, "killed, probably because memory ran out");
	else if (WIFSIGNALED(status))
		fail_set(-EIO, "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		fail_set(-EIO, "ended with status %d", WEXITSTATUS(status));
	return fail(-EIO, "%s", what);
}

int child_run(const struct child_cfg *cfg, const struct deadline *by)
{
	struct child c;
	int status, rc = child_start(cfg, &c);

	if (rc < 0)
		return rc;
	rc = child_wait(&c, by, &status);
	return rc < 0 ? fail(rc, "%s", cfg->argv[0]) : child_check(cfg->argv[0], status);
}
