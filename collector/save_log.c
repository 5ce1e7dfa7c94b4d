/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_log.c - the kernel log into a file */
#include "save.h"

#include "base/err.h"
#include "base/log.h"
#include "kernel/learn.h"

#include <inttypes.h>
#include <unistd.h>

/*
 * A FILE over a sink, so that the log is published by the same rules as a dump.
 * The sink is opened by the first byte: no log, no file.
 */
struct log_out {
	struct sink_file_cfg cfg;
	struct sink *sink;
	uint64_t pos;
	int rc;
};

/* No path: standard output, which is not closed at the end. */
static int open_out(struct log_out *o)
{
	int fd;

	if (o->cfg.path)
		return sink_file_open(&o->cfg, &o->sink);
	fd = dup(STDOUT_FILENO);
	return fd < 0 ? fail(-errno, "standard output") : sink_stream_open(fd, &o->sink);
}

static ssize_t out_write(void *cookie, const char *buf, size_t len)
{
	struct log_out *o = cookie;

	if (o->rc == 0 && !o->sink)
		o->rc = open_out(o);
	if (o->rc == 0)
		o->rc = sink_write_at(o->sink, o->pos, buf, len);
	if (o->rc < 0)
		return 0;
	o->pos += len;
	return (ssize_t)len;
}

static int print_log(struct save *s, bool partial, struct log_out *o, struct klog_counts *counts)
{
	FILE *f = fopencookie(o, "w", (cookie_io_functions_t){ .write = out_write });
	int rc;

	if (!f)
		return fail(-ENOMEM, "open log");
	rc = klog_print(s->kernel, s->view, partial, f, counts);
	/* Nothing was printed: look the log up in the kernel's own symbol table. */
	if (rc == -ENOENT && s->kernel->vtop_works && !s->kernel->learned) {
		fail_clear();
		kernel_learn(s->kernel, s->view, NULL);
		rc = klog_print(s->kernel, s->view, partial, f, counts);
	}
	fclose(f); /* a failure is in o->rc */
	return o->rc < 0 ? o->rc : rc;
}

int save_log(struct save *s, const char *path, bool partial, bool overwrite,
	     struct klog_counts *counts)
{
	struct log_out o = { .cfg = { .path = path, .overwrite = overwrite } };
	int rc = print_log(s, partial, &o, counts);

	if (rc == 0 && !o.sink)
		rc = fail(-ENOENT, "the kernel log holds no record that can be read");
	if (rc == 0)
		rc = sink_commit(o.sink);
	sink_close(o.sink);
	if (rc == 0 && counts->stopped)
		log_msg(LOG_ERROR, "reading the kernel log was stopped after %d seconds",
			KLOG_SECONDS);
	if (rc == 0 && counts->lost)
		log_msg(LOG_ERROR,
			"%" PRIu64 " records of the kernel log are damaged or overwritten",
			counts->lost);
	return rc;
}
