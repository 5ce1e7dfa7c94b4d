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
#define SECOND	     1000000000ull
#define SPACE_EVERY  (2 * SECOND)
#define SIZE_SECONDS 5 /* for what is asked of the target meanwhile */

/* "1h 2min left", worked out of the mean so far; the first seconds tell nothing. */
static void time_left(const struct core_watch *w, char out[64])
{
	double took = (double)(now_ns() - w->phase_since) / 1e9;
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
	/* Both ends of a phase are told on every console, however short it was. */
	if (!w->told_phase || (w->total > 0 && w->done >= w->total && !w->told_all))
		console_log("%s", line);
	else if (!w->told_all)
		console_progress(line);
	w->told_phase = true;
	w->told_all = w->total > 0 && w->done >= w->total;
}

/* Until the collector has to move again, and for what is asked of the target meanwhile. */
static void promise(struct core_watch *w)
{
	unsigned limit = w->c->config.timeout[CONFIG_PHASE_STALL];

	failsafe_feed_limit(&w->c->failsafe, limit ? limit + 2 * SIZE_SECONDS : 0);
}

static void moved(struct core_watch *w)
{
	uint64_t now = now_ns();

	/* The failsafe is told once a second, not for every line. */
	if (now - w->moved >= SECOND || w->moved == 0)
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
		w->phase_since = now_ns();
		w->done = 0;
		w->told_phase = w->told_all = false;
		moved(w);
	}
	if (done != w->done || bytes != w->bytes)
		moved(w);
	if (bytes > 0 && !w->first_byte)
		console_log("the first pages are written, %.2f s after the start",
			    (double)(now_ns() - w->c->status.started) / 1e9);
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
		w->progress = -1; /* it closed its end: poll() would not sleep any more */
}

/* Bytes another program wrote, where the kernel counts them; 0: it does not. */
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

/* The file that another program writes, as far as it can be seen. */
static bool size_of_file(struct core_watch *w, struct target_size *size)
{
	struct deadline by = deadline_in(SIZE_SECONDS);

	if (w->t->ops->stream || target_measure(w->t, w->file, &by, size) < 0) {
		fail_clear();
		return false;
	}
	return true;
}

/* A program without --progress-fd moves when its file grows, or when it writes at all. */
static void look_at_other(struct core_watch *w)
{
	uint64_t now = now_ns(), written = written_by(w->child->pid);
	struct target_size size = { 0 };
	struct stat core;
	bool seen;

	if (w->looked && now - w->looked < SECOND)
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

/* What is still to come, as far as it can be told. */
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

/* Little space: old dumps go first; -ENOSPC when what must stay free would be used. */
static int look_at_space(struct core_watch *w)
{
	uint64_t now = now_ns(), min_free = w->c->config.min_free, need;

	if (w->t->ops->stream || (min_free == 0 && w->c->config.keep_dumps == 0) ||
	    now - w->space_looked < SPACE_EVERY)
		return 0;
	w->space_looked = now;
	need = min_free + remaining(w);
	if (!space_below(w, need))
		return 0;
	core_make_space(w->c, w->t, need);
	promise(w); /* it had a deadline of its own */
	if (!space_below(w, min_free))
		return 0;
	return fail_adopt(-ENOSPC, "stopped: less space than min_free asks for would be left");
}

static int look_at_time(const struct core_watch *w)
{
	unsigned limit = w->c->config.timeout[CONFIG_PHASE_STALL];
	char words[120], text[DURATION_MAX];

	if (capture_time_over(w->c))
		return fail_adopt(-ETIMEDOUT, "stopped: the time for everything is nearly over");
	if (limit == 0 || now_ns() - w->moved < limit * SECOND)
		return 0;
	snprintf(words, sizeof(words), "stopped: nothing has moved for %s",
		 duration_text(text, limit));
	return fail_adopt(-ETIMEDOUT, words);
}

int core_watch(struct core_watch *w, int *status)
{
	int pidfd = (int)syscall(SYS_pidfd_open, w->child->pid, 0), rc = 0;
	bool tells = w->progress >= 0;

	moved(w);
	while (!child_ended(w->child, status)) {
		struct pollfd p[3] = { { .fd = console_poll_fd(), .events = POLLIN },
				       { .fd = w->progress, .events = POLLIN },
				       { .fd = pidfd, .events = POLLIN } };

		(void)poll(p, 3, TICK_MS);
		console_drain();
		read_progress(w);
		if (!tells)
			look_at_other(w);
		rc = look_at_space(w);
		if (rc == 0)
			rc = look_at_time(w);
		if (rc < 0) {
			child_kill(w->child);
			*status = SIGTERM; /* what it wrote until then is judged as such */
			break;
		}
	}
	if (pidfd >= 0)
		close(pidfd);
	read_progress(w);
	console_drain();
	return rc;
}
