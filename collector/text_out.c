/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text_out.c - text as a FILE over a sink */
#include "text_out.h"

#include "base/err.h"

#include <unistd.h>

static int open_sink(struct text_out *o)
{
	int fd;

	if (o->cfg.path)
		return sink_file_open(&o->cfg, &o->sink);
	fd = dup(STDOUT_FILENO);
	return fd < 0 ? fail(-errno, "standard output") : sink_stream_open(fd, &o->sink);
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

int text_out_open(struct text_out *o, const char *path, bool overwrite)
{
	*o = (struct text_out){ .cfg = { .path = path, .overwrite = overwrite } };
	o->f = fopencookie(o, "w", (cookie_io_functions_t){ .write = out_write });
	return o->f ? 0 : fail(-ENOMEM, "open %s", path ? path : "standard output");
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
