/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - run another program to its end, within a time limit, without a shell */
#include "base/run.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/err.h"
#include "base/run_impl.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK_MS 20 /* without a pidfd (before Linux 5.3): how soon an end is noticed */

/* One run. Every descriptor here is ours to close; -1: none. */
struct job {
	const struct run_cfg *cfg;
	pid_t pid;
	int pidfd;
	bool ended;
	int status; /* as waitpid(2) gives it */
	int child[3];
	struct run_pipe pipe[2]; /* out, err */
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A file in memory: unlike a pipe, writing to it never blocks. */
static int input_file(const void *data, size_t len)
{
	int fd = memfd_create("input", MFD_CLOEXEC), rc;
	const char *p = data;

	while (fd >= 0 && len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		p += n;
		len -= (size_t)n;
	}
	if (fd < 0 || (len == 0 && lseek(fd, 0, SEEK_SET) == 0))
		return fd < 0 ? -errno : fd;
	rc = errno ? -errno : -EIO;
	close(fd);
	return rc;
}

static int copy_of(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	return copy < 0 ? -errno : copy;
}

/* Both ends of a pipe; ours must not block, since an end of the program is waited for, too. */
static int keep_output(struct job *job, int nr)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	(void)fcntl(fds[0], F_SETFL, O_NONBLOCK);
	job->pipe[nr - 1].fd = fds[0];
	return fds[1];
}

/* The descriptor that the program has as number nr, or a negative errno. */
static int open_stream(struct job *job, int nr)
{
	const struct run_stream streams[] = { job->cfg->in, job->cfg->out, job->cfg->err };
	int fd;

	if (nr == 0 && job->cfg->input)
		return input_file(job->cfg->input, job->cfg->input_len);
	switch (streams[nr].kind) {
	case RUN_OURS_:
		fd = copy_of(nr);
		if (fd != -EBADF) /* ours is closed: nothing is the same as /dev/null */
			return fd;
		break;
	case RUN_FD_:
		return copy_of(streams[nr].fd);
	case RUN_AS_OUT_:
		return copy_of(job->child[1]);
	case RUN_KEEP_:
		return nr == 0 ? -EINVAL : keep_output(job, nr);
	case RUN_NULL_:
		break;
	}
	fd = open("/dev/null", (nr ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
	return fd < 0 ? fail(-errno, "open /dev/null") : fd;
}

static int open_streams(struct job *job)
{
	for (int nr = 0; nr < 3; nr++) {
		int fd = open_stream(job, nr);

		if (fd < 0)
			return fd;
		job->child[nr] = fd;
	}
	return 0;
}

static void see_whether_ended(struct job *job)
{
	pid_t got;

	do
		got = waitpid(job->pid, &job->status, WNOHANG);
	while (got < 0 && errno == EINTR);
	/* An error: the kernel reaped it (SIGCHLD is ignored), so its exit status is not known. */
	if (got != 0)
		job->ended = true;
}

/*
 * Until the program ends or the time is over. A background child of it may keep the pipes open, so
 * do not wait for their end.
 */
static void wait_until(struct job *job, const struct deadline *by)
{
	while (!job->ended && !deadline_over(by)) {
		struct pollfd p[] = { { .fd = job->pipe[0].fd, .events = POLLIN },
				      { .fd = job->pipe[1].fd, .events = POLLIN },
				      { .fd = job->pidfd, .events = POLLIN } };
		int left = deadline_left_ms(by);

		(void)poll(p, 3, job->pidfd < 0 && left > TICK_MS ? TICK_MS : left);
		for (int i = 0; i < 2; i++)
			run_pipe_read(&job->pipe[i]);
		if (job->pidfd < 0 || p[2].revents)
			see_whether_ended(job);
	}
}

static void end_by(struct job *job, int signal, int ms)
{
	struct deadline by = deadline_in_ms((uint64_t)ms);

	(void)kill(job->cfg->terminal ? job->pid : -job->pid, signal);
	wait_until(job, &by);
}

/* Kill the rest of the process group too: its leader may have ended alone. */
static void stop(struct job *job)
{
	end_by(job, SIGTERM, RUN_KILL_MS / 2);
	if (!job->ended)
		end_by(job, SIGKILL, RUN_KILL_MS / 2);
	else if (!job->cfg->terminal)
		(void)kill(-job->pid, SIGKILL);
}

/* Read what is left in the pipes after the end: at most their capacity. */
static void read_rest(struct run_pipe *p)
{
	int size = p->fd < 0 ? 0 : fcntl(p->fd, F_GETPIPE_SZ);
	uint64_t until = p->text->len + p->text->dropped + (size > 0 ? (uint64_t)size : 0);
	uint64_t before = UINT64_MAX;

	while (p->fd >= 0 && p->text->len + p->text->dropped < until &&
	       p->text->len + p->text->dropped != before) {
		before = p->text->len + p->text->dropped;
		run_pipe_read(p);
	}
	close_fd(&p->fd);
}

static int finish(struct job *job, struct run_result *out)
{
	unsigned ms = job->cfg->timeout_ms ? job->cfg->timeout_ms : RUN_DEFAULT_MS;
	struct deadline by = deadline_in_ms(ms);
	char text[DURATION_MAX];
	bool in_time;

	wait_until(job, &by);
	in_time = job->ended;
	if (!in_time)
		stop(job);
	for (int i = 0; i < 2; i++)
		read_rest(&job->pipe[i]);
	if (!job->ended || WIFSIGNALED(job->status))
		out->signal = job->ended ? WTERMSIG(job->status) : SIGKILL;
	out->exit_code = out->signal ? 128 + out->signal : WEXITSTATUS(job->status);
	if (in_time)
		return 0;
	return fail_set(-ETIMEDOUT, "%s did not end within %s and was stopped", job->cfg->argv[0],
			duration_text(text, (ms + 999) / 1000));
}

static int start(struct job *job)
{
	const struct run_cfg *cfg = job->cfg;
	const char *program = cfg->program ? cfg->program : cfg->argv[0];
	char file[PATH_MAX] = "";
	int rc = 0;

	if (!cfg->call && !run_find(program, file))
		return fail_set(-ENOENT, "%s is not installed", program);
	rc = open_streams(job);
	fflush(NULL); /* or the copy of a fork writes it as well */
	if (rc == 0)
		rc = run_start(cfg, file, job->child, &job->pid);
	for (int nr = 0; nr < 3; nr++)
		close_fd(&job->child[nr]); /* or our own writing end would keep a pipe open */
	if (rc < 0)
		return fail(rc, "start %s", program);
	job->pidfd = (int)syscall(SYS_pidfd_open, job->pid, 0);
	return 0;
}

/* data is never NULL, as promised, whatever memory there is. */
static int give_empty(struct run_text *t)
{
	if (!t->data)
		t->data = calloc(1, 1);
	return t->data ? 0 : -ENOMEM;
}

int run_program(const struct run_cfg *cfg, struct run_result *out)
{
	size_t max = cfg->max ? cfg->max : RUN_DEFAULT_BYTES;
	struct job job = { .cfg = cfg,
			   .pid = -1,
			   .pidfd = -1,
			   .child = { -1, -1, -1 },
			   .pipe = { { -1, &out->out, max, cfg->keep_end },
				     { -1, &out->err, max, cfg->keep_end } } };
	int rc;

	*out = (struct run_result){ 0 };
	if (give_empty(&out->out) < 0 || give_empty(&out->err) < 0)
		return fail(-ENOMEM, "run %s", cfg->argv[0]);
	rc = start(&job);
	if (rc == 0)
		rc = finish(&job, out);
	for (int i = 0; i < 2; i++)
		close_fd(&job.pipe[i].fd);
	close_fd(&job.pidfd);
	return rc;
}

void run_result_fini(struct run_result *r)
{
	free(r->out.data);
	free(r->err.data);
	*r = (struct run_result){ 0 };
}

int run_must(const struct run_cfg *cfg)
{
	struct run_cfg heard = *cfg;
	struct run_result r;
	int rc;

	if (heard.err.kind == RUN_NULL_) {
		heard.err = RUN_KEEP;
		heard.keep_end = true; /* the reason is in the last line */
	}
	rc = run_program(&heard, &r);
	if (rc == 0)
		rc = run_check(cfg->argv[0], &r);
	run_result_fini(&r);
	return rc;
}

int run_ask(const char *const *argv, char **out)
{
	const struct run_cfg cfg = {
		.argv = argv, .out = RUN_KEEP, .err = RUN_KEEP, .max = RUN_ASK_MAX
	};
	struct run_result r;
	int rc = run_program(&cfg, &r);

	*out = NULL;
	if (rc == 0)
		rc = run_check(argv[0], &r);
	if (rc < 0 && r.exit_code && !r.signal)
		rc = r.exit_code;
	else if (rc == 0 && r.out.dropped)
		rc = fail(-EFBIG, "read what %s writes", argv[0]);
	if (rc == 0) {
		*out = r.out.data;
		r.out.data = NULL;
	}
	run_result_fini(&r);
	return rc;
}
