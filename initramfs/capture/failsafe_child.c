/* SPDX-License-Identifier: GPL-2.0-or-later */
/* failsafe_child.c - two processes that make the failsafe's calls that could block */
#include "initramfs/capture/failsafe_child.h"

#include "initramfs/capture/console.h"
#include "initramfs/capture/watchdog.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK_US 20000

/* Fork a process that runs body(in, root) and ends; in is its end of a pipe. */
static void start(void (*body)(int in, const char *root), const char *root, const int *not_ours,
		  struct failsafe_child *out)
{
	int ends[2];

	*out = (struct failsafe_child){ .pid = -1, .fd = -1 };
	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	out->pid = fork();
	if (out->pid == 0) {
		close(ends[1]);
		for (; *not_ours >= 0; not_ours++)
			close(*not_ours);
		body(ends[0], root);
		_exit(0);
	}
	close(ends[0]);
	if (out->pid < 0) {
		close(ends[1]);
		return;
	}
	(void)fcntl(ends[1], F_SETFL, O_NONBLOCK);
	out->fd = ends[1];
}

/* All orders that came since the last read are one kick; only the last one can be another order. */
static void keep(int in, const char *root)
{
	struct watchdogs dogs;
	char orders[4096];
	ssize_t n;

	watchdogs_open(root, &dogs);
	while ((n = read(in, orders, sizeof(orders))) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0 && orders[n - 1] != KEEPER_KICK) {
			watchdogs_close(&dogs, orders[n - 1] == KEEPER_DISARM);
			return;
		}
		if (n > 0)
			watchdogs_kick(&dogs);
	}
	watchdogs_close(&dogs, false);
}

static void log_and_sync(int in, const char *root)
{
	char why[SYNCER_TEXT_MAX + 1];
	ssize_t n;

	(void)root;
	do
		n = read(in, why, SYNCER_TEXT_MAX);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return; /* the failsafe has ended */
	why[n] = '\0';
	console_log("%s; the machine is reset by force", why);
	sync();
}

void keeper_start(const char *root, const int *not_ours, struct failsafe_child *out)
{
	start(keep, root, not_ours, out);
}

void syncer_start(const int *not_ours, struct failsafe_child *out)
{
	start(log_and_sync, "", not_ours, out);
}

bool keeper_send(const struct failsafe_child *keeper, char what)
{
	return keeper->fd >= 0 && write(keeper->fd, &what, 1) == 1;
}

void syncer_send(const struct failsafe_child *syncer, const char *why)
{
	if (syncer->fd >= 0)
		(void)!write(syncer->fd, why, strnlen(why, SYNCER_TEXT_MAX));
}

void failsafe_child_wait(const struct failsafe_child *c, unsigned ms)
{
	for (unsigned us = 0; c->pid > 0 && us < ms * 1000; us += TICK_US) {
		if (waitpid(c->pid, NULL, WNOHANG) != 0)
			return;
		usleep(TICK_US);
	}
}
