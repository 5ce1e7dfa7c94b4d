/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_console.c - every console hears it, and one that is stuck holds nobody up */
#include "initramfs/capture/console.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"
#include "base/clock.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

struct desk {
	char root[64];
	int screen, serial; /* where a person would look */
};

static void put_file(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	CHECK(f);
	fputs(text, f);
	fclose(f);
}

/* A terminal whose far end is ours; dev/NAME below the root leads to it. */
static int terminal(const struct desk *d, const char *name)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	char link[256];

	CHECK_OP(fd, >=, 0);
	CHECK_EQ(grantpt(fd), 0);
	CHECK_EQ(unlockpt(fd), 0);
	snprintf(link, sizeof(link), "%s/dev/%s", d->root, name);
	CHECK_EQ(symlink(ptsname(fd), link), 0);
	return fd;
}

static void setup(struct desk *d)
{
	char command[256];

	temp_dir(d->root);
	snprintf(command, sizeof(command), "cd %s && mkdir -p dev sys/class/tty/console", d->root);
	CHECK_EQ(system(command), 0);
	put_file(d->root, "sys/class/tty/console/active", "tty0 ttyS0 gone9\n");
	d->screen = terminal(d, "tty0");
	d->serial = terminal(d, "ttyS0");
	CHECK_EQ(console_open(d->root, true), 0);
}

static void teardown(struct desk *d)
{
	char command[256];

	console_close();
	close(d->screen);
	close(d->serial);
	snprintf(command, sizeof(command), "rm -rf %s", d->root);
	CHECK_EQ(system(command), 0);
}

/* What stands on a console since the last look. */
static const char *seen(int fd)
{
	static char buf[8192];
	size_t n = 0;
	ssize_t got;

	usleep(20000);
	while (n + 1 < sizeof(buf) && (got = read(fd, buf + n, sizeof(buf) - 1 - n)) > 0)
		n += (size_t)got;
	buf[n] = '\0';
	return buf;
}

TEST(every_console_gets_the_line)
{
	struct desk d;

	setup(&d);
	console_log("a line with %d words", 5);
	CHECK_STR(seen(d.screen), "kdump: a line with 5 words\r\n");
	CHECK_STR(seen(d.serial), "kdump: a line with 5 words\r\n");
	fail_clear();
	fail_adopt(-EIO, "the words");
	console_log_failure("what");
	CHECK_STR(seen(d.serial), "kdump: what: the words\r\n");
	CHECK_STR(fail_text(), "");
	teardown(&d);
}

TEST(progress_is_redrawn_on_a_screen_and_rare_on_a_serial_line)
{
	struct desk d;
	const char *text;

	setup(&d);
	console_progress("10 %, a long line of progress");
	CHECK(strstr(seen(d.serial), "10 %"));
	CHECK_STR(seen(d.screen), "\rkdump: 10 %, a long line of progress");
	console_progress("11 %");
	CHECK_STR(seen(d.serial), ""); /* within five seconds */
	usleep(1100000);
	console_progress("12 %");
	text = seen(d.screen);
	CHECK_EQ(strncmp(text, "\rkdump: 12 %   ", 15), 0); /* blanks over what was longer */
	CHECK(!strchr(text, '\n'));
	console_log("a message");
	text = seen(d.screen);
	CHECK(strstr(text, "\rkdump: a message\r\n"));
	teardown(&d);
}

TEST(a_console_that_is_stuck_holds_nobody_up)
{
	struct desk d;
	uint64_t before;
	const char *text;
	size_t len;

	setup(&d);
	/* Ctrl-S: the terminal takes nothing any more. */
	CHECK_EQ(write(d.screen, "\023", 1), 1);
	usleep(50000);
	before = clock_ns();
	for (int i = 0; i < 10; i++)
		console_log("line %d", i);
	CHECK_OP(clock_ns() - before, <, 5000000000ull);
	CHECK(strstr(seen(d.serial), "kdump: line 9\r\n"));
	text = console_transcript(&len);
	CHECK(memmem(text, len, "kdump: line 9\n", 14));
	teardown(&d);
}

RUN(every_console_gets_the_line, progress_is_redrawn_on_a_screen_and_rare_on_a_serial_line,
    a_console_that_is_stuck_holds_nobody_up)
