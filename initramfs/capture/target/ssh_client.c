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
#include <sys/wait.h>
#include <unistd.h>

#define SSH_PROGRAM    "/usr/bin/ssh"
#define SSH_FAILED     255 /* ssh's own status: no connection, or it broke */
#define LINE_MAX_SHOWN 300
#define SILENT	       "it printed nothing"
#define TRY_NAP_MS     2000

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

		/*
		 * No dump's path has a newline; a login shell may take it for the end of the
		 * command.
		 */
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

/* Make the command line for the remote login shell. -ENAMETOOLONG if it does not fit. */
static int ssh_command(const struct ssh_script *script, char out[SSH_COMMAND_MAX])
{
	const char *end = out + SSH_COMMAND_MAX;
	char *at = out + snprintf(out, SSH_COMMAND_MAX, "exec sh -c");
	bool fits = quote(script->text, &at, end) && quote("kdump", &at, end);

	for (const char *const *o = script->operands; fits && *o; o++)
		fits = quote(*o, &at, end);
	return fits ? 0 : fail(-ENAMETOOLONG, "remote command");
}

/* The output of a run of ssh. */
struct output {
	struct child_output out, errors;
	char head[SSH_HEAD];
};

static int start(const struct ssh_host *host, const char *command, int fds[3], struct child *child)
{
	const char *argv[] = { "ssh", "-F", SSH_CONFIG, "-T", host->name, command, NULL };
	struct child_cfg cfg = {
		.argv = argv,
		.program = SSH_PROGRAM,
		.in = fds[0],
		.out = fds[1],
		.err = fds[2],
	};

	return child_start(&cfg, child);
}

/* The last line that was printed. */
static void last_line(const struct child_output *errors, char out[LINE_MAX_SHOWN])
{
	char buf[CHILD_OUTPUT_TAIL + 1], *line, *save = NULL;

	snprintf(out, LINE_MAX_SHOWN, SILENT);
	memcpy(buf, errors->tail, errors->tail_len);
	buf[errors->tail_len] = '\0';
	for (line = strtok_r(buf, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save))
		snprintf(out, LINE_MAX_SHOWN, "%s", line);
	for (char *p = out; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = '?';
}

/* Search the beginning: for a changed host key, ssh prints a lot before that line. */
static bool printed(const struct child_output *errors, const char *text)
{
	return memmem(errors->head, errors->len, text, strlen(text)) != NULL;
}

/* A refusal does not change when it is tried again, and the server may count attempts. */
static int refusal(const struct child_output *errors)
{
	if (printed(errors, "Host key verification failed"))
		return fail_adopt(-EACCES,
				  "the server's host key is not the one in the image: another "
				  "machine answers, or its key was changed; run 'kdumpctl "
				  "propagate'");
	if (printed(errors, "Permission denied ("))
		return fail_adopt(-EACCES, "the server does not accept the key in the image; run "
					   "'kdumpctl propagate'");
	return 0;
}

/* Turn its exit status into an error with a message. */
static int judge(const struct ssh_host *host, const struct child_output *errors, int status)
{
	char text[LINE_MAX_SHOWN];
	int rc = 0;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	last_line(errors, text);
	if (!WIFEXITED(status)) {
		rc = child_check("ssh", status);
	} else if (WEXITSTATUS(status) == SSH_FAILED) {
		rc = refusal(errors);
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

/* Make pipes for output and errors; fds[1] and fds[2] are the child's ends. */
static int output_open(struct output *s, char *buf, size_t size, int fds[3])
{
	int rc;

	s->errors.fd = -1;
	rc = child_output_open(&s->out, buf, buf ? size - 1 : 0, &fds[1]);
	if (rc < 0)
		return rc;
	rc = child_output_open(&s->errors, s->head, sizeof(s->head), &fds[2]);
	if (rc < 0) {
		child_output_close(&s->out);
		close(fds[1]);
	}
	return rc;
}

static int run_once(const struct ssh_host *host, const char *command, const struct deadline *by,
		    char *buf, size_t size, int *status)
{
	int fds[3] = { -1, -1, -1 }, rc;
	struct child child;
	struct output output;

	*status = -1;
	rc = output_open(&output, buf, size, fds);
	if (rc < 0)
		return rc;
	rc = start(host, command, fds, &child);
	close(fds[1]);
	close(fds[2]);
	child.output[0] = &output.out;
	child.output[1] = &output.errors;
	if (rc == 0)
		rc = child_wait(&child, by, status);
	rc = rc < 0 ? fail(rc, "ssh %s", host->where) : judge(host, &output.errors, *status);
	child_output_close(&output.out);
	child_output_close(&output.errors);
	if (buf)
		buf[output.out.len] = '\0';
	return rc;
}

int ssh_run(const struct ssh_host *host, const struct ssh_script *script, const struct deadline *by,
	    char *buf, size_t size, int *status)
{
	char command[SSH_COMMAND_MAX];
	bool logged = false;
	int ended = -1, rc = ssh_command(script, command);

	if (buf)
		buf[0] = '\0';
	while (rc == 0) {
		fail_clear();
		rc = run_once(host, command, by, buf, size, &ended);
		if (rc != -ECONNRESET || deadline_left_ms(by) < TRY_NAP_MS)
			break;
		if (!logged)
			console_log("%s; trying again", fail_text());
		logged = true;
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
	struct child_cfg cfg = { .argv = argv, .program = SSH_PROGRAM, .in = -1 };
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	cfg.out = cfg.err = null;
	if (null >= 0) {
		(void)child_run(&cfg, by);
		close(null);
	}
	fail_clear();
}

int ssh_stream_open(const struct ssh_host *host, const struct ssh_script *script,
		    struct ssh_stream *out, int *fd)
{
	char command[SSH_COMMAND_MAX];
	int ends[2], fds[3] = { -1, -1, -1 }, rc = ssh_command(script, command);

	out->child.pid = out->errors.fd = -1;
	if (rc < 0)
		return rc;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail(-errno, "a pipe to ssh");
	fds[0] = ends[0];
	rc = child_output_open(&out->errors, out->head, sizeof(out->head), &fds[2]);
	if (rc == 0) {
		rc = start(host, command, fds, &out->child);
		close(fds[2]);
	}
	close(ends[0]);
	if (rc < 0) {
		close(ends[1]);
		child_output_close(&out->errors);
		return rc;
	}
	out->child.output[0] = &out->errors;
	*fd = ends[1];
	return 0;
}

int ssh_stream_close(const struct ssh_host *host, struct ssh_stream *s, const struct deadline *by,
		     int *exit_status)
{
	int status = -1, rc = child_wait(&s->child, by, &status);

	*exit_status = rc == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	child_output_close(&s->errors);
	if (rc < 0)
		rc = fail(rc, "ssh %s", host->where);
	else
		rc = judge(host, &s->errors, status);
	return rc;
}
