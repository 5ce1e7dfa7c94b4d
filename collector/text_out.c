/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text_out.c - text as a FILE over a sink */
#include "text_out.h"

#include "base/err.h"
#include "seal/seal.h"

#include <sys/stat.h>
#include <unistd.h>

static int open_sink(struct text_out *o)
{
	const struct sink_file_cfg file = { .path = o->cfg.path, .overwrite = o->cfg.overwrite };
	struct sink *sink = NULL;
	int rc, fd;

	if (o->cfg.path) {
		rc = sink_file_open(&file, &sink);
	} else {
		fd = dup(STDOUT_FILENO);
		rc = fd < 0 ? fail(-errno, "standard output")
			    : sink_stream_open(fd, SINK_PATIENCE_MS, &sink);
	}
	if (rc == 0 && o->cfg.sums)
		rc = sink_sum_open(sink, o->cfg.sums, &sink);
	if (rc == 0 && o->cfg.seal)
		rc = sink_seal_open(sink, o->cfg.seal, &sink);
	if (rc == 0)
		o->sink = sink;
	return rc;
}

static ssize_t out_write(void *cookie, const char *buf, size_t len)
{
	struct text_out *o = cookie;

	if (o->rc == 0 && !o->sink)
		o->rc = open_sink(o);
	if (o->rc == 0)
		o->rc = sink_write_at(o->sink, o->pos, buf, len);
	if (o->rc < 0)
		return 0;
	o->pos += len;
	return (ssize_t)len;
}

int text_out_open(struct text_out *o, const struct text_out_cfg *cfg)
{
	*o = (struct text_out){ .cfg = *cfg };
	o->f = fopencookie(o, "w", (cookie_io_functions_t){ .write = out_write });
	return o->f ? 0 : fail(-ENOMEM, "open %s", cfg->path ? cfg->path : "standard output");
}

static int write_directly(const char *path, int (*print)(void *arg, FILE *f), void *arg)
{
	FILE *f = path ? fopen(path, "we") : stdout;
	int rc = f ? print(arg, f) : fail(-errno, "open %s", path);

	if (f && (path ? fclose(f) : fflush(f)) != 0 && rc == 0)
		rc = fail(-errno, "write %s", path ? path : "to standard output");
	return rc;
}

int text_out_write(const char *path, int (*print)(void *arg, FILE *f), void *arg)
{
	const struct text_out_cfg cfg = { .path = path, .overwrite = true };
	struct text_out o;
	struct stat st;
	int rc;

	if (!path || (lstat(path, &st) == 0 && !S_ISREG(st.st_mode)))
		return write_directly(path, print, arg);
	rc = text_out_open(&o, &cfg);
	return rc == 0 ? text_out_close(&o, print(arg, o.f)) : rc;
}

int text_out_close(struct text_out *o, int rc)
{
	fclose(o->f); /* a failure is in o->rc */
	if (o->rc < 0)
		rc = o->rc;
	if (rc == 0)
		rc = o->sink ? sink_commit(o->sink) : -ENODATA;
	sink_close(o->sink);
	return rc;
}
