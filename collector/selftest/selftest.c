/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selftest.c - a program tries its own collector: every codec, levels 0 and 31, log, stream
 *
 * Each run is a child that calls the program's own main function under the names it has in the
 * image. Nothing but a directory for the files is needed: no /proc, no other program.
 */
#include "selftest/selftest.h"

#include "base/err.h"
#include "base/log.h"
#include "codec/codec.h"
#include "collect.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS	  60 /* for one run; an emulated machine needs one */
#define ARGS_MAX  10
#define PATH_SIZE 4096

struct selftest {
	const char *core; /* path */
	int (*program)(int argc, char **argv);
	struct source *src;
	char dir[PATH_SIZE], dump[PATH_SIZE + 16], messages[PATH_SIZE + 16];
	unsigned nr_dumps;
};

/* One run: its command line, and files for standard input and output. */
struct run {
	const char *argv[ARGS_MAX]; /* ends with NULL */
	const char *in, *out;	    /* NULL: /dev/null, the messages */
};

static int open_as(const char *path, int flags, int fd)
{
	int opened = open(path, flags | O_CLOEXEC, 0600);

	return opened < 0 ? -1 : dup2(opened, fd);
}

static void __attribute__((noreturn)) child(const struct selftest *t, const struct run *r)
{
	const int write_flags = O_WRONLY | O_CREAT | O_TRUNC;
	char *argv[ARGS_MAX];
	int argc = 0, rc;

	for (; r->argv[argc]; argc++)
		argv[argc] = strdup(r->argv[argc]);
	argv[argc] = NULL;
	alarm(SECONDS);
	if (r->in && open_as(r->in, O_RDONLY, STDIN_FILENO) < 0)
		_exit(99);
	if (open_as(t->messages, write_flags, STDERR_FILENO) < 0 ||
	    (r->out ? open_as(r->out, write_flags, STDOUT_FILENO)
		    : dup2(STDERR_FILENO, STDOUT_FILENO)) < 0)
		_exit(99);
	rc = t->program(argc, argv);
	fflush(NULL);
	_exit(rc);
}

/* The first line it wrote: what comes later is of less use. */
static void first_message(const struct selftest *t, char *out, size_t size)
{
	FILE *f = fopen(t->messages, "re");

	if (!f || !fgets(out, (int)size, f))
		out[0] = '\0';
	if (f)
		fclose(f);
	out[strcspn(out, "\n")] = '\0';
}

static int judge(const struct selftest *t, int status)
{
	char line[300];
	int code = WEXITSTATUS(status);

	if (WIFSIGNALED(status))
		return fail(-EIO, "killed by signal %d (%s)", WTERMSIG(status),
			    strsignal(WTERMSIG(status)));
	if (code == 0)
		return 0;
	first_message(t, line, sizeof(line));
	return fail(-EIO, "exit status %d%s%s", code, *line ? ": " : "", line);
}

/* The command line in front of what went wrong. */
static int name_run(const struct run *r, int rc)
{
	char words[400] = "";
	size_t n = 0;

	for (size_t i = 0; r->argv[i] && n < sizeof(words); i++)
		n += (size_t)snprintf(words + n, sizeof(words) - n, "%s%s", i ? " " : "",
				      r->argv[i]);
	return fail(rc, "%s", words);
}

static int run(const struct selftest *t, const struct run *r)
{
	int status = 0, rc;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		child(t, r);
	if (pid < 0)
		return fail(-errno, "fork");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	rc = judge(t, status);
	return rc < 0 ? name_run(r, rc) : 0;
}

static int dump_once(struct selftest *t, const char *name, const struct codec *codec,
		     unsigned level)
{
	char compress[48], number[12];
	const struct run r = { .argv = { name, compress, "-d", number, "-f", "-q", t->core,
					 t->dump } };
	int rc;

	snprintf(compress, sizeof(compress), "--compress=%s", codec ? codec->name : "none");
	snprintf(number, sizeof(number), "%u", level);
	rc = run(t, &r);
	if (rc == 0) {
		rc = selftest_compare(t->src, t->dump, level, codec ? codec->flag : 0);
		if (rc < 0)
			name_run(&r, rc);
	}
	t->nr_dumps++;
	return rc;
}

/* Without a codec first: then it is the codec that fails. */
static int try_codecs(struct selftest *t, const char *name)
{
	const struct codec *codec = NULL;
	int rc = 0;

	for (unsigned i = 0; rc == 0 && (i == 0 || codec); i++) {
		rc = dump_once(t, name, codec, SELFTEST_LEVEL);
		if (rc == 0)
			rc = dump_once(t, name, codec, 0);
		codec = codec_at(i);
	}
	return rc;
}

/* As over ssh: a stream there, a file here. */
static int try_stream(struct selftest *t, const char *name)
{
	char stream[PATH_SIZE + 16];
	const struct run there = { .argv = { name, "-F", "-c", "-d", "31", "-q", t->core },
				   .out = stream };
	const struct run here = { .argv = { name, "-R", "-f", "-q", t->dump }, .in = stream };
	const struct codec *zlib = codec_by_letter('c');
	int rc;

	if (!zlib)
		return 0;
	snprintf(stream, sizeof(stream), "%s/stream", t->dir);
	rc = run(t, &there);
	if (rc == 0)
		rc = run(t, &here);
	unlink(stream);
	if (rc == 0) {
		rc = selftest_compare(t->src, t->dump, SELFTEST_LEVEL, zlib->flag);
		if (rc < 0)
			name_run(&here, rc);
	}
	return rc;
}

static int try_log(struct selftest *t, const char *name)
{
	const struct run r = { .argv = { name, "--dump-dmesg", "-f", "-q", t->core, t->dump } };
	int rc = run(t, &r);

	if (rc == 0) {
		rc = selftest_compare_log(t->dump);
		if (rc < 0)
			name_run(&r, rc);
	}
	return rc;
}

static int try_all(struct selftest *t)
{
	static const char *const names[] = { "kdump-collect", "makedumpfile" };
	int rc = 0;

	for (size_t i = 0; i < 2 && rc == 0; i++) {
		rc = try_log(t, names[i]);
		if (rc == 0)
			rc = try_codecs(t, names[i]);
		if (rc == 0)
			rc = try_stream(t, names[i]);
	}
	return rc;
}

static int make_dir(struct selftest *t)
{
	const char *tmp = getenv("TMPDIR");

	tmp = tmp && *tmp ? tmp : "/tmp";
	if ((size_t)snprintf(t->dir, sizeof(t->dir), "%s/kdump-self-test-XXXXXX", tmp) >=
		    sizeof(t->dir) ||
	    !mkdtemp(t->dir)) {
		t->dir[0] = '\0';
		return fail(-errno, "make a directory in %s (set TMPDIR to one that is writable)",
			    tmp);
	}
	snprintf(t->dump, sizeof(t->dump), "%s/dump", t->dir);
	snprintf(t->messages, sizeof(t->messages), "%s/messages", t->dir);
	return 0;
}

static void remove_dir(const struct selftest *t)
{
	char left[PATH_SIZE + 32];

	if (!t->dir[0])
		return;
	snprintf(left, sizeof(left), "%s-incomplete", t->dump);
	unlink(left);
	unlink(t->dump);
	unlink(t->messages);
	rmdir(t->dir);
}

int collect_self_test(const char *core, int (*program)(int argc, char **argv))
{
	struct selftest t = { .core = core, .program = program };
	int rc;

	log_setup(LOG_ERROR, false);
	rc = source_elf_open(core, &t.src);
	if (rc == 0)
		rc = make_dir(&t);
	if (rc == 0)
		rc = try_all(&t);
	remove_dir(&t);
	source_close(t.src);
	if (rc < 0) {
		log_msg(LOG_ERROR, "self-test on %s: %s", core, fail_text());
		fail_clear();
		return 1;
	}
	printf("self-test on %s: passed, %u dumps compared with it\n", core, t.nr_dumps);
	return fflush(stdout) == 0 ? 0 : 1;
}
