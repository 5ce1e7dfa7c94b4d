/* SPDX-License-Identifier: GPL-2.0-or-later */
/* console.c - lines to every console and into the transcript */
#include "initramfs/capture/console.h"

#include "base/err.h"
#include "base/clock.h"
#include "initramfs/capture/output_share.h"
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
#define PATIENCE_MS    200 /* for one console and one line: a stuck console must not stop us */
#define TERMINAL_EVERY CLOCK_NS_PER_S
#define SERIAL_EVERY   5000000000ull
#define STUCK_FOR      5000000000ull
#define SLICE_NS       100000000ull /* console_drain(), between two looks at a deadline */
#define SLICE_PIECES   4
#define PIPE_PIECES    17 /* as much as a pipe holds, and one more */

struct console {
	int fd;
	bool rewrites;	   /* a screen: \r rewrites the line */
	unsigned drawn;	   /* columns of the progress line that is shown */
	uint64_t shown_at; /* when progress was last shown here */
	uint64_t stuck_at; /* when it last accepted nothing; 0: never */
};

/* All code may log, so there is one instance, as of the error trail. */
static struct {
	struct console consoles[CONSOLES_MAX];
	unsigned nr;
	int in, out;	 /* the pipe that children print into */
	bool is_child;	 /* a forked copy: it writes into the pipe only */
	bool of_program; /* the current line came through the pipe */
	struct output_share share;
	char part[LINE_SIZE];
	size_t part_len; /* of a child's line that is not complete yet */
	char progress[LINE_SIZE];
	bool progress_new; /* not in the transcript yet */
	struct system_path paths;
	struct transcript transcript;
} con = { .in = -1, .out = -1 };

/*
 * Write all of it, unless the console accepts nothing for PATIENCE_MS. A program's lines do not
 * wait for a console that was stuck a moment ago.
 */
static void put(struct console *c, const char *text, size_t len)
{
	struct deadline by = deadline_in_ms(PATIENCE_MS);

	if (con.of_program && c->stuck_at && clock_ns() - c->stuck_at < STUCK_FOR)
		by.at = 0;
	while (len > 0) {
		struct pollfd p = { .fd = c->fd, .events = POLLOUT };
		ssize_t n = poll(&p, 1, deadline_left_ms(&by));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			c->stuck_at = clock_ns();
			return;
		}
		n = write(c->fd, text, len);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (n <= 0) { /* it can take some bytes, but not these */
			deadline_nap(&by, 5);
			continue;
		}
		text += n;
		len -= (size_t)n;
	}
}

/* Print a line that stays; clear a progress line first. */
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
	if (con.nr == 0) {
		struct console fallback = { .fd = STDERR_FILENO };

		put_line(&fallback, line, len);
	}
	for (unsigned i = 0; i < con.nr; i++)
		put_line(&con.consoles[i], line, len);
}

static void keep_progress(void)
{
	if (con.progress_new)
		transcript_add(&con.transcript, clock_ns(), con.progress, strlen(con.progress));
	con.progress_new = false;
}

/* Pass on one line without its newline, from us or from a child. */
static void pass_on(const char *line, size_t len)
{
	char text[LINE_SIZE], shown[LINE_SIZE];
	bool to_consoles = true, to_file = true;

	if (con.is_child) {
		char buf[LINE_SIZE + 1];
		int n = snprintf(buf, sizeof(buf), "%.*s\n", (int)len, line);

		(void)!write(con.out, buf, n < (int)sizeof(buf) ? (size_t)n : sizeof(buf) - 1);
		return;
	}
	keep_progress();
	snprintf(text, sizeof(text), "%.*s", (int)len, line);
	len = system_path_text(&con.paths, text, shown, sizeof(shown));
	if (con.of_program)
		output_share_line(&con.share, len, &to_consoles, &to_file);
	if (to_file)
		transcript_add(&con.transcript, clock_ns(), shown, len);
	if (to_consoles)
		each_console(shown, len);
}

void console_paths(const struct system_path *paths)
{
	con.paths = *paths;
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

void console_line(const char *line)
{
	console_log("%s", line);
}

void console_log_failure(const char *what)
{
	console_log("%s: %s", what, fail_text());
	fail_clear();
}

void console_progress(const char *line)
{
	uint64_t now = clock_ns();

	snprintf(con.progress, sizeof(con.progress), "kdump: %s", line);
	con.progress_new = true;
	for (unsigned i = 0; i < con.nr; i++) {
		struct console *c = &con.consoles[i];

		if (now - c->shown_at < (c->rewrites ? TERMINAL_EVERY : SERIAL_EVERY))
			continue;
		c->shown_at = now;
		if (c->rewrites)
			draw_progress(c, con.progress);
		else
			put_line(c, con.progress, strlen(con.progress));
	}
}

/* A line that ends in \r is a program's progress, and is shown as progress. */
static void take(char c)
{
	if (c == '\n' && con.part_len > 0) {
		pass_on(con.part, con.part_len);
		con.part_len = 0;
	} else if (c == '\r' && con.part_len > 0) {
		con.part[con.part_len] = '\0';
		console_progress(con.part);
		con.part_len = 0;
	} else if (c != '\n' && c != '\r' && con.part_len + 1 < sizeof(con.part)) {
		/* A console obeys escape sequences, and any program may print some. */
		con.part[con.part_len++] = isprint((unsigned char)c) || c < 0 ? c : ' ';
	} else if (c != '\n' && c != '\r') {
		output_share_cut(&con.share, 1);
	}
}

/* False: the pipe is empty. */
static bool drain_piece(void)
{
	char buf[4096];
	ssize_t n = con.in >= 0 && !con.is_child ? read(con.in, buf, sizeof(buf)) : -1;

	con.of_program = true;
	for (ssize_t i = 0; i < n; i++)
		take(buf[i]);
	con.of_program = false;
	return n > 0;
}

void console_drain(void)
{
	uint64_t since = clock_ns();

	for (unsigned i = 0; i < SLICE_PIECES && clock_ns() - since < SLICE_NS; i++) {
		if (!drain_piece())
			break;
	}
}

void console_drain_all(void)
{
	for (unsigned i = 0; i < PIPE_PIECES && drain_piece(); i++)
		;
}

void console_share_end(void)
{
	char text[256];

	if (!con.is_child && output_share_text(&con.share, text, sizeof(text)))
		console_log("%s", text);
	output_share_begin(&con.share, "children");
}

void console_share_begin(const char *name)
{
	console_share_end();
	output_share_begin(&con.share, name);
}

static void add_console(int fd, const char *name)
{
	if (fd < 0 || con.nr == CONSOLES_MAX)
		return;
	con.consoles[con.nr++] = (struct console){
		.fd = fd,
		/* tty0, tty1: a screen. ttyS0, hvc0, ttyAMA0 may be logged to a file. */
		.rewrites = strncmp(name, "tty", 3) == 0 && isdigit((unsigned char)name[3]),
	};
}

void console_names(const char *root, char names[CONSOLE_NAMES_SIZE])
{
	char path[256];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "%.200s/sys/class/tty/console/active", root);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, names, CONSOLE_NAMES_SIZE - 1);
		close(fd);
	}
	names[n > 0 ? n : 0] = '\0';
}

static void open_consoles(const char *root)
{
	char path[256], names[CONSOLE_NAMES_SIZE], *save = NULL;
	int fd;

	console_names(root, names);
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
	if (con.nr == 0)
		add_console(dup(STDERR_FILENO), isatty(STDERR_FILENO) ? "tty0" : "stderr");
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail(-errno, "make a pipe for messages");
	(void)fcntl(ends[0], F_SETFL,
		    O_NONBLOCK); /* our end only: programs expect a pipe that blocks */
	con.in = ends[0];
	con.out = ends[1];
	return 0;
}

void console_close(void)
{
	console_drain_all();
	for (unsigned i = 0; i < con.nr; i++)
		close(con.consoles[i].fd);
	if (con.in >= 0)
		close(con.in);
	if (con.out >= 0)
		close(con.out);
	con.nr = 0;
	con.in = con.out = -1;
}

void console_in_child(void)
{
	con.is_child = con.out >= 0;
}

int console_pipe(void)
{
	return con.out;
}

int console_poll_fd(void)
{
	return con.in;
}

const char *console_transcript(size_t *len)
{
	console_drain_all();
	keep_progress();
	*len = con.transcript.len;
	return con.transcript.text;
}
