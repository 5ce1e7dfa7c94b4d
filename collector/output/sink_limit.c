/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink_limit.c - a sink that is full at a certain size, as if its disk was */
#include "output/sink.h"

#include "base/err.h"
#include "base/util.h"

#include <inttypes.h>
#include <stdlib.h>

struct limit_sink {
	struct sink base;
	struct sink *inner;
	uint64_t limit;
};

static struct limit_sink *limit_of(const struct sink *s)
{
	return container_of(s, struct limit_sink, base);
}

static int check(const struct limit_sink *l, uint64_t off, uint64_t len)
{
	if (len <= l->limit && off <= l->limit - len)
		return 0;
	return fail(-ENOSPC, "the limit of %" PRIu64 " bytes", l->limit);
}

static int limit_write_at(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	struct limit_sink *l = limit_of(s);
	int rc = check(l, off, len);

	s->taken = 0;
	if (rc < 0)
		return rc;
	rc = sink_write_at(l->inner, off, buf, len);
	s->taken = l->inner->taken;
	return rc;
}

static int limit_reserve(struct sink *s, uint64_t off, uint64_t len)
{
	struct limit_sink *l = limit_of(s);
	int rc = check(l, off, len);

	return rc < 0 ? rc : sink_reserve(l->inner, off, len);
}

static uint64_t limit_left(const struct sink *s, uint64_t off)
{
	uint64_t limit = limit_of(s)->limit;

	return off < limit ? limit - off : 0;
}

static int limit_sync(struct sink *s)
{
	return sink_sync(limit_of(s)->inner);
}

static uint64_t limit_sure(const struct sink *s)
{
	return sink_sure(limit_of(s)->inner);
}

/* Without the operation below nothing is ever lost, and there is nothing to cut. */
static int limit_cut_lost(struct sink *s, uint64_t *out)
{
	struct sink *inner = limit_of(s)->inner;

	return inner->ops->cut_lost ? inner->ops->cut_lost(inner, out) : -EOPNOTSUPP;
}

static int limit_commit(struct sink *s)
{
	return sink_commit(limit_of(s)->inner);
}

static void limit_retract(struct sink *s)
{
	sink_retract(limit_of(s)->inner);
}

static void limit_discard(struct sink *s)
{
	sink_discard(limit_of(s)->inner);
}

static void limit_close(struct sink *s)
{
	sink_close(limit_of(s)->inner);
	free(limit_of(s));
}

static const struct sink_ops limit_ops = {
	.kind = "limited",
	.write_at = limit_write_at,
	.reserve = limit_reserve,
	.left = limit_left,
	.sync = limit_sync,
	.sure = limit_sure,
	.cut_lost = limit_cut_lost,
	.commit = limit_commit,
	.retract = limit_retract,
	.discard = limit_discard,
	.close = limit_close,
};

int sink_limit_open(struct sink *inner, uint64_t limit, struct sink **out)
{
	struct limit_sink *l = calloc(1, sizeof(*l));

	if (!l) {
		sink_close(inner);
		return fail(-ENOMEM, "open a sink with a limit");
	}
	l->base = *inner;
	l->base.ops = &limit_ops;
	l->base.limit = limit;
	l->inner = inner;
	l->limit = limit;
	*out = &l->base;
	return 0;
}
