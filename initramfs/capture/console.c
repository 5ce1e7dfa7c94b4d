/* SPDX-License-Identifier: GPL-2.0-or-later */
/* console.c - lines to every console and into the transcript */
#include "initramfs/capture/console.h"

#include "base/err.h"
#include "initramfs/capture/deadline.h"
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
#define PATIENCE_MS    200 /* for one console and one line: a stuck one must not hold us */
#define TERMINAL_EVERY 1000000000ull
#define SERIAL_EVERY   5000000000ull
#define STUCK_FOR      5000000000ull
#define SLICE_NS       100000000ull /* console_drain(), between two looks at a deadline */
#define SLICE_PIECES   4
#define PIPE_PIECES    17 /* what a pipe holds, and one more */

struct console {
	int fd;
	bool rewrites;	   /* a screen: \r takes the line back */
	unsigned drawn;	   /* columns of a progress line that stands there */
	uint64_t shown_at; /* when progress was last shown here */
	uint64_t stuck_at; /* when it last took nothing; 0: never */
};

/* Like the error trail: everybody may speak, so there is one of it. */
static struct {
	struct console consoles[CONSOLES_MAX];
	unsigned nr;
	int in, out;	 /* the pipe children speak through */
	bool is_child;	 /* a forked copy: only the pipe */
	bool of_program; /* the line at hand came through the pipe */
	struct output_share share;
	char part[LINE_SIZE];
	size_t part_len; /* of a child's line that has no end yet */
	char progress[LINE_SIZE];
	bool progress_new; /* not in the transcript */
	struct system_path paths;
	struct transcript transcript;
} said = { .in = -1, .out = -1 };

/*
 * All of it, unless the console takes nothing for PATIENCE_MS; a program's lines do not wait for
 * a console that was stuck just before.
 */
static void put(struct console *c, const char *text, size_t len)
{
	struct deadline by = deadline_in_ms(PATIENCE_MS);

	if (said.of_program && c->stuck_at && now_ns() - c->stuck_at < STUCK_FOR)
		by.at = 0;
	while (len > 0) {
		struct pollfd p = { .fd = c->fd, .events = POLLOUT };
		ssize_t n = poll(&p, 1, deadline_left_ms(&by));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			c->stuck_at = now_ns();
			return;
		}
		n = write(c->fd, text, len);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (n <= 0) { /* room for some, but not for this */
			deadline_nap(&by, 5);
			continue;
		}
		text += n;
		len -= (size_t)n;
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
	bool to_consoles = true, to_file = true;

	if (said.is_child) {
		char buf[LINE_SIZE + 1];
		int n = snprintf(buf, sizeof(buf), "%.*s\n", (int)len, line);

		(void)!write(said.out, buf, n < (int)sizeof(buf) ? (size_t)n : sizeof(buf) - 1);
		return;
	}
	keep_progress();
	snprintf(as_said, sizeof(as_said), "%.*s", (int)len, line);
	len = system_path_text(&said.paths, as_said, shown, sizeof(shown));
	if (said.of_program)
		output_share_line(&said.share, len, &to_consoles, &to_file);
	if (to_file)
		transcript_add(&said.transcript, now_ns(), shown, len);
	if (to_consoles)
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
	} else if (c != '\n' && c != '\r') {
		output_share_cut(&said.share, 1);
	}
}

/* False: the pipe is empty. */
static bool drain_piece(void)
{
	char buf[4096];
	ssize_t n = said.in >= 0 && !said.is_child ? read(said.in, buf, sizeof(buf)) : -1;

	said.of_program = true;
	for (ssize_t i = 0; i < n; i++)
		take(buf[i]);
	said.of_program = false;
	return n > 0;
}

void console_drain(void)
{
	uint64_t since = now_ns();

	for (unsigned i = 0; i < SLICE_PIECES && now_ns() - since < SLICE_NS; i++) {
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

	if (!said.is_child && output_share_text(&said.share, text, sizeof(text)))
		console_log("%s", text);
	output_share_begin(&said.share, "children");
}

void console_share_begin(const char *name)
{
	console_share_end();
	output_share_begin(&said.share, name);
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
	console_drain_all();
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
	console_drain_all();
	keep_progress();
	*len = said.transcript.len;
	return said.transcript.text;
}
