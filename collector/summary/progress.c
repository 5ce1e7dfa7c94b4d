/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.c - progress lines, on a terminal or in a log */
#include "summary/progress.h"

#include "base/clock.h"
#include "base/human.h"
#include "base/log.h"
#include "base/util.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NSEC	       CLOCK_NS_PER_S
#define TERMINAL_EVERY (NSEC / 2) /* a serial console is slow, and printing waits for it */
#define LOG_EVERY      (5 * NSEC)
#define FEED_EVERY     NSEC
#define READ_EVERY     (NSEC / 50)

/*
 * Never skip more steps than this: when a fast run gets slow (a network that
 * stalls), it is the time until anybody hears of it.
 */
#define STRIDE_MAX     16

#define LINE_MAX_LEN   160
#define WIDTH_DEFAULT  80
#define NAME_COLUMN    24
#define BAR_MAX	       30
#define BAR_MIN	       10

static uint64_t real_clock(void *arg)
{
	(void)arg;
	return clock_ns();
}

void progress_defaults(struct progress_cfg *out)
{
	struct winsize ws = { 0 };

	*out = (struct progress_cfg){
		.out = stderr,
		.show = log_shows(LOG_PROGRESS),
		.terminal = isatty(STDERR_FILENO) == 1,
		.clock = real_clock,
		.feed = -1,
	};
	/* A serial console reports no size: 0 columns. */
	if (out->terminal && ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) == 0)
		out->width = ws.ws_col;
	if (out->width == 0)
		out->width = WIDTH_DEFAULT;
}

void progress_init(struct progress *p, const struct progress_cfg *cfg)
{
	*p = (struct progress){ .current = PROGRESS_PHASES };
	if (cfg)
		p->cfg = *cfg;
	else
		progress_defaults(&p->cfg);
}

static double elapsed(const struct progress *p, uint64_t now)
{
	return (double)(now - p->started) / (double)NSEC;
}

/* In [0, 100]: never 104 %, even if the total was too small. */
static unsigned percent(const struct progress *p)
{
	if (p->total == 0 || p->done >= p->total)
		return 100;
	return (unsigned)(100.0 * (double)p->done / (double)p->total);
}

/* Append a short text; the line is large enough for all that running_text() prints. */
static size_t add(char *line, size_t n, const char *text)
{
	return n + (size_t)snprintf(line + n, LINE_MAX_LEN - n, "%.60s", text);
}

/* ", 310.0 MiB/s": the mean since the phase began; the time left is computed from it. */
static size_t add_rate(const struct progress *p, double secs, char *line, size_t n)
{
	char rate[HUMAN_MAX];

	if (!p->unit_bytes || secs < 0.001 || !p->done)
		return n;
	n = add(line, n, ", ");
	n = add(line, n, human_bytes(rate, (uint64_t)((double)(p->done * p->unit_bytes) / secs)));
	return add(line, n, "/s");
}

/* "45 %, 1.2 GiB of 2.7 GiB, 310.0 MiB/s, 0:05 left" */
static void running_text(const struct progress *p, uint64_t now, char line[LINE_MAX_LEN])
{
	char a[HUMAN_MAX], b[HUMAN_MAX];
	double secs = elapsed(p, now);
	size_t n = 0;

	line[0] = '\0';
	if (p->total)
		n = (size_t)snprintf(line, LINE_MAX_LEN, "%3u %%", percent(p));
	if (p->unit_bytes) {
		n = add(line, n, n ? ", " : "");
		n = add(line, n, human_bytes(a, p->done * p->unit_bytes));
	}
	if (p->unit_bytes && p->total) {
		n = add(line, n, " of ");
		n = add(line, n, human_bytes(b, p->total * p->unit_bytes));
	}
	n = add_rate(p, secs, line, n);
	/* The rate of the first second does not predict the rest. */
	if (p->total > p->done && p->done && secs >= 1) {
		double left = secs * (double)(p->total - p->done) / (double)p->done;

		n = add(line, n, ", ");
		n = add(line, n, human_seconds(a, left));
		add(line, n, " left");
	}
}

/* "2.7 GiB in 8.7 s, 310.0 MiB/s", or "stopped at 45 %, ..." */
static void final_text(const struct progress *p, uint64_t now, char line[LINE_MAX_LEN])
{
	char a[HUMAN_MAX];
	size_t n = 0;

	line[0] = '\0';
	if (p->done < p->total)
		n = (size_t)snprintf(line, LINE_MAX_LEN, "stopped at %u %%, ", percent(p));
	if (p->unit_bytes) {
		n = add(line, n, human_bytes(a, p->done * p->unit_bytes));
		n = add(line, n, " in ");
	}
	n = add(line, n, human_seconds(a, elapsed(p, now)));
	add_rate(p, elapsed(p, now), line, n);
}

/* "[=====>    ] ", at most width columns; "" if it would be narrower than BAR_MIN. */
static void bar_text(const struct progress *p, size_t width, char bar[BAR_MAX + 4])
{
	size_t cells = width < BAR_MAX + 3 ? width - 3 : BAR_MAX;
	size_t full;

	bar[0] = '\0';
	if (width < BAR_MIN + 3 || p->total == 0)
		return;
	full = cells * percent(p) / 100;
	bar[0] = '[';
	memset(bar + 1, ' ', cells);
	memset(bar + 1, '=', full);
	if (full < cells)
		bar[1 + full] = '>';
	memcpy(bar + 1 + cells, "] ", 3);
}

/*
 * Rewrite the line. Blanks wipe what was longer before: a crash console may
 * not know escape sequences. The last column stays free, or terminals wrap.
 */
static void draw(struct progress *p, const char *text, bool with_bar)
{
	size_t width = p->cfg.width > 1 ? p->cfg.width - 1 : 1;
	char line[LINE_MAX_LEN + NAME_COLUMN + BAR_MAX + 8], bar[BAR_MAX + 4] = "";
	size_t used = NAME_COLUMN + 1 + strlen(text), len;

	if (with_bar && used < width)
		bar_text(p, width - used, bar);
	snprintf(line, sizeof(line), "%-*.*s %s%s", NAME_COLUMN, NAME_COLUMN,
		 p->phases[p->current].name, bar, text);
	if (strlen(line) > width)
		line[width] = '\0';
	len = strlen(line);
	fprintf(p->cfg.out, "\r%s%*s", line, len < p->drawn ? (int)(p->drawn - len) : 0, "");
	fflush(p->cfg.out);
	p->drawn = (unsigned)len;
}

/* One report: the line on a terminal, or a new line in a log. */
static void show(struct progress *p, uint64_t now, bool last)
{
	char text[LINE_MAX_LEN];

	if (last)
		final_text(p, now, text);
	else
		running_text(p, now, text);
	p->last_shown = now;
	if (!p->cfg.terminal) {
		fprintf(p->cfg.out, "%s: %s\n", p->phases[p->current].name,
			text + strspn(text, " "));
		fflush(p->cfg.out);
		return;
	}
	draw(p, text, !last);
	if (last) {
		fputc('\n', p->cfg.out);
		p->drawn = 0;
	}
}

/*
 * A line for the program that reads --progress-fd. It must never block, so poll() checks the pipe
 * first; a line shorter than PIPE_BUF is written as a whole or not at all.
 */
static void feed(struct progress *p, uint64_t now)
{
	struct pollfd width = { .fd = p->cfg.feed, .events = POLLOUT };
	char phase[40], line[LINE_MAX_LEN];
	int n;

	if (p->cfg.feed < 0)
		return;
	p->last_fed = now;
	p->fed_stored = p->stored > 0;
	snprintf(phase, sizeof(phase), "%s", p->phases[p->current].name);
	for (char *c = phase; (c = strchr(c, ' '));)
		*c = '-';
	n = snprintf(line, sizeof(line), "%s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", phase, p->done,
		     p->total, p->stored);
	if (poll(&width, 1, 0) == 1 && (width.revents & POLLOUT))
		(void)!write(p->cfg.feed, line, (size_t)n);
}

/* The slot of this name, or a new one; if all are used, the last one is reused. */
static unsigned find_phase(struct progress *p, const char *name)
{
	unsigned i;

	for (i = 0; i < p->nr_phases; i++) {
		if (strcmp(p->phases[i].name, name) == 0)
			return i;
	}
	if (i == PROGRESS_PHASES)
		i--;
	p->phases[i] = (struct progress_phase){ .name = name };
	p->nr_phases = i + 1;
	return i;
}

void progress_start(struct progress *p, const char *name, uint64_t total, uint64_t unit_bytes)
{
	uint64_t now = p->cfg.clock(p->cfg.clock_arg);

	progress_end(p);
	p->current = find_phase(p, name);
	p->total = total;
	p->unit_bytes = unit_bytes;
	p->done = 0;
	p->started = p->last_read = p->last_shown = now;
	p->skip = p->stride = 1;
	feed(p, now);
	if (p->cfg.show && p->cfg.terminal)
		show(p, now, false);
}

/* Read the clock about every READ_EVERY nanoseconds, even if steps are very short. */
static void adapt_stride(struct progress *p, uint64_t now)
{
	if (now - p->last_read > READ_EVERY)
		p->stride = 1;
	else if (p->stride < STRIDE_MAX)
		p->stride *= 2;
	p->last_read = now;
	p->skip = p->stride;
}

void progress_step(struct progress *p, uint64_t units)
{
	uint64_t now;

	p->done += units;
	if (!(p->cfg.show || p->cfg.feed >= 0) || p->current == PROGRESS_PHASES || --p->skip > 0)
		return;
	now = p->cfg.clock(p->cfg.clock_arg);
	adapt_stride(p, now);
	if (now - p->last_fed >= FEED_EVERY || (p->stored > 0 && !p->fed_stored))
		feed(p, now);
	if (!p->cfg.show)
		return;
	if (now - p->last_shown >= (p->cfg.terminal ? TERMINAL_EVERY : LOG_EVERY))
		show(p, now, false);
}

void progress_end(struct progress *p)
{
	uint64_t now;

	if (p->current == PROGRESS_PHASES)
		return;
	now = p->cfg.clock(p->cfg.clock_arg);
	p->phases[p->current].seconds += elapsed(p, now);
	feed(p, now);
	if (p->cfg.show)
		show(p, now, true);
	p->current = PROGRESS_PHASES;
}

void progress_hide(struct progress *p)
{
	if (!p->drawn)
		return;
	fprintf(p->cfg.out, "\r%*s\r", (int)p->drawn, "");
	fflush(p->cfg.out);
	p->drawn = 0;
	p->last_shown = 0;
}
