/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_collector.c - run one collector, and judge the file it wrote */
#include "initramfs/capture/save/save_core.h"

#include "base/err.h"
#include "base/exit_code.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/save/manifest.h"
#include "initramfs/capture/save/seal.h"
#include "initramfs/capture/target/ssh_client.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGS_MAX     64
#define SIZE_SECONDS 10

struct attempt {
	struct capture *c;
	struct target *t;
	const struct core_way *way;
	struct target_file file;
	char final[TARGET_PATH_MAX]; /* path of the final name; our collector writes to the
					-incomplete name itself */
	struct child child;
	struct core_channels to;
	const char *argv[ARGS_MAX + 2 * SEAL_KEYS_MAX];
	struct seal_args seal;
	char options[4][48];
	uint64_t bytes; /* by its progress, its summary or the target */
	bool measured;	/* by the target */
	bool answers;	/* the target answered when it was last asked for the file's size */
};

static bool streams(const struct attempt *a)
{
	return a->t->ops->stream && !(a->way->scp && a->t->ops->copy);
}

static void join_command(struct attempt *a)
{
	char *out = a->c->status.command;
	size_t size = sizeof(a->c->status.command), n = 0;

	out[0] = '\0';
	for (const char *const *w = a->way->argv; *w && n < size; w++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", n ? " " : "", *w);
}

/*
 * Our own ends a stream so that it fits, with all that readers want; one that is broken off lacks
 * the end, and the descriptors of its last pages. A limit of the configuration comes later and
 * wins.
 */
static bool limits_size(struct attempt *a)
{
	struct deadline by;
	uint64_t space = 0;

	if (!a->way->own || a->way->whole || !a->t->ops->fixed)
		return false;
	by = capture_step(a->c, STEP_core_space, SIZE_SECONDS);
	if (a->t->ops->space(a->t, &by, &space) < 0)
		fail_clear();
	snprintf(a->options[3], sizeof(a->options[3]), "-L%ju", (uintmax_t)space);
	return space > 0;
}

/* COMMAND [-L] [-F] [--progress-fd=N] [--json=FILE] SOURCE [DESTINATION] */
static int make_argv(struct attempt *a)
{
	const struct core_way *way = a->way;
	const char *const *word = way->argv;
	size_t n = 0;
	bool flat = false;

	a->argv[n++] = *word++;
	if (limits_size(a))
		a->argv[n++] = a->options[3];
	for (; *word && n < ARGS_MAX - 9; word++) {
		a->argv[n++] = *word;
		flat |= strcmp(*word, "-F") == 0;
	}
	if (*word)
		return fail_adopt(-E2BIG, "core_collector has too many arguments");
	if (way->own) {
		a->argv[0] = "kdump-collect"; /* under makedumpfile's name it does not accept
						 kdump-collect's options */
		if (streams(a) && !flat && !way->whole)
			a->argv[n++] = "-F";
	}
	for (unsigned i = 0; i < a->seal.nr; i++)
		a->argv[n++] = a->seal.word[i];
	if (a->to.progress[1] >= 0) {
		snprintf(a->options[0], sizeof(a->options[0]), "--progress-fd=%d", PROGRESS_FD);
		a->argv[n++] = a->options[0];
	}
	if (a->to.summary >= 0) {
		snprintf(a->options[1], sizeof(a->options[1]), "--json=/proc/self/fd/%d",
			 SUMMARY_FD);
		a->argv[n++] = a->options[1];
	}
	if (a->to.sums >= 0) {
		snprintf(a->options[2], sizeof(a->options[2]), "--checksums=/proc/self/fd/%d",
			 SUMS_FD);
		a->argv[n++] = a->options[2];
	}
	a->argv[n++] = a->c->cfg.vmcore;
	if (!streams(a))
		a->argv[n++] = way->own ? a->final : a->file.path;
	else if (way->whole)
		a->argv[n++] = "-";
	return 0;
}

/* scp -F CONFIG [ARGS] SOURCE DESTINATION */
static int make_scp_argv(struct attempt *a)
{
	const char *const *args = a->way->argv;
	size_t n = 0;

	a->argv[n++] = *args++;
	a->argv[n++] = "-F";
	a->argv[n++] = SSH_CONFIG;
	for (; *args && n < ARGS_MAX - 3; args++)
		a->argv[n++] = *args;
	if (*args)
		return fail_adopt(-E2BIG, "core_collector has too many arguments");
	a->argv[n++] = a->c->cfg.vmcore;
	a->argv[n++] = a->file.path;
	return 0;
}

static int start(struct attempt *a)
{
	bool self = a->way->own || a->way->copy;
	struct child_keep keep[3];
	const unsigned nr_keep = core_channels_keep(&a->to, keep);
	const struct child_cfg cfg = {
		.argv = a->argv,
		.program = self ? "/proc/self/exe" : NULL,
		.in = -1,
		.out = -1,
		.err = -1,
		.keep = keep,
		.nr_keep = nr_keep,
		.oom_first = true,
	};
	struct deadline by = capture_step(a->c, STEP_core_start, capture_answer_limit(a->c));
	int rc;

	rc = target_start(a->t, &a->file, &cfg, &by, &a->child);
	if (a->to.progress[1] >= 0)
		close(a->to.progress[1]); /* so that the end of its output is seen */
	a->to.progress[1] = -1;
	return rc;
}

static void read_summary(struct attempt *a)
{
	char *text = a->c->status.collector;
	const char *written;
	ssize_t n = -1;

	if (a->to.summary >= 0)
		n = pread(a->to.summary, text, sizeof(a->c->status.collector) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	written = strstr(text, "\"written\":");
	if (written)
		a->bytes = strtoull(written + strlen("\"written\":"), NULL, 10);
}

static bool disk_is_full(struct attempt *a)
{
	int number = core_summary_errno(a->c->status.collector);
	uint64_t space = UINT64_MAX;
	struct deadline by;

	if (number == ENOSPC || number == EDQUOT)
		return true;
	if (a->t->ops->stream)
		return false;
	by = capture_step(a->c, STEP_core_space, SIZE_SECONDS);
	if (a->t->ops->space(a->t, &by, &space) < 0)
		fail_clear();
	return space < 1 << 20;
}

/* Why it is not complete: its own message, else its exit status. */
static int explain(struct attempt *a, int status)
{
	bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, full;
	char reason[STATUS_MESSAGE_SIZE] = "";
	struct err_saved saved;

	if (core_summary_error(a->c->status.collector, reason, sizeof(reason)))
		fail_adopt(-EIO, reason);
	else
		child_check(a->way->argv[0], status);
	err_save(&saved, killed ? -ENOMEM : -EIO);
	full = !killed && disk_is_full(a);
	err_restore(&saved);
	return full ? fail(-ENOSPC, "the target is full (%s)", a->t->address) : saved.rc;
}

/* Measure the file into a->bytes and *size. False: unknown, or there is none. */
static bool measure(struct attempt *a, struct target_size *size)
{
	struct deadline by = capture_step(a->c, STEP_core_size, SIZE_SECONDS);
	struct err_saved saved;
	int rc;

	err_save(&saved, 0);
	rc = target_measure(a->t, &a->file, &by, size);
	err_restore(&saved);
	a->answers = rc != -ETIMEDOUT && rc != -EAGAIN;
	return rc == 0;
}

/*
 * An incomplete dump of ours can be opened as soon as it has a header. A file that cannot be read
 * is kept as well: on a full server, the NFS client of Linux 7.2 cannot read a file that it could
 * not write. Nothing is removed from a target that does not answer.
 */
static enum file_end worth_of_file(struct attempt *a)
{
	struct target_size size;
	bool keep;

	if (!measure(a, &size) || size.published)
		keep = !a->answers;
	else if (!size.readable)
		keep = size.bytes > 0;
	else
		keep = size.bytes >= 4096 && (!a->way->own || size.ours);
	return keep ? FILE_PARTIAL : FILE_NOTHING;
}

static enum file_end worth(struct attempt *a, int status)
{
	/* Our collector reports it, so the file need not be read back. */
	if (a->way->own && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CODE_PARTIAL)
		return FILE_PARTIAL;
	if (!a->t->ops->stream)
		return worth_of_file(a);
	if (a->way->own && WIFEXITED(status))
		return FILE_NOTHING;
	return a->bytes > 0 || !a->way->own ? FILE_PARTIAL : FILE_NOTHING;
}

/* Size on the target, if the target can be asked. */
static void count_bytes(struct attempt *a)
{
	struct target_size size;

	a->measured = !a->t->ops->stream && measure(a, &size);
	if (a->measured)
		a->bytes = size.bytes;
	a->c->status.core.bytes = a->bytes;
}

/*
 * Which failure is reported: the collector's, or that of closing the file. On a stream, the latter
 * explains why the collector could not write; on a disk, the collector knows the cause itself.
 */
static int judge(const struct attempt *a, const struct err_saved *run, int closed)
{
	if (run->rc == 0)
		return closed;
	if (closed == 0 || run->rc == -ENOSPC || run->rc == -ENOMEM)
		return err_restore(run);
	return a->t->ops->stream ? closed : fail(closed, "%s; then", run->message);
}

/* Close the file: as done, as partial, or remove it. */
static int settle(struct attempt *a, enum file_end end, int rc)
{
	struct status_part *core = &a->c->status.core;
	struct err_saved run;
	struct deadline by;
	int closed;

	err_save(&run, rc);
	count_bytes(a);
	by = capture_step(a->c, STEP_core_close, a->c->config.timeout[CONFIG_PHASE_STALL]);
	closed = a->t->ops->close(a->t, &a->file, end, &by);
	if (a->file.unsynced)
		status_error(&a->c->status, "the server has the whole dump, but did not say in "
					    "time that it is on its disk");
	core->state = end == FILE_NOTHING ? PART_NONE : PART_PARTIAL;
	if (closed == 0 && end == FILE_DONE)
		core->state = PART_COMPLETE;
	snprintf(core->name, sizeof(core->name), "%.63s",
		 core->state == PART_COMPLETE ? a->file.name
		 : core->state == PART_NONE   ? ""
					      : a->file.part);
	if (core->state != PART_NONE)
		manifest_sums(a->c, core->name, a->measured ? a->bytes : MANIFEST_SIZE_UNKNOWN,
			      a->to.sums);
	return judge(a, &run, closed);
}

static int watch(struct attempt *a, int *status)
{
	struct core_watch w = {
		.c = a->c,
		.t = a->t,
		.file = &a->file,
		.child = &a->child,
		.progress = a->to.progress[0],
	};
	int rc;

	(void)capture_step(a->c, STEP_core_run, a->c->config.timeout[CONFIG_PHASE_STALL]);
	rc = core_watch(&w, status);
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

static bool by_scp(const struct attempt *a)
{
	return a->way->scp && a->t->ops->copy;
}

static int open_file(struct attempt *a)
{
	struct deadline by = capture_step(a->c, STEP_core_open, capture_answer_limit(a->c));
	/* Streams over ssh are named .flat, but not what scp copies and not a plain copy. */
	const char *name = a->seal.nr			 ? "vmcore.age"
			   : streams(a) && !a->way->copy ? "vmcore.flat"
							 : "vmcore";
	int rc;

	if (by_scp(a))
		return a->t->ops->copy(a->t, &by, &a->file);
	rc = a->t->ops->open(a->t, name, FILE_REPLACE | FILE_CORE, &by, &a->file);
	if (rc == 0 && !streams(a))
		rc = target_by_path(a->t, &a->file, &by);
	target_final_path(&a->file, a->final);
	return rc;
}

/* With encrypt_to, no program but our own writes anything: what others write goes past it. */
static int check_seal(struct attempt *a)
{
	int rc = seal_args(a->c, &a->seal);

	if (rc == 0 && a->seal.nr && !a->way->own)
		rc = fail_set(-EPERM, "%s cannot encrypt, and encrypt_to is set", a->way->argv[0]);
	return rc;
}

int core_attempt(struct capture *c, struct target *t, const struct core_way *way)
{
	struct attempt a = { .c = c, .t = t, .way = way };
	int rc;

	c->status.collector[0] = '\0';
	join_command(&a);
	rc = check_seal(&a);
	if (rc < 0)
		return rc;
	core_channels_open(&a.to, way);
	rc = open_file(&a);
	if (rc == 0) {
		rc = by_scp(&a) ? make_scp_argv(&a) : make_argv(&a);
		rc = rc == 0 ? run(&a) : settle(&a, FILE_NOTHING, rc);
	}
	core_channels_close(&a.to);
	return rc;
}
