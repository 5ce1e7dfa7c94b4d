/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_message.c - what a journal and a service manager get to hear, in a /run of our own */
#include "systemd/message.h"

#include "base/util.h"
#include "check.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define JOURNAL "/run/systemd/journal/socket"
#define MANAGER "/run/manager"

/* A datagram socket at a path; what is sent there can be taken with heard(). */
static int listen_at(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	CHECK_OP(fd, >=, 0);
	CHECK_EQ(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* All datagrams that wait, one after the other; a static buffer, "" if there are none. */
static const char *heard(int fd)
{
	static char text[8192];
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, text + len, sizeof(text) - len - 2, 0)) > 0) {
		len += (size_t)n;
		text[len++] = '\n';
	}
	text[len] = '\0';
	return text;
}

/* Is "LINE\n" one of its lines? */
static bool has_line(const char *text, const char *line)
{
	size_t n = strlen(line);

	for (const char *at = text; (at = strstr(at, line)); at++) {
		if ((at == text || at[-1] == '\n') && at[n] == '\n')
			return true;
	}
	return false;
}

/* Run fn and give what it wrote to standard output and standard error; a static buffer. */
static const char *said(void (*fn)(void))
{
	static char text[4096];
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	FILE *f = tmpfile();
	size_t len;

	fflush(NULL);
	dup2(fileno(f), STDOUT_FILENO);
	dup2(fileno(f), STDERR_FILENO);
	fn();
	fflush(NULL);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	rewind(f);
	len = fread(text, 1, sizeof(text) - 1, f);
	text[len] = '\0';
	fclose(f);
	return text;
}

static int own_run(void **state)
{
	(void)state;
	unsetenv("JOURNAL_STREAM");
	unsetenv("NOTIFY_SOCKET");
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("run", "/run", "tmpfs", 0, NULL) < 0)
		return -1;
	return mkdir("/run/systemd", 0755) || mkdir("/run/systemd/journal", 0755);
}

static void crashed(void)
{
	static const char *const fields[] = { "KDUMP_DIRECTORY=/var/crash/x", "KDUMP_KERNEL=6.1",
					      "KDUMP_REASON=two\nlines", NULL };

	message_event(MESSAGE_CRASHED, fields, "the system crashed");
}

static void armed(void)
{
	message_event(MESSAGE_ARMED, NULL, "armed");
}

/* Nobody listens: people hear it all the same. */
TEST(no_journal)
{
	CHECK_STR(said(crashed), "kdump: the system crashed\n");
	CHECK_STR(said(armed), "kdump: armed\n");
}

/* What monitors look for, and the manual promises. */
TEST(journal)
{
	int fd = listen_at(JOURNAL);
	const char *text;

	CHECK_STR(said(crashed), "kdump: the system crashed\n");
	text = heard(fd);
	CHECK(has_line(text, "MESSAGE=the system crashed"));
	CHECK(has_line(text, "MESSAGE_ID=aaa14f89e93e4146a630b0b2c8191d63"));
	CHECK(has_line(text, "PRIORITY=2"));
	CHECK(has_line(text, "KDUMP_DIRECTORY=/var/crash/x"));
	CHECK(has_line(text, "KDUMP_KERNEL=6.1"));
	/* A value with a line end goes by length: it cannot make fields of its own. */
	CHECK(has_line(text, "KDUMP_REASON") && !has_line(text, "KDUMP_REASON=two"));
	/* In the service standard error is the journal: once is enough. */
	setenv("JOURNAL_STREAM", "1:2", 1);
	CHECK_STR(said(crashed), "");
	CHECK(has_line(heard(fd), "MESSAGE=the system crashed"));
	CHECK_STR(said(armed), "");
	unsetenv("JOURNAL_STREAM");
	close(fd);
	unlink(JOURNAL);
}

static enum message_id any_id;

static void any(void)
{
	message_event(any_id, NULL, "text");
}

TEST(message_ids)
{
	static const char *const ids[] = {
		[MESSAGE_ARMED] = "3d3468935e9f408494ec1c39f49626ae",
		[MESSAGE_NOT_ARMED] = "278ee4f98c5249b0b811e322d43d5a4e",
		[MESSAGE_CRASHED] = "aaa14f89e93e4146a630b0b2c8191d63",
		[MESSAGE_LOST] = "6d0a3b5e0fa84dcb9a1f7c52e8b94d16",
		[MESSAGE_STILL_ARMED] = "a49af031a03d4261bf207ba071d910b1",
		[MESSAGE_TESTED] = "e82b35948d8f4da8aafc14834d491d66",
	};

	int fd = listen_at(JOURNAL);
	char line[80];

	for (unsigned i = 0; i < ARRAY_SIZE(ids); i++) {
		any_id = (enum message_id)i;
		said(any);
		snprintf(line, sizeof(line), "MESSAGE_ID=%s", ids[i]);
		CHECK(has_line(heard(fd), line));
	}
	close(fd);
	unlink(JOURNAL);
}

/* The path of an image may be as long as PATH_MAX. */
static char long_text[PATH_MAX];

static void long_event(void)
{
	message_event(MESSAGE_ARMED, NULL, long_text);
}

TEST(a_long_path_is_not_cut)
{
	int fd = listen_at(JOURNAL);
	char line[PATH_MAX + 16];

	memset(long_text, 'x', 3000);
	snprintf(line, sizeof(line), "MESSAGE=%s", long_text);
	said(long_event);
	CHECK(has_line(heard(fd), line));
	close(fd);
	unlink(JOURNAL);
}

/* A journal that died: its socket is there, and nobody reads it. */
TEST(dead_journal)
{
	close(listen_at(JOURNAL));
	setenv("JOURNAL_STREAM", "1:2", 1);
	CHECK_STR(said(crashed), "kdump: the system crashed\n");
	unsetenv("JOURNAL_STREAM");
	unlink(JOURNAL);
}

TEST(manager)
{
	int fd = listen_at(MANAGER);

	message_status("not yet");
	CHECK_STR(heard(fd), "");
	setenv("NOTIFY_SOCKET", MANAGER, 1);
	message_status("Armed with %s", "an image");
	CHECK_STR(heard(fd), "STATUS=Armed with an image\n");
	message_ready();
	CHECK_STR(heard(fd), "READY=1\n");
	unsetenv("NOTIFY_SOCKET");
	close(fd);
}

static void a_line_of_each(void)
{
	message_info("info %d", 1);
	message_warn("warn");
	message_error("error");
}

static void quietly(void)
{
	message_quiet();
	a_line_of_each();
	armed();
}

/* The last: nothing makes it loud again. */
TEST(quiet)
{
	CHECK_STR(said(a_line_of_each), "kdump: info 1\nkdump: WARNING: warn\nkdump: error\n");
	CHECK_STR(said(quietly), "kdump: WARNING: warn\nkdump: error\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = { U7(no_journal, journal, message_ids,
					       a_long_path_is_not_cut, dead_journal, manager,
					       quiet) };

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, own_run, NULL);
}
