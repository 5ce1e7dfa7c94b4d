/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_call.c - start a target's process, send it requests, wait until a deadline, give it up */
#include "initramfs/capture/target/target_call.h"

#include "base/err.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/target/target_proxy.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KILL_MS 1000 /* a killed process that has not ended by then hangs in the kernel */
#define TICK_MS 200  /* without a pidfd: how often to check for its end */

int target_process_start(struct target_proxy *p)
{
	int ends[2], rc = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return fail(-errno, "a process for %s", p->base.address);
	p->asked = p->answered = 0;
	p->process.pid = fork();
	if (p->process.pid == 0)
		target_helper(p->real, ends[1]);
	close(ends[1]);
	if (p->process.pid < 0) {
		rc = fail(-errno, "a process for %s", p->base.address);
		close(ends[0]);
	} else {
		(void)setpgid(p->process.pid,
			      p->process.pid); /* the child does it too; the first call counts */
		(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
		p->socket = ends[0];
	}
	return rc;
}

static void disconnect(struct target_proxy *p)
{
	if (p->socket >= 0)
		close(p->socket);
	p->socket = -1;
	p->process.pid = -1;
}

static bool ends_within(struct target_proxy *p, const struct deadline *by)
{
	int status;

	while (!child_ended(&p->process, &status)) {
		if (deadline_over(by))
			return false;
		deadline_nap(by, 10);
		console_drain();
	}
	return true;
}

void target_process_end(struct target_proxy *p, const struct deadline *by)
{
	if (!ends_within(p, by))
		target_process_abandon(p);
	disconnect(p);
}

void target_process_abandon(struct target_proxy *p)
{
	struct deadline soon = deadline_in_ms(KILL_MS);

	p->base.lost = true;
	if (p->process.pid > 0) {
		(void)kill(-p->process.pid, SIGKILL);
		(void)kill(p->process.pid, SIGKILL);
		(void)ends_within(p, &soon);
	}
	disconnect(p);
}

/* The answer to the last request: 0, -EAGAIN not yet, -ENOTCONN. Older ones are dropped. */
static int take_answer(struct target_proxy *p)
{
	int rc;

	do {
		rc = target_receive(p->socket, &p->answer, sizeof(p->answer), NULL, NULL);
		if (rc == 0)
			p->answered = p->answer.number;
	} while (rc == 0 && p->answered != p->asked);
	return rc;
}

/* Wait until the last request is answered: 0, -ETIMEDOUT, or -ENOTCONN: the process has ended. */
static int wait_answer(struct target_proxy *p, const struct deadline *by)
{
	int pidfd = (int)syscall(SYS_pidfd_open, p->process.pid, 0), rc, status;

	while ((rc = take_answer(p)) == -EAGAIN) {
		struct pollfd fds[3] = { { .fd = p->socket, .events = POLLIN },
					 { .fd = console_poll_fd(), .events = POLLIN },
					 { .fd = pidfd, .events = POLLIN } };
		int left = deadline_left_ms(by);

		if (left == 0) {
			rc = -ETIMEDOUT;
			break;
		}
		if (pidfd < 0 && left > TICK_MS)
			left = TICK_MS;
		if (child_ended(&p->process, &status)) {
			rc = take_answer(p); /* it may have died after it answered */
			rc = rc == -EAGAIN ? -ENOTCONN : rc;
			break;
		}
		(void)poll(fds, 3, left);
		console_drain();
	}
	if (pidfd >= 0)
		close(pidfd);
	console_drain(); /* show what it printed before we act on its answer */
	return rc;
}

static bool is_advice(enum target_op op)
{
	return op == TARGET_OP_space || op == TARGET_OP_measure || op == TARGET_OP_make_space;
}

/* Handle a missing answer: is the target lost? */
static int give_up(struct target_proxy *p, enum target_op op, int rc)
{
	fail_clear();
	if (rc != -ETIMEDOUT) {
		target_process_abandon(p);
		fail_adopt(-EIO, "the process for the target died");
		return fail(-EIO, "%s: %s", p->base.address, target_op_text(op));
	}
	if (is_advice(op)) {
		fail_adopt(rc, "no answer in time");
	} else {
		target_process_abandon(p);
		fail_adopt(rc, "no answer in time; the target is given up");
	}
	return fail(rc, "%s: %s", p->base.address, target_op_text(op));
}

/* Wait for the answer of an earlier operation that only gives advice, if one is still missing. */
static int wait_idle(struct target_proxy *p, enum target_op op, const struct deadline *by)
{
	if (p->answered == p->asked)
		return 0;
	return is_advice(op) ? take_answer(p) : wait_answer(p, by);
}

int target_call(struct target_proxy *p, enum target_op op, const struct deadline *by,
		const int *fds, unsigned nr_fds)
{
	struct deadline last = { by->at + TARGET_PROXY_GRACE_MS * 1000000ull };
	int rc;

	if (p->base.lost || p->socket < 0) {
		fail_adopt(-ETIMEDOUT, "the target was given up before");
		return fail(-ETIMEDOUT, "%s: %s", p->base.address, target_op_text(op));
	}
	rc = wait_idle(p, op, &last);
	if (rc == -EAGAIN)
		return fail(rc, "%s: %s", p->base.address, target_op_text(op));
	p->request.op = op;
	p->request.by = *by;
	p->request.number = ++p->asked;
	if (rc == 0)
		rc = target_send(p->socket, &p->request, sizeof(p->request), fds, nr_fds);
	if (rc == 0)
		rc = wait_answer(p, &last);
	if (rc < 0)
		return give_up(p, op, rc);
	memcpy(p->base.host, p->answer.host, sizeof(p->base.host));
	memcpy(p->base.dir, p->answer.dir, sizeof(p->base.dir));
	return p->answer.rc < 0 ? fail_adopt(p->answer.rc, p->answer.message) : p->answer.rc;
}
