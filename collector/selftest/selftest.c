/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selftest.c - a program tests its own collector: every codec, levels 0 and 31, log, stream
 *
 * Each run is a child that calls the program's own main function under the names it has in the
 * image. It needs only a directory for its files: no /proc, no other program.
 */
#include "selftest/selftest.h"

#include "base/err.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/run.h"
#include "codec/codec.h"
#include "collect.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECONDS	  60 /* for one run; an emulated machine needs one */
#define ARGS_MAX  10
#define PATH_SIZE 4096

struct selftest {
	const char *core; /* path */
	int (*program)(int argc, char **argv);
	struct source *src;
	char dir[PATH_SIZE], dump[PATH_SIZE + 16];
	unsigned nr_dumps;
};

/* One run: its command line, and files for standard input and output. */
struct attempt {
	const char *argv[ARGS_MAX]; /* ends with NULL */
	const char *in, *out;	    /* NULL: /dev/null, with the messages */
};

struct call {
	const struct selftest *t;
	const struct attempt *a;
};

static int call_program(void *arg)
{
	const struct call *c = arg;
	char *argv[ARGS_MAX];
	int argc = 0;

	for (; c->a->argv[argc]; argc++)
		argv[argc] = strdup(c->a->argv[argc]);
	argv[argc] = NULL;
	return c->t->program(argc, argv);
}

/* The first line that it wrote: later lines are less useful. */
static int judge(const struct run_result *r)
{
	char line[RUN_LINE_MAX];

	if (r->signal)
		return fail(-EIO, "killed by signal %d (%s)", r->signal, strsignal(r->signal));
	if (r->exit_code == 0)
		return 0;
	run_first_line(&r->err, line);
	if (!*line)
		run_first_line(&r->out, line);
	return fail(-EIO, "exit status %d%s%s", r->exit_code, *line ? ": " : "", line);
}

/* Put the command line in front of the error. */
static int name_run(const struct attempt *a, int rc)
{
	char line[400] = "";
	size_t n = 0;

	for (size_t i = 0; a->argv[i] && n < sizeof(line); i++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%s", i ? " " : "", a->argv[i]);
	return fail(rc, "%s", line);
}

static int run_with(const struct selftest *t, const struct attempt *a, int in, int out)
{
	struct call call = { t, a };
	const struct run_cfg cfg = { .argv = a->argv,
				     .call = call_program,
				     .arg = &call,
				     .in = in >= 0 ? RUN_FD(in) : RUN_NULL,
				     .out = out >= 0 ? RUN_FD(out) : RUN_KEEP,
				     .err = RUN_KEEP,
				     .timeout_ms = SECONDS * 1000 };
	struct run_result r;
	int rc = run_program(&cfg, &r);

	if (rc == 0)
		rc = judge(&r);
	run_result_fini(&r);
	return rc;
}

static int attempt(const struct selftest *t, const struct attempt *a)
{
	int in = a->in ? open(a->in, O_RDONLY | O_CLOEXEC) : -1;
	int out = a->out ? open(a->out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
	int rc = 0;

	if ((a->in && in < 0) || (a->out && out < 0))
		rc = fail(-errno, "open %s", a->in && in < 0 ? a->in : a->out);
	if (rc == 0)
		rc = run_with(t, a, in, out);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return rc < 0 ? name_run(a, rc) : 0;
}

static int dump_once(struct selftest *t, const char *name, const struct codec *codec,
		     unsigned level)
{
	char compress[48], number[12];
	const struct attempt r = { .argv = { name, compress, "-d", number, "-f", "-q", t->core,
					     t->dump } };
	int rc;

	snprintf(compress, sizeof(compress), "--compress=%s", codec ? codec->name : "none");
	snprintf(number, sizeof(number), "%u", level);
	rc = attempt(t, &r);
	if (rc == 0) {
		rc = selftest_compare(t->src, t->dump, level, codec ? codec->flag : 0);
		if (rc < 0)
			name_run(&r, rc);
	}
	t->nr_dumps++;
	return rc;
}

/* Without a codec first, so that a later failure is the codec's. */
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

/* As over ssh: write a stream, and make a file of it. */
static int try_stream(struct selftest *t, const char *name)
{
	char stream[PATH_SIZE + 16];
	const struct attempt there = { .argv = { name, "-F", "-c", "-d", "31", "-q", t->core },
				       .out = stream };
	const struct attempt here = { .argv = { name, "-R", "-f", "-q", t->dump }, .in = stream };
	const struct codec *zlib = codec_by_letter('c');
	int rc;

	if (!zlib)
		return 0;
	snprintf(stream, sizeof(stream), "%s/stream", t->dir);
	rc = attempt(t, &there);
	if (rc == 0)
		rc = attempt(t, &here);
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
	const struct attempt r = { .argv = { name, "--dump-dmesg", "-f", "-q", t->core, t->dump } };
	int rc = attempt(t, &r);

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
		return EXIT_CODE_NOTHING;
	}
	printf("self-test on %s: passed, %u dumps compared with it\n", core, t.nr_dumps);
	return fflush(stdout) == 0 ? EXIT_CODE_COMPLETE : EXIT_CODE_NOTHING;
}
