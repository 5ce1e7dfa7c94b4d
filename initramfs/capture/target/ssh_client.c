/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh_client.c - commands on the ssh host, through the OpenSSH client in the image */
#include "initramfs/capture/target/ssh_client.h"

#include "base/err.h"
#include "base/util.h"
#include "initramfs/capture/console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SSH_PROGRAM "/usr/bin/ssh"
#define SSH_FAILED  255 /* ssh's own status: no connection, or it broke */
#define WORDS_MAX   300
#define SILENT	    "it said nothing"
#define TRY_NAP_MS  2000

/* 'it'\''s': for a POSIX shell, and for the C shells. */
static bool quote(const char *word, char **at, const char *end)
{
	char *p = *at;

	if (end - p < 4)
		return false;
	*p++ = ' ';
	*p++ = '\'';
	for (; *word; word++) {
		size_t need = *word == '\'' ? 4 : 1;

		/* Nothing a dump's path has; a login shell may take it for the line's end. */
		if (*word == '\n' || (size_t)(end - p) < need + 2)
			return false;
		memcpy(p, need == 4 ? "'\\''" : word, need);
		p += need;
	}
	*p++ = '\'';
	*p = '\0';
	*at = p;
	return true;
}

int ssh_command(const struct ssh_script *script, char out[SSH_COMMAND_MAX])
{
	const char *end = out + SSH_COMMAND_MAX;
	char *at = out + snprintf(out, SSH_COMMAND_MAX, "exec sh -c");
	bool fits = quote(script->text, &at, end) && quote("kdump", &at, end);

	for (const char *const *o = script->operands; fits && *o; o++)
		fits = quote(*o, &at, end);
	return fits ? 0 : fail(-ENAMETOOLONG, "remote command");
}

static int start(const struct ssh_host *host, const char *command, int in, int out, int words,
		 struct child *child)
{
	const char *argv[] = { "ssh", "-F", SSH_CONFIG, "-T", host->name, command, NULL };
	struct child_cfg cfg = {
		.argv = argv,
		.program = SSH_PROGRAM,
		.in = in,
		.out = out,
		.err = words,
	};

	return child_start(&cfg, child);
}

/* The last line that was said. */
static void last_words(int fd, char out[WORDS_MAX])
{
	char buf[4096], *line, *save = NULL;
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size > (off_t)sizeof(buf) - 1 ? size - (off_t)sizeof(buf) + 1 : 0;
	ssize_t n = pread(fd, buf, sizeof(buf) - 1, from);

	snprintf(out, WORDS_MAX, SILENT);
	buf[n > 0 ? n : 0] = '\0';
	for (line = strtok_r(buf, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save))
		snprintf(out, WORDS_MAX, "%s", line);
	for (char *p = out; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = '?';
}

/* Somewhere in the beginning: a changed host key makes ssh say a lot before that line. */
static bool said(int fd, const char *text)
{
	char buf[4096];
	ssize_t n = pread(fd, buf, sizeof(buf) - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	return strstr(buf, text) != NULL;
}

/* Refusals do not change by asking again, and each counts at the server. */
static int refusal(int words)
{
	if (said(words, "Host key verification failed"))
		return fail_adopt(-EACCES,
				  "the server's host key is not the one in the image: another "
				  "machine answers, or its key was changed; run 'kdumpctl "
				  "propagate'");
	if (said(words, "Permission denied ("))
		return fail_adopt(-EACCES, "the server does not accept the key in the image; run "
					   "'kdumpctl propagate'");
	return 0;
}

/* What its end means, with words. */
static int judge(const struct ssh_host *host, int words, int status)
{
	char text[WORDS_MAX];
	int rc = 0;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	last_words(words, text);
	if (!WIFEXITED(status)) {
		rc = child_check("ssh", status);
	} else if (WEXITSTATUS(status) == SSH_FAILED) {
		rc = refusal(words);
		if (rc == 0 && strcmp(text, SILENT) == 0)
			rc = fail_adopt(-ECONNRESET, "the connection broke");
		else if (rc == 0)
			rc = fail_adopt(-ECONNRESET, text);
	} else {
		rc = fail_adopt(-EREMOTEIO, text);
		if (strcmp(text, SILENT) == 0)
			rc = fail(rc, "the remote command ended with status %d",
				  WEXITSTATUS(status));
	}
	return fail(rc, "ssh %s", host->where);
}

/* For its standard error: no pipe that could fill up, no deadlock. */
static int words_open(void)
{
	int fd = memfd_create("ssh-words", MFD_CLOEXEC);

	return fd < 0 ? fail(-errno, "memory for the words of ssh") : fd;
}

/* Through a file in memory: what it prints cannot block it. */
static void output_get(int fd, char *buf, size_t room)
{
	ssize_t n = buf ? pread(fd, buf, room - 1, 0) : 0;

	if (buf)
		buf[n > 0 ? n : 0] = '\0';
}

static int run_once(const struct ssh_host *host, const char *command, int fds[2],
		    const struct deadline *by, int *status)
{
	struct child child;
	int rc = start(host, command, -1, fds[0], fds[1], &child);

	*status = -1;
	if (rc == 0)
		rc = child_wait(&child, by, status);
	if (rc < 0)
		return fail(rc, "ssh %s", host->where);
	return judge(host, fds[1], *status);
}

static int run_fresh(const struct ssh_host *host, const char *command, const struct deadline *by,
		     char *buf, size_t room, int *status)
{
	int fds[2] = { words_open(), words_open() }, rc;

	rc = fds[0] < 0 ? fds[0] : fds[1];
	if (rc >= 0)
		rc = run_once(host, command, fds, by, status);
	if (rc == 0)
		output_get(fds[0], buf, room);
	for (unsigned i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return rc;
}

int ssh_run(const struct ssh_host *host, const struct ssh_script *script, const struct deadline *by,
	    char *buf, size_t room, int *status)
{
	char command[SSH_COMMAND_MAX];
	bool told = false;
	int ended = -1, rc = ssh_command(script, command);

	if (buf)
		buf[0] = '\0';
	while (rc == 0) {
		fail_clear();
		rc = run_fresh(host, command, by, buf, room, &ended);
		if (rc != -ECONNRESET || deadline_left_ms(by) < TRY_NAP_MS)
			break;
		if (!told)
			console_log("%s; trying again", fail_text());
		told = true;
		deadline_nap(by, TRY_NAP_MS);
		rc = 0;
	}
	if (status)
		*status = ended >= 0 && WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
	return rc;
}

void ssh_hang_up(const struct ssh_host *host, const struct deadline *by)
{
	const char *argv[] = { "ssh", "-F", SSH_CONFIG, "-O", "exit", host->name, NULL };
	int words = words_open();
	struct child_cfg cfg = {
		.argv = argv,
		.program = SSH_PROGRAM,
		.in = -1,
		.out = words,
		.err = words,
	};

	if (words >= 0) {
		(void)child_run(&cfg, by);
		close(words);
	}
	fail_clear();
}

int ssh_stream_open(const struct ssh_host *host, const struct ssh_script *script,
		    struct ssh_stream *out, int *fd)
{
	char command[SSH_COMMAND_MAX];
	int ends[2], rc = ssh_command(script, command);

	*out = (struct ssh_stream){ .child = { .pid = -1 }, .words = -1 };
	if (rc < 0)
		return rc;
	out->words = words_open();
	if (out->words < 0)
		return out->words;
	if (pipe2(ends, O_CLOEXEC) < 0) {
		rc = fail(-errno, "a pipe to ssh");
	} else {
		rc = start(host, command, ends[0], -1, out->words, &out->child);
		close(ends[0]);
		if (rc < 0)
			close(ends[1]);
	}
	if (rc < 0) {
		close(out->words);
		out->words = -1;
		return rc;
	}
	*fd = ends[1];
	return 0;
}

int ssh_stream_close(const struct ssh_host *host, struct ssh_stream *s, const struct deadline *by,
		     int *exit_status)
{
	int status = -1, rc = child_wait(&s->child, by, &status);

	*exit_status = rc == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	if (rc < 0)
		rc = fail(rc, "ssh %s", host->where);
	else
		rc = judge(host, s->words, status);
	if (s->words >= 0)
		close(s->words);
	s->words = -1;
	return rc;
}
