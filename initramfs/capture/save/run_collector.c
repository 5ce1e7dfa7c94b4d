/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_collector.c - run one collector, and judge what it left */
#include "initramfs/capture/save/save_core.h"

#include "base/err.h"
#include "initramfs/capture/console.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGS_MAX       64
#define PARTIAL_STATUS 3 /* kdump-collect(8) */

struct attempt {
	struct capture *c;
	struct target *t;
	const struct core_way *way;
	struct target_file file;
	char final[TARGET_PATH_MAX]; /* path of the final name: ours goes by way of the other */
	struct child child;
	int progress[2]; /* pipe; -1 */
	int summary;	 /* file in memory for --json; -1 */
	const char *argv[ARGS_MAX];
	char options[2][48];
	uint64_t bytes; /* as it told us */
};

static bool streams(const struct attempt *a)
{
	return a->t->ops->stream && !(a->way->scp && a->t->ops->copy);
}

static void join_command(struct attempt *a)
{
	char *out = a->c->status.command;
	size_t room = sizeof(a->c->status.command), n = 0;

	out[0] = '\0';
	for (const char *const *w = a->way->argv; *w && n < room; w++)
		n += (size_t)snprintf(out + n, room - n, "%s%s", n ? " " : "", *w);
}

/* What lets this very program talk to us while it is another one. */
static void open_channels(struct attempt *a)
{
	a->progress[0] = a->progress[1] = a->summary = -1;
	if (!a->way->own && !a->way->copy)
		return;
	if (pipe2(a->progress, O_CLOEXEC) == 0)
		(void)fcntl(a->progress[0], F_SETFL, O_NONBLOCK);
	if (a->way->own)
		a->summary = memfd_create("summary", MFD_CLOEXEC);
}

static void close_channels(struct attempt *a)
{
	int *const all[] = { &a->progress[0], &a->progress[1], &a->summary };

	for (int i = 0; i < 3; i++) {
		if (*all[i] >= 0)
			close(*all[i]);
		*all[i] = -1;
	}
}

/* COMMAND [-F] [--progress-fd=N] [--json=FILE] SOURCE [DESTINATION] */
static int make_argv(struct attempt *a)
{
	const struct core_way *way = a->way;
	size_t n = 0;
	bool flat = false;

	for (; way->argv[n] && n < ARGS_MAX - 8; n++) {
		a->argv[n] = way->argv[n];
		flat |= strcmp(way->argv[n], "-F") == 0;
	}
	if (way->argv[n])
		return fail_adopt(-E2BIG, "core_collector has too many words");
	if (way->own) {
		a->argv[0] = "kdump-collect"; /* under makedumpfile's name it hides what it knows */
		if (streams(a) && !flat)
			a->argv[n++] = "-F";
	}
	if (a->progress[1] >= 0) {
		snprintf(a->options[0], sizeof(a->options[0]), "--progress-fd=%d", a->progress[1]);
		a->argv[n++] = a->options[0];
	}
	if (a->summary >= 0) {
		snprintf(a->options[1], sizeof(a->options[1]), "--json=/proc/self/fd/%d",
			 a->summary);
		a->argv[n++] = a->options[1];
	}
	a->argv[n++] = a->c->cfg.vmcore;
	if (!streams(a))
		a->argv[n++] = way->own ? a->final : a->file.path;
	return 0;
}

static int start(struct attempt *a)
{
	bool self = a->way->own || a->way->copy;
	const struct child_cfg cfg = {
		.argv = a->argv,
		.program = self ? "/proc/self/exe" : NULL,
		.in = -1,
		.out = streams(a) ? a->file.fd : -1,
		.err = -1,
		.keep = a->progress[1],
		.keep2 = a->summary > 0 ? a->summary : 0,
		.oom_first = true,
	};
	int rc = child_start(&cfg, &a->child);

	if (a->progress[1] >= 0)
		close(a->progress[1]); /* so that its end is seen */
	a->progress[1] = -1;
	return rc;
}

/* The value of "error" in the summary, unescaped as far as words need it. */
static bool error_of(const char *json, char *out, size_t room)
{
	const char *at = strstr(json, "\"error\":\"");
	size_t n = 0;

	if (!at)
		return false;
	for (at += strlen("\"error\":\""); *at && *at != '"' && n + 1 < room; at++) {
		if (*at == '\\' && at[1])
			at++;
		out[n++] = *at;
	}
	out[n] = '\0';
	return n > 0;
}

static void read_summary(struct attempt *a)
{
	char *text = a->c->status.collector;
	const char *written;
	ssize_t n = -1;

	if (a->summary >= 0)
		n = pread(a->summary, text, sizeof(a->c->status.collector) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	written = strstr(text, "\"written\":");
	if (written)
		a->bytes = strtoull(written + strlen("\"written\":"), NULL, 10);
}

static bool disk_is_full(struct attempt *a, const char *words)
{
	struct deadline by = deadline_in(10);
	uint64_t space = UINT64_MAX;

	if (strstr(words, "No space left") || strstr(words, "quota"))
		return true;
	if (a->t->ops->stream)
		return false;
	if (a->t->ops->space(a->t, &by, &space) < 0)
		fail_clear();
	return space < 1 << 20;
}

/* Why it is not complete: its own words, else how it ended. */
static int explain(struct attempt *a, int status)
{
	char words[STATUS_MESSAGE_SIZE] = "";
	int rc;

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		rc = -ENOMEM;
	else
		rc = -EIO;
	if (error_of(a->c->status.collector, words, sizeof(words)))
		fail_adopt(rc, words);
	else
		child_check(a->way->argv[0], status);
	snprintf(words, sizeof(words), "%s", fail_text());
	if (rc == -EIO && disk_is_full(a, words)) {
		fail_clear();
		fail_adopt(rc = -ENOSPC, words);
		fail(rc, "the target is full (%s)", a->t->address);
	}
	return rc;
}

/*
 * An incomplete dump of ours opens as soon as it has a header. What cannot be read stays too: on
 * a full server the NFS client of Linux 7.2 lets nobody read a file that it could not write.
 */
static bool is_worth_keeping(const char *path, bool own)
{
	char magic[8] = "";
	struct stat st;
	ssize_t got;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return false;
	got = pread(fd, magic, sizeof(magic), 0);
	if (fstat(fd, &st) < 0)
		st.st_size = 0;
	close(fd);
	if (got < 0)
		return st.st_size > 0;
	return st.st_size >= 4096 && (!own || memcmp(magic, "KDUMP   ", sizeof(magic)) == 0);
}

static enum file_end worth(struct attempt *a, int status)
{
	/* Ours knows, and need not read it back. */
	if (a->way->own && WIFEXITED(status) && WEXITSTATUS(status) == PARTIAL_STATUS)
		return FILE_PARTIAL;
	if (!a->t->ops->stream)
		return is_worth_keeping(a->file.path, a->way->own) ? FILE_PARTIAL : FILE_NOTHING;
	if (a->way->own && WIFEXITED(status))
		return FILE_NOTHING;
	return a->bytes > 0 || !a->way->own ? FILE_PARTIAL : FILE_NOTHING;
}

/* Size on the target, where we can see it. */
static void count_bytes(struct attempt *a)
{
	struct stat st;

	if (!a->t->ops->stream && (stat(a->file.path, &st) == 0 || stat(a->final, &st) == 0))
		a->bytes = (uint64_t)st.st_size;
	a->c->status.core.bytes = a->bytes;
}

/*
 * What counts: the failure of the collector, or that of closing the file, which says more of the
 * place. A stream that broke explains why the collector could not write; a disk has told it why.
 */
static int judge(const struct attempt *a, int rc, const char *words, int closed)
{
	if (rc == 0)
		return closed;
	if (closed == 0 || rc == -ENOSPC || rc == -ENOMEM) {
		fail_clear();
		return fail_adopt(rc, words);
	}
	return a->t->ops->stream ? closed : fail(closed, "%s; then", words);
}

/* Close the file as it deserves. */
static int settle(struct attempt *a, enum file_end end, int rc)
{
	struct status_part *core = &a->c->status.core;
	unsigned limit = a->c->config.timeout[CONFIG_PHASE_STALL];
	struct deadline by = deadline_limit(limit);
	char words[STATUS_MESSAGE_SIZE];
	int closed;

	snprintf(words, sizeof(words), "%s", fail_text());
	fail_clear();
	count_bytes(a);
	failsafe_feed_limit(&a->c->failsafe, limit);
	closed = a->t->ops->close(a->t, &a->file, end, &by);
	core->state = end == FILE_NOTHING ? PART_NONE : PART_PARTIAL;
	if (closed == 0 && end == FILE_DONE)
		core->state = PART_COMPLETE;
	snprintf(core->name, sizeof(core->name), "%.63s",
		 core->state == PART_COMPLETE ? a->file.name
		 : core->state == PART_NONE   ? ""
					      : a->file.part);
	return judge(a, rc, words, closed);
}

static int watch(struct attempt *a, int *status)
{
	struct core_watch w = {
		.c = a->c,
		.t = a->t,
		.file = &a->file,
		.child = &a->child,
		.progress = a->progress[0],
	};
	int rc = core_watch(&w, status);

	a->bytes = w.bytes;
	return rc;
}

static int run(struct attempt *a)
{
	enum file_end end = FILE_NOTHING;
	int status = 0, rc = start(a);

	if (rc == 0) {
		rc = watch(a, &status);
		read_summary(a);
		if (rc == 0 && status != 0)
			rc = explain(a, status);
		end = rc == 0 ? FILE_DONE : worth(a, status);
	}
	return settle(a, end, rc);
}

static int open_file(struct attempt *a)
{
	struct deadline by = deadline_in(SMALL_FILE_SECONDS);
	/* Over ssh all is called flat but what scp copies; a plain copy is what it is. */
	const char *name = streams(a) && !a->way->copy ? "vmcore.flat" : "vmcore";
	int rc;

	if (a->way->scp && a->t->ops->copy)
		return a->t->ops->copy(a->t, a->way->argv, a->c->cfg.vmcore, &a->file, a->argv,
				       ARGS_MAX);
	rc = a->t->ops->open(a->t, name, true, &by, &a->file);
	if (rc == 0 && !streams(a))
		rc = target_file_by_path(&a->file);
	snprintf(a->final, sizeof(a->final), "%.*s%s",
		 (int)(strlen(a->file.path) - strlen(a->file.part)), a->file.path, a->file.name);
	return rc;
}

int core_attempt(struct capture *c, struct target *t, const struct core_way *way)
{
	struct attempt a = { .c = c, .t = t, .way = way };
	int rc;

	c->status.collector[0] = '\0';
	join_command(&a);
	open_channels(&a);
	rc = open_file(&a);
	if (rc == 0 && !a.argv[0])
		rc = make_argv(&a);
	if (rc == 0)
		rc = run(&a);
	close_channels(&a);
	return rc;
}
