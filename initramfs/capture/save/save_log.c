/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_log.c - save the small files beside a core: both kernels' logs, and the status */
#include "initramfs/capture/capture.h"

#include "base/err.h"
#include "initramfs/capture/child.h"
#include "initramfs/capture/save/manifest.h"
#include "initramfs/capture/save/own_log.h"
#include "initramfs/capture/save/seal.h"
#include "initramfs/capture/console.h"
#include "initramfs/plan/dump_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOG_NAME     "vmcore-dmesg.txt"
#define OWN_LOG_NAME "kexec-dmesg.log"
#define SIZE_SECONDS 10
#define LOG_SUMS_FD  3 /* the descriptor's number in the collector */
#define SUMS_FD_TEXT "3"
#define LOG_SECONDS \
	120 /* for the log alone; if it is damaged, memory is searched for it, within bounds */

/* Runs our own collector in a child process, which may crash on damaged memory. */
int save_log_extract(struct capture *c, const struct log_sink *to)
{
	const char *argv[2 * SEAL_KEYS_MAX + 6] = { "kdump-collect" };
	struct seal_args seal;
	const struct child_keep keep = { to->sums, LOG_SUMS_FD };
	const struct child_cfg cfg = {
		.argv = argv,
		.program = "/proc/self/exe",
		.in = -1,
		.out = to->t ? -1 : to->fd,
		.err = -1,
		.keep = &keep,
		.nr_keep = to->t && to->sums >= 0,
		.oom_first = true,
	};
	struct deadline by = capture_step(c, STEP_log_extract, LOG_SECONDS);
	struct child child;
	int status, rc = seal_args(c, &seal);
	unsigned n = 1;

	if (rc < 0)
		return rc;
	for (unsigned i = 0; i < seal.nr; i++)
		argv[n++] = seal.word[i];
	argv[n++] = "--dump-dmesg";
	if (cfg.nr_keep)
		argv[n++] = "--checksums=/proc/self/fd/" SUMS_FD_TEXT;
	argv[n++] = c->cfg.vmcore;
	argv[n] = "-";
	rc = to->t ? target_start(to->t, to->f, &cfg, &by, &child) : child_start(&cfg, &child);
	if (rc == 0)
		rc = child_wait(&child, &by, &status);
	return rc == 0 ? child_check("the kernel log", status) : rc;
}

static uint64_t bytes_of(struct capture *c, struct target *t, const struct target_file *f)
{
	struct deadline by = capture_step(c, STEP_log_size, SIZE_SECONDS);
	struct target_size size = { 0 };
	struct err_saved saved;

	err_save(&saved, 0);
	if (target_measure(t, f, &by, &size) < 0)
		size.bytes = 0;
	err_restore(&saved);
	return size.bytes;
}

/* A part of the log is better than nothing: keep it under its incomplete name. */
static int finish(struct capture *c, struct target *t, struct target_file *f, int rc)
{
	struct status_part *log = &c->status.log;
	enum file_end end = rc == 0 ? FILE_DONE : log->bytes > 0 ? FILE_PARTIAL : FILE_NOTHING;
	struct deadline by = capture_step(c, STEP_log_close, capture_answer_limit(c));
	struct err_saved saved;
	int closed;

	err_save(&saved, rc);
	closed = t->ops->close(t, f, end, &by);
	if (rc < 0 && closed == 0)
		return err_restore(&saved);
	if (closed < 0)
		return closed;
	log->state = end == FILE_DONE ? PART_COMPLETE : PART_PARTIAL;
	return rc;
}

static int write_log(struct capture *c, struct target *t)
{
	struct status_part *log = &c->status.log;
	struct deadline by = capture_step(c, STEP_log_open, capture_answer_limit(c));
	struct target_file f;
	int rc = t->ops->open(t, log->name, FILE_REPLACE, &by, &f), sums;

	if (rc < 0)
		return rc;
	sums = memfd_create("checksums", MFD_CLOEXEC);
	rc = save_log_extract(c, &(struct log_sink){ .t = t, .f = &f, .sums = sums });
	log->bytes = bytes_of(c, t, &f);
	if (rc < 0 && log->bytes > 0)
		log->state = PART_PARTIAL;
	rc = finish(c, t, &f, rc);
	if (log->state != PART_NONE)
		manifest_sums(c, log->state == PART_COMPLETE ? f.name : f.part,
			      log->bytes ? log->bytes : MANIFEST_SIZE_UNKNOWN, sums);
	if (sums >= 0)
		close(sums);
	return rc;
}

int save_log_file(struct capture *c, struct target *t)
{
	struct status_part *log = &c->status.log;
	uint64_t since = clock_ns();
	char name[TARGET_NAME_MAX];
	int rc;

	*log = (struct status_part){ .state = PART_NONE };
	seal_name(c, LOG_NAME, name);
	snprintf(log->name, sizeof(log->name), "%.63s", name);
	rc = write_log(c, t);
	log->seconds = clock_since(since);
	status_phase(&c->status, "log", since);
	if (rc < 0)
		return rc;
	console_log("saved the kernel log: %s", log->name);
	return 0;
}

void save_own_log(struct capture *c, struct target *t)
{
	size_t len;
	char *text = own_log_text(c->cfg.root, &len);
	int rc;

	fail_clear();
	rc = text ? seal_put(c, t, &(struct seal_file){ OWN_LOG_NAME, STEP_own_log, text, len })
		  : -ENOMEM;
	free(text);
	if (rc < 0)
		console_log_failure(OWN_LOG_NAME);
}

void save_status(struct capture *c, struct target *t)
{
	struct deadline by = capture_step(c, STEP_status, capture_answer_limit(c));
	size_t len;
	char *text = status_json(&c->status, &len);
	int rc;

	fail_clear();
	rc = text ? target_put(t, DUMP_STATUS_FILE, text, len, &by) : -ENOMEM;
	if (rc == 0)
		manifest_data(c, DUMP_STATUS_FILE, text, len);
	free(text);
	if (rc < 0)
		console_log_failure(DUMP_STATUS_FILE);
}
