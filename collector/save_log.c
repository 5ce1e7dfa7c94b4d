/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_log.c - the kernel log into a file */
#include "save.h"

#include "base/err.h"
#include "base/log.h"

#include <inttypes.h>
#include <stdlib.h>

/* A FILE over a sink, so that the log is published by the same rules as a dump. */
struct log_out {
	struct sink *sink;
	uint64_t pos;
	int rc;
};

static ssize_t out_write(void *cookie, const char *buf, size_t len)
{
	struct log_out *o = cookie;

	if (o->rc == 0)
		o->rc = sink_write_at(o->sink, o->pos, buf, len);
	if (o->rc < 0)
		return 0;
	o->pos += len;
	return (ssize_t)len;
}

static int print_log(struct save *s, bool partial, struct sink *sink, struct klog_counts *counts)
{
	struct log_out o = { .sink = sink };
	FILE *f = fopencookie(&o, "w", (cookie_io_functions_t){ .write = out_write });
	int rc;

	if (!f)
		return fail(-ENOMEM, "open log");
	rc = klog_print(s->kernel, s->view, partial, f, counts);
	if (fclose(f) != 0 && rc == 0)
		rc = o.rc < 0 ? o.rc : -EIO;
	return o.rc < 0 ? o.rc : rc;
}

int save_log(struct save *s, const char *path, bool partial, bool overwrite,
	     struct klog_counts *counts)
{
	const struct sink_file_cfg cfg = { .path = path, .overwrite = overwrite };
	struct sink *sink;
	int rc = sink_file_open(&cfg, &sink);

	if (rc < 0)
		return rc;
	rc = print_log(s, partial, sink, counts);
	if (rc == 0 && counts->records == 0)
		rc = fail(-ENOENT, "the kernel log holds no record that can be read");
	if (rc == 0)
		rc = sink_commit(sink);
	sink_close(sink);
	if (rc == 0 && counts->lost)
		log_msg(LOG_ERROR,
			"%" PRIu64 " records of the kernel log are damaged or overwritten",
			counts->lost);
	return rc;
}
