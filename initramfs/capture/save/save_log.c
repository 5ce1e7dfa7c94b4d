/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_log.c - the small files beside a core: both kernels' logs, and the status */
#include "initramfs/capture/capture.h"

#include "base/err.h"
#include "initramfs/capture/child.h"
#include "initramfs/capture/save/own_log.h"
#include "initramfs/capture/console.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOG_NAME     "vmcore-dmesg.txt"
#define OWN_LOG_NAME "kexec-dmesg.log"
#define LOG_SECONDS  120 /* the log alone; a damaged one is searched for, within bounds */

/* Our own collector, as a process that may die: the crashed kernel's memory may be anything. */
int save_log_extract(struct capture *c, int fd, uint64_t *bytes)
{
	const char *const argv[] = { "kdump-collect", "--dump-dmesg", c->cfg.vmcore, "-", NULL };
	const struct child_cfg cfg = {
		.argv = argv,
		.program = "/proc/self/exe",
		.in = -1,
		.out = fd,
		.err = -1,
		.keep = -1,
		.oom_first = true,
	};
	struct deadline by = deadline_in(LOG_SECONDS);
	struct child child;
	struct stat st;
	int status, rc = child_start(&cfg, &child);

	if (rc == 0)
		rc = child_wait(&child, &by, &status);
	if (rc == 0)
		rc = child_check("the kernel log", status);
	*bytes = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	return rc;
}

/* Written as far as it went is better than nothing: kept under its incomplete name. */
static int finish(struct capture *c, struct target *t, struct target_file *f, int rc)
{
	struct status_part *log = &c->status.log;
	struct deadline by = deadline_in(SMALL_FILE_SECONDS);
	enum file_end end = rc == 0 ? FILE_DONE : log->bytes > 0 ? FILE_PARTIAL : FILE_NOTHING;
	char words[STATUS_MESSAGE_SIZE];
	int closed;

	strncpy(words, fail_text(), sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	fail_clear();
	closed = t->ops->close(t, f, end, &by);
	if (rc < 0 && closed == 0)
		return fail_adopt(rc, words);
	if (closed < 0)
		return closed;
	log->state = end == FILE_DONE ? PART_COMPLETE : PART_PARTIAL;
	return rc;
}

int save_log_file(struct capture *c, struct target *t)
{
	struct status_part *log = &c->status.log;
	struct deadline by = deadline_in(SMALL_FILE_SECONDS);
	uint64_t since = now_ns();
	struct target_file f;
	int rc;

	*log = (struct status_part){ .name = LOG_NAME };
	failsafe_feed_limit(&c->failsafe, LOG_SECONDS + SMALL_FILE_SECONDS);
	rc = t->ops->open(t, LOG_NAME, true, &by, &f);
	if (rc == 0) {
		rc = save_log_extract(c, f.fd, &log->bytes);
		if (rc < 0 && log->bytes > 0)
			log->state = PART_PARTIAL;
		rc = finish(c, t, &f, rc);
	}
	log->seconds = (double)(now_ns() - since) / 1e9;
	status_phase(&c->status, "log", since);
	if (rc < 0)
		return rc;
	console_log("saved the kernel log: %s", LOG_NAME);
	return 0;
}

void save_own_log(struct capture *c, struct target *t)
{
	struct deadline by = deadline_in(SMALL_FILE_SECONDS);
	size_t len;
	char *text = own_log_text(c->cfg.root, &len);
	int rc;

	failsafe_feed_limit(&c->failsafe, SMALL_FILE_SECONDS);
	fail_clear();
	rc = text ? target_put(t, OWN_LOG_NAME, text, len, &by) : -ENOMEM;
	free(text);
	if (rc < 0)
		console_log_failure(OWN_LOG_NAME);
}

void save_status(struct capture *c, struct target *t)
{
	struct deadline by = deadline_in(SMALL_FILE_SECONDS);
	size_t len;
	char *text = status_json(&c->status, &len);
	int rc;

	failsafe_feed_limit(&c->failsafe, SMALL_FILE_SECONDS);
	fail_clear();
	rc = text ? target_put(t, STATUS_NAME, text, len, &by) : -ENOMEM;
	free(text);
	if (rc < 0)
		console_log_failure(STATUS_NAME);
}
