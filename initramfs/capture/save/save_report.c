/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_report.c - save why the kernel died, beside the core: as text, and as JSON for programs */
#include "initramfs/capture/capture.h"

#include "base/err.h"
#include "base/text.h"
#include "initramfs/capture/child.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/save/report_crash.h"
#include "initramfs/capture/save/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_NAME     "vmcore-report.txt"
#define JSON_NAME     "vmcore-report.json"
#define MAKE_SECONDS  20
#define FILE_SIZE_MAX (4u << 20) /* bytes of one file */
#define JSON_FD	      3		 /* the descriptor's number in the child */

/* Memory of the child; with less, a part of the report is missing. Sanitizers need terabytes. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MAKE_MEMORY 0
#else
#define MAKE_MEMORY (8u << 20)
#endif

struct report_files {
	int text, json; /* files in memory; -1: none */
};

/*
 * Runs our own collector in a child process, which may crash on damaged memory. No file of the
 * target is open meanwhile.
 */
static int make(struct capture *c, const struct report_files *out)
{
	char json[48];
	const char *const argv[] = { "kdump-collect", "--report", json, c->cfg.vmcore, "-", NULL };
	const struct child_keep keep = { out->json, JSON_FD };
	const struct child_cfg cfg = {
		.argv = argv,
		.program = "/proc/self/exe",
		.in = -1,
		.out = out->text,
		.err = -1,
		.keep = &keep,
		.nr_keep = 1,
		.oom_first = true,
		.data_max = MAKE_MEMORY,
	};
	struct deadline by = capture_step(c, STEP_report_make, MAKE_SECONDS);
	struct child child;
	int status, rc;

	snprintf(json, sizeof(json), "--json=/proc/self/fd/%d", JSON_FD);
	rc = child_start(&cfg, &child);
	if (rc == 0)
		rc = child_wait(&child, &by, &status);
	return rc == 0 ? child_check("kdump-collect --report", status) : rc;
}

/*
 * A file of the report, to be freed. Read it, do not mmap() it: a child that was left behind could
 * still truncate the file.
 */
static int load(const char *name, int fd, struct seal_file *out)
{
	struct stat st;
	char *data;
	ssize_t n;

	if (fstat(fd, &st) < 0 || st.st_size == 0 || st.st_size > FILE_SIZE_MAX)
		return fail_set(-EFBIG, "%s would have %lld bytes", name, (long long)st.st_size);
	data = malloc((size_t)st.st_size);
	if (!data)
		return fail(-ENOMEM, "%s", name);
	n = pread(fd, data, (size_t)st.st_size, 0);
	if (n <= 0) {
		free(data);
		return fail(-EIO, "%s", name);
	}
	*out = (struct seal_file){ name, STEP_report_put, data, (size_t)n };
	return 0;
}

static int put(struct capture *c, struct target *t, const char *name, int fd)
{
	struct seal_file file;
	int rc = load(name, fd, &file);

	if (rc < 0)
		return rc;
	rc = seal_put(c, t, &file);
	free((void *)file.data);
	if (rc == 0)
		c->status.report.bytes += file.len;
	return rc;
}

/* For the status, which may be written where the report itself finds no space. */
static void note_crash(struct capture *c, int fd)
{
	struct seal_file file;

	if (load(JSON_NAME, fd, &file) < 0) {
		fail_clear();
		return;
	}
	report_crash_read(file.data, file.len, &c->status.crash);
	free((void *)file.data);
}

static int write_files(struct capture *c, struct target *t)
{
	struct report_files out = { memfd_create("report", MFD_CLOEXEC),
				    memfd_create("report.json", MFD_CLOEXEC) };
	int rc = out.text >= 0 && out.json >= 0 ? make(c, &out) : fail(-errno, "memory for it");

	if (rc == 0) {
		note_crash(c, out.json);
		rc = put(c, t, TEXT_NAME, out.text);
	}
	if (rc == 0)
		rc = put(c, t, JSON_NAME, out.json);
	if (out.text >= 0)
		close(out.text);
	if (out.json >= 0)
		close(out.json);
	return rc;
}

/*
 * A raw device has space for few files; kdumpctl makes the report when it fetches the dump, unless
 * that is encrypted.
 */
static bool is_asked_for(const struct capture *c, const struct target *t)
{
	return (t->cfg.spec->kind != PLAN_RAW || seal_required(c)) && !capture_time_over(c);
}

void save_report_files(struct capture *c, struct target *t)
{
	struct status_part *report = &c->status.report;
	char name[TARGET_NAME_MAX];
	uint64_t since = clock_ns();

	*report = (struct status_part){ 0 };
	c->status.report_error[0] = '\0';
	c->status.crash = (struct status_crash){ .fatal = false };
	if (!is_asked_for(c, t))
		return;
	fail_clear();
	if (write_files(c, t) == 0) {
		seal_name(c, TEXT_NAME, name);
		snprintf(report->name, sizeof(report->name), "%.63s", name);
		report->state = PART_COMPLETE;
		console_log("saved a report of the crash: %s", report->name);
	} else {
		text_set(c->status.report_error, sizeof(c->status.report_error), "%s", fail_text());
		console_log_failure("no report of the crash");
	}
	report->seconds = clock_since(since);
	status_phase(&c->status, "report", since);
}
