/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink_null.c - a sink for dry runs, which drops all bytes */
#include "output/sink.h"

#include "base/err.h"

#include <stdlib.h>

static int null_write_at(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	(void)s;
	(void)off;
	(void)buf;
	(void)len;
	return 0;
}

static int null_commit(struct sink *s)
{
	(void)s;
	return 0;
}

static void null_close(struct sink *s)
{
	free(s);
}

static const struct sink_ops null_ops = {
	.kind = "null",
	.write_at = null_write_at,
	.commit = null_commit,
	.close = null_close,
};

int sink_null_open(struct sink **out)
{
	struct sink *s = calloc(1, sizeof(*s));

	if (!s)
		return fail(-ENOMEM, "open null sink");
	*s = (struct sink){ .ops = &null_ops, .seekable = true };
	*out = s;
	return 0;
}
