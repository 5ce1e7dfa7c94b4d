/* SPDX-License-Identifier: GPL-2.0-or-later */
/* failsafe.c - a process that resets the machine when the capture makes no progress */
#include "initramfs/capture/failsafe.h"

#include "base/err.h"
#include "initramfs/capture/attribute.h"
#include "initramfs/capture/child.h"
#include "base/clock.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/failsafe_child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARGIN	 30 /* seconds added to a phase's own limit */
#define SYNC_MS	 10000
#define KICK_MS	 1000 /* the shortest time of a watchdog is two seconds */
#define LEAVE_MS 1000

/* A message through the pipe. */
struct kick {
	uint32_t seconds;
	const char *doing; /* a literal: the failsafe is a forked copy of the sender */
	uint32_t leave;	   /* 1: end; 2: stop the watchdogs and end */
};

struct failsafe_process {
	struct failsafe_cfg cfg;
	int in, sysrq;
	pid_t parent;
	struct deadline fed, total;
	const char *doing; /* what it was fed for */
	struct failsafe_child keeper, syncer;
};

/* Nothing here waits for anything but a timer. */
static void __attribute__((noreturn)) reset(struct failsafe_process *v, const char *why)
{
	char text[SYNCER_TEXT_MAX];

	snprintf(text, sizeof(text), "%s (%s)", why, v->doing);
	syncer_send(&v->syncer, text);
	failsafe_child_wait(&v->syncer, SYNC_MS);
	if (!v->cfg.real) {
		kill(v->parent, SIGKILL);
		_exit(1);
	}
	if (v->sysrq >= 0)
		(void)!write(v->sysrq, "b", 1);
	for (;;) {
		(void)reboot(RB_AUTOBOOT);
		sleep(1);
	}
}

static struct deadline in_seconds(uint32_t seconds)
{
	return seconds == FAILSAFE_NEVER ? deadline_limit(0) : deadline_in(seconds);
}

/* Handle one message. False: the failsafe shall end. */
static bool take_kick(struct failsafe_process *v)
{
	struct kick m;
	ssize_t n = read(v->in, &m, sizeof(m));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n != (ssize_t)sizeof(m))
		reset(v, "the capture program died");
	if (m.leave) {
		/* The watchdogs must be off before the machine is halted. */
		if (keeper_send(&v->keeper, m.leave == 2 ? KEEPER_DISARM : KEEPER_LEAVE))
			failsafe_child_wait(&v->keeper, LEAVE_MS);
		return false;
	}
	v->fed = in_seconds(m.seconds);
	v->doing = m.doing;
	return true;
}

static void watch(struct failsafe_process *v)
{
	for (;;) {
		struct deadline next = deadline_min(&v->fed, v->total);
		struct pollfd p = { .fd = v->in, .events = POLLIN };

		next = deadline_min(&next, deadline_in_ms(KICK_MS));
		if (poll(&p, 1, deadline_left_ms(&next)) > 0 && !take_kick(v))
			return;
		if (deadline_over(&v->total))
			reset(v, "the time for everything is over");
		if (deadline_over(&v->fed))
			reset(v, "nothing has moved for too long");
		(void)keeper_send(&v->keeper, KEEPER_KICK);
	}
}

static void hold_on(void)
{
	(void)attribute_put("/proc/self/oom_score_adj", "-1000");
	/* Lock only pages that are used: the whole program would take megabytes. */
	(void)mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
	for (int s = 1; s < 32; s++) {
		if (s != SIGCHLD)
			(void)signal(s, SIG_IGN);
	}
	(void)setsid();
}

/* Called first, while there is memory: everything that is needed later is created now. */
static void start_children(struct failsafe_process *v)
{
	int mine[4] = { v->in, -1, -1, -1 }, n = 1;

	if (v->sysrq >= 0)
		mine[n++] = v->sysrq;
	syncer_start(mine, &v->syncer);
	if (v->syncer.fd >= 0)
		mine[n++] = v->syncer.fd;
	v->keeper = (struct failsafe_child){ .pid = -1, .fd = -1 };
	if (v->cfg.watchdogs)
		keeper_start(v->cfg.root, mine, &v->keeper);
}

static void __attribute__((noreturn)) failsafe_main(struct failsafe_process *v, unsigned seconds)
{
	char path[256];

	hold_on();
	snprintf(path, sizeof(path), "%.200s/proc/sysrq-trigger", v->cfg.root);
	v->sysrq = v->cfg.real ? open(path, O_WRONLY | O_CLOEXEC) : -1;
	v->fed = in_seconds(seconds);
	v->doing = "start";
	v->total = deadline_limit(v->cfg.total);
	start_children(v);
	watch(v);
	_exit(0);
}

void failsafe_start(const struct failsafe_cfg *cfg, unsigned seconds, struct failsafe *out)
{
	struct failsafe_process v = { .cfg = *cfg, .parent = getpid() };
	int ends[2];

	*out = (struct failsafe){ .fd = -1, .pid = -1 };
	if (pipe2(ends, O_CLOEXEC) == 0)
		out->pid = fork();
	if (out->pid == 0) {
		close(ends[1]);
		v.in = ends[0];
		failsafe_main(&v, seconds);
	}
	if (out->pid < 0) {
		console_log("the failsafe cannot be started: %s", strerror(errno));
		return;
	}
	close(ends[0]);
	(void)fcntl(ends[1], F_SETFL, O_NONBLOCK); /* writing to it must never block us */
	out->fd = ends[1];
}

static void feed(struct failsafe *g, struct kick m)
{
	if (g->fd >= 0)
		(void)!write(g->fd, &m, sizeof(m));
}

void failsafe_feed(struct failsafe *g, unsigned seconds, const char *doing)
{
	feed(g, (struct kick){ .seconds = seconds, .doing = doing });
}

void failsafe_feed_limit(struct failsafe *g, unsigned limit, const char *doing)
{
	bool never = limit == 0 || limit > FAILSAFE_NEVER - MARGIN;

	failsafe_feed(g, never ? FAILSAFE_NEVER : limit + MARGIN, doing);
}

void failsafe_end(struct failsafe *g, bool disarm)
{
	struct child c = { .pid = g->pid };
	struct deadline soon = deadline_in(2);
	int status;

	if (g->fd < 0)
		return;
	feed(g, (struct kick){ .leave = disarm ? 2 : 1 });
	while (!child_ended(&c, &status) && !deadline_over(&soon))
		deadline_nap(&soon, 10);
	close(g->fd);
	g->fd = -1;
}
