/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core_watch.c - a running collector: show its progress, feed the failsafe, stop it in time
 */
#include "initramfs/capture/save/save_core.h"

#include "base/duration.h"
#include "base/err.h"
#include "base/human.h"
#include "initramfs/capture/console.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TICK_MS	     500
#define SPACE_EVERY  (2 * CLOCK_NS_PER_S)
#define SIZE_SECONDS 5 /* for a query to the target meanwhile */

/* "1h 2min left", from the mean speed so far; not shown in the first seconds. */
static void time_left(const struct core_watch *w, char out[64])
{
	double took = clock_since(w->phase_since);
	char text[DURATION_MAX];
	uint64_t s;

	out[0] = '\0';
	if (took < 2 || w->done == 0 || w->done >= w->total)
		return;
	s = (uint64_t)(took * (double)(w->total - w->done) / (double)w->done + 0.5);
	snprintf(out, 64, ", %s left", duration_text(text, s));
}

static void show(struct core_watch *w)
{
	char line[160], left[64], size[HUMAN_MAX];
	int n = snprintf(line, sizeof(line), "%s", w->phase);

	for (char *p = line; (p = strchr(p, '-'));)
		*p = ' ';
	if (w->total)
		n += snprintf(line + n, sizeof(line) - (size_t)n, " %3u %%",
			      (unsigned)(100.0 * (double)w->done / (double)w->total));
	if (w->bytes)
		n += snprintf(line + n, sizeof(line) - (size_t)n, ", %s written",
			      human_bytes(size, w->bytes));
	time_left(w, left);
	snprintf(line + n, sizeof(line) - (size_t)n, "%s", left);
	/* The begin and end of a phase are shown on every console, however short it was. */
	if (!w->shown_begin || (w->total > 0 && w->done >= w->total && !w->shown_end))
		console_log("%s", line);
	else if (!w->shown_end)
		console_progress(line);
	w->shown_begin = true;
	w->shown_end = w->total > 0 && w->done >= w->total;
}

/*
 * Feed the failsafe until the collector must make progress again, plus time for queries to the
 * target.
 */
static void promise(struct core_watch *w)
{
	unsigned limit = w->c->config.timeout[CONFIG_PHASE_STALL];

	failsafe_feed_limit(&w->c->failsafe, limit ? limit + 2 * SIZE_SECONDS : 0, "save the core");
}

static void moved(struct core_watch *w)
{
	uint64_t now = clock_ns();

	/* Feed the failsafe once a second, not for every line. */
	if (now - w->moved >= CLOCK_NS_PER_S || w->moved == 0)
		promise(w);
	w->moved = now;
}

/* "Saving-pages 81920 262144 104857600" */
static void take_line(struct core_watch *w)
{
	uint64_t done, total, bytes;
	char phase[40];

	if (sscanf(w->line, "%39s %" SCNu64 " %" SCNu64 " %" SCNu64, phase, &done, &total,
		   &bytes) != 4)
		return;
	if (strcmp(phase, w->phase) != 0) {
		snprintf(w->phase, sizeof(w->phase), "%s", phase);
		w->phase_since = clock_ns();
		w->done = 0;
		w->shown_begin = w->shown_end = false;
		moved(w);
	}
	if (done != w->done || bytes != w->bytes)
		moved(w);
	if (bytes > 0 && !w->first_byte)
		console_log("the first pages are written, %.2f s after the start",
			    clock_since(w->c->status.started));
	w->first_byte |= bytes > 0;
	w->done = done;
	w->total = total;
	w->bytes = bytes;
	show(w);
}

static void read_progress(struct core_watch *w)
{
	char buf[1024];
	ssize_t n = 0;

	while (w->progress >= 0 && (n = read(w->progress, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] == '\n') {
				w->line[w->len] = '\0';
				take_line(w);
				w->len = 0;
			} else if (w->len + 1 < sizeof(w->line)) {
				w->line[w->len++] = buf[i];
			}
		}
	}
	if (w->progress >= 0 && n == 0)
		w->progress = -1; /* it closed its end; poll() would return at once from now on */
}

/* Bytes that the program wrote, if the kernel counts them; 0: it does not. */
static uint64_t written_by(pid_t pid)
{
	char path[64], text[512];
	const char *at;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/io", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	at = strstr(text, "wchar:");
	return at ? strtoull(at + 6, NULL, 10) : 0;
}

/* The size of the file that another program writes. False: unknown. */
static bool size_of_file(struct core_watch *w, struct target_size *size)
{
	struct deadline by = deadline_in(SIZE_SECONDS);

	if (w->t->ops->stream || target_measure(w->t, w->file, &by, size) < 0) {
		fail_clear();
		return false;
	}
	return true;
}

/* Without --progress-fd, a program makes progress if its file grows or if it writes anything. */
static void look_at_other(struct core_watch *w)
{
	uint64_t now = clock_ns(), written = written_by(w->child->pid);
	struct target_size size = { 0 };
	struct stat core;
	bool seen;

	if (w->looked && now - w->looked < CLOCK_NS_PER_S)
		return;
	w->looked = now;
	seen = size_of_file(w, &size);
	if (written + size.blocks == w->size)
		return;
	w->size = written + size.blocks;
	moved(w);
	if (!seen)
		return;
	snprintf(w->phase, sizeof(w->phase), "Copying");
	w->phase_since = w->phase_since ? w->phase_since : now;
	w->done = w->bytes = size.bytes;
	w->total = stat(w->c->cfg.vmcore, &core) == 0 ? (uint64_t)core.st_size : 0;
	show(w);
}

/* An estimate of the bytes that are still to be written; 0: none yet. */
static uint64_t remaining(const struct core_watch *w)
{
	if (w->done == 0 || w->total == 0 || w->done < w->total / 50 || w->done >= w->total)
		return 0;
	return (uint64_t)((double)w->bytes * (double)(w->total - w->done) / (double)w->done);
}

static bool space_below(struct core_watch *w, uint64_t need)
{
	struct deadline by = deadline_in(SIZE_SECONDS);
	uint64_t space;

	if (w->t->ops->space(w->t, &by, &space) == 0)
		return space < need;
	fail_clear();
	return false;
}

/* If space is short, remove old dumps first; -ENOSPC if less than min_free would be left. */
static int look_at_space(struct core_watch *w)
{
	uint64_t now = clock_ns(), min_free = w->c->config.min_free, need;

	if (w->t->ops->stream || (min_free == 0 && capture_keep(w->c) == 0) ||
	    now - w->space_looked < SPACE_EVERY)
		return 0;
	w->space_looked = now;
	need = min_free + remaining(w);
	if (!space_below(w, need))
		return 0;
	core_make_space(w->c, w->t, need);
	promise(w); /* removing old dumps changed the failsafe's deadline */
	if (!space_below(w, min_free))
		return 0;
	return fail_adopt(-ENOSPC, "stopped: less space than min_free asks for would be left");
}

static int look_at_time(const struct core_watch *w)
{
	unsigned limit = w->c->config.timeout[CONFIG_PHASE_STALL];
	char text[DURATION_MAX];

	if (capture_time_over(w->c))
		return fail_adopt(-ETIMEDOUT, "stopped: the time for everything is nearly over");
	if (limit == 0 || clock_ns() - w->moved < limit * CLOCK_NS_PER_S)
		return 0;
	return fail_set(-ETIMEDOUT, "stopped: nothing has moved for %s",
			duration_text(text, limit));
}

int core_watch(struct core_watch *w, int *status)
{
	int pidfd = (int)syscall(SYS_pidfd_open, w->child->pid, 0), rc = 0;
	bool reports = w->progress >= 0;

	moved(w);
	while (!child_ended(w->child, status)) {
		struct pollfd p[3] = { { .fd = console_poll_fd(), .events = POLLIN },
				       { .fd = w->progress, .events = POLLIN },
				       { .fd = pidfd, .events = POLLIN } };

		(void)poll(p, 3, TICK_MS);
		console_drain();
		read_progress(w);
		if (!reports)
			look_at_other(w);
		rc = look_at_space(w);
		if (rc == 0)
			rc = look_at_time(w);
		if (rc < 0) {
			child_kill(w->child);
			*status = SIGTERM; /* the caller judges what was written until then */
			break;
		}
	}
	if (pidfd >= 0)
		close(pidfd);
	read_progress(w);
	console_drain();
	return rc;
}
