/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink_null.c - a dry run: how large would the dump be? */
#include "output/sink.h"

#include "base/err.h"
#include "base/util.h"

#include <stdlib.h>

struct null_sink {
	struct sink base;
	uint64_t size; /* one past the highest byte */
};

static int null_write_at(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	struct null_sink *n = container_of(s, struct null_sink, base);

	(void)buf;
	if (len > 0 && off + len > n->size)
		n->size = off + len;
	return 0;
}

static int null_commit(struct sink *s)
{
	(void)s;
	return 0;
}

static void null_close(struct sink *s)
{
	free(container_of(s, struct null_sink, base));
}

static const struct sink_ops null_ops = {
	.kind = "null",
	.write_at = null_write_at,
	.commit = null_commit,
	.close = null_close,
};

uint64_t sink_null_size(const struct sink *s)
{
	return container_of(s, const struct null_sink, base)->size;
}

int sink_null_open(struct sink **out)
{
	struct null_sink *n = calloc(1, sizeof(*n));

	if (!n)
		return fail(-ENOMEM, "open null sink");
	n->base = (struct sink){ .ops = &null_ops, .seekable = true };
	*out = &n->base;
	return 0;
}
