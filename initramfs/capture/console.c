/* SPDX-License-Identifier: GPL-2.0-or-later */
/* console.c - lines to every console and into the transcript */
#include "initramfs/capture/console.h"

#include "base/err.h"
#include "initramfs/capture/deadline.h"
#include "initramfs/capture/system_path.h"
#include "initramfs/capture/transcript.h"

#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CONSOLES_MAX   8
#define LINE_SIZE      1024
#define PATIENCE_MS    200 /* for one console and one line: a stuck one must not hold us */
#define TERMINAL_EVERY 1000000000ull
#define SERIAL_EVERY   5000000000ull

struct console {
	int fd;
	bool rewrites;	   /* a screen: \r takes the line back */
	unsigned drawn;	   /* columns of a progress line that stands there */
	uint64_t shown_at; /* when progress was last told here */
};

/* Like the error trail: everybody may speak, so there is one of it. */
static struct {
	struct console consoles[CONSOLES_MAX];
	unsigned nr;
	int in, out;   /* the pipe children speak through */
	bool is_child; /* a forked copy: only the pipe */
	char part[LINE_SIZE];
	size_t part_len; /* of a child's line that has no end yet */
	char progress[LINE_SIZE];
	bool progress_new; /* not in the transcript */
	struct system_path paths;
	struct transcript transcript;
} said = { .in = -1, .out = -1 };

/* All of it, unless the console takes nothing for PATIENCE_MS. */
static void put(const struct console *c, const char *text, size_t len)
{
	struct deadline by = deadline_in_ms(PATIENCE_MS);

	while (len > 0) {
		struct pollfd p = { .fd = c->fd, .events = POLLOUT };
		ssize_t n = write(c->fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			return;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		} else if (poll(&p, 1, deadline_left_ms(&by)) <= 0) {
			return;
		}
	}
}

/* A line that stays; a progress line that stands there is wiped first. */
static void put_line(struct console *c, const char *line, size_t len)
{
	char buf[LINE_SIZE + 256];
	int n = 0;

	if (c->drawn)
		n = snprintf(buf, sizeof(buf), "\r%*s\r", (int)c->drawn, "");
	c->drawn = 0;
	n += snprintf(buf + n, sizeof(buf) - (size_t)n, "%.*s\n", (int)len, line);
	put(c, buf, (size_t)n);
}

static void draw_progress(struct console *c, const char *line)
{
	char buf[256];
	int len = (int)strnlen(line, 78); /* the last column would wrap */
	int n = snprintf(buf, sizeof(buf), "\r%.*s%*s", len, line,
			 (int)c->drawn > len ? (int)c->drawn - len : 0, "");

	c->drawn = (unsigned)len;
	put(c, buf, (size_t)n);
}

static void each_console(const char *line, size_t len)
{
	if (said.nr == 0) {
		struct console fallback = { .fd = STDERR_FILENO };

		put_line(&fallback, line, len);
	}
	for (unsigned i = 0; i < said.nr; i++)
		put_line(&said.consoles[i], line, len);
}

static void keep_progress(void)
{
	if (said.progress_new)
		transcript_add(&said.transcript, now_ns(), said.progress, strlen(said.progress));
	said.progress_new = false;
}

/* One line without its end, from us or from a child. */
static void pass_on(const char *line, size_t len)
{
	char as_said[LINE_SIZE], shown[LINE_SIZE];

	if (said.is_child) {
		char buf[LINE_SIZE + 1];
		int n = snprintf(buf, sizeof(buf), "%.*s\n", (int)len, line);

		(void)!write(said.out, buf, n < (int)sizeof(buf) ? (size_t)n : sizeof(buf) - 1);
		return;
	}
	keep_progress();
	snprintf(as_said, sizeof(as_said), "%.*s", (int)len, line);
	len = system_path_text(&said.paths, as_said, shown, sizeof(shown));
	transcript_add(&said.transcript, now_ns(), shown, len);
	each_console(shown, len);
}

void console_paths(const struct system_path *paths)
{
	said.paths = *paths;
}

void console_log(const char *fmt, ...)
{
	char line[LINE_SIZE];
	size_t n = (size_t)snprintf(line, sizeof(line), "kdump: ");
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line + n, sizeof(line) - n, fmt, ap);
	va_end(ap);
	pass_on(line, strlen(line));
}

void console_log_failure(const char *what)
{
	console_log("%s: %s", what, fail_text());
	fail_clear();
}

void console_progress(const char *line)
{
	uint64_t now = now_ns();

	snprintf(said.progress, sizeof(said.progress), "kdump: %s", line);
	said.progress_new = true;
	for (unsigned i = 0; i < said.nr; i++) {
		struct console *c = &said.consoles[i];

		if (now - c->shown_at < (c->rewrites ? TERMINAL_EVERY : SERIAL_EVERY))
			continue;
		c->shown_at = now;
		if (c->rewrites)
			draw_progress(c, said.progress);
		else
			put_line(c, said.progress, strlen(said.progress));
	}
}

/* What ends in \r is progress of some program, and is shown as such. */
static void take(char c)
{
	if (c == '\n' && said.part_len > 0) {
		pass_on(said.part, said.part_len);
		said.part_len = 0;
	} else if (c == '\r' && said.part_len > 0) {
		said.part[said.part_len] = '\0';
		console_progress(said.part);
		said.part_len = 0;
	} else if (c != '\n' && c != '\r' && said.part_len + 1 < sizeof(said.part)) {
		/* A console obeys escape sequences, and these come from anybody. */
		said.part[said.part_len++] = isprint((unsigned char)c) || c < 0 ? c : ' ';
	}
}

void console_drain(void)
{
	char buf[4096];
	ssize_t n;

	while (said.in >= 0 && !said.is_child && (n = read(said.in, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			take(buf[i]);
	}
}

static void add_console(int fd, const char *name)
{
	if (fd < 0 || said.nr == CONSOLES_MAX)
		return;
	said.consoles[said.nr++] = (struct console){
		.fd = fd,
		/* tty0, tty1: a screen. ttyS0, hvc0, ttyAMA0 may be logged to a file. */
		.rewrites = strncmp(name, "tty", 3) == 0 && isdigit((unsigned char)name[3]),
	};
}

/* "tty0 ttyS0\n" */
static void open_consoles(const char *root)
{
	char path[256], names[256], *save = NULL;
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "%.200s/sys/class/tty/console/active", root);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, names, sizeof(names) - 1);
		close(fd);
	}
	names[n > 0 ? n : 0] = '\0';
	for (char *w = strtok_r(names, " \n", &save); w; w = strtok_r(NULL, " \n", &save)) {
		snprintf(path, sizeof(path), "%.160s/dev/%.60s", root, w);
		fd = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
		add_console(fd, w);
	}
}

int console_open(const char *root, bool consoles)
{
	int ends[2];

	if (consoles)
		open_consoles(root);
	if (said.nr == 0)
		add_console(dup(STDERR_FILENO), isatty(STDERR_FILENO) ? "tty0" : "stderr");
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail(-errno, "make a pipe for messages");
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK); /* only our end: programs expect to block */
	said.in = ends[0];
	said.out = ends[1];
	return 0;
}

void console_close(void)
{
	console_drain();
	for (unsigned i = 0; i < said.nr; i++)
		close(said.consoles[i].fd);
	if (said.in >= 0)
		close(said.in);
	if (said.out >= 0)
		close(said.out);
	said.nr = 0;
	said.in = said.out = -1;
}

void console_in_child(void)
{
	said.is_child = said.out >= 0;
}

int console_pipe(void)
{
	return said.out;
}

int console_poll_fd(void)
{
	return said.in;
}

const char *console_transcript(size_t *len)
{
	console_drain();
	keep_progress();
	*len = said.transcript.len;
	return said.transcript.text;
}
