/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink_sum.c - checksums of what goes through a sink */
#include "output/sums.h"

#include "base/err.h"
#include "base/util.h"
#include "base/xsum.h"

#include <inttypes.h>
#include <stdlib.h>

#define GAP_MAX (UINT64_C(1) << 32) /* bytes that are not written, at once */

struct sums {
	bool whole;
	bool broken; /* not in order, or written twice */
	bool ended;  /* cut: nothing more is added */
	uint64_t from, bytes;
	struct xsum *one;	/* whole */
	struct xsum_tree *tree; /* page data in order */
	struct xsum_set *set;	/* page data in any order; NULL: there was none */
};

struct sum_sink {
	struct sink base;
	struct sink *inner;
	struct sums *sums;
};

struct sums *sums_new(bool whole)
{
	struct sums *s = calloc(1, sizeof(*s));
	int rc = s ? 0 : -ENOMEM;

	if (s && whole)
		rc = xsum_open(&s->one);
	if (s && !whole) {
		s->tree = calloc(1, sizeof(*s->tree));
		rc = s->tree ? xsum_tree_init(s->tree, XSUM_PIECE) : -ENOMEM;
	}
	if (rc == 0) {
		s->whole = whole;
		return s;
	}
	sums_free(s);
	return NULL;
}

void sums_free(struct sums *s)
{
	if (!s)
		return;
	xsum_close(s->one);
	if (s->tree)
		xsum_tree_fini(s->tree);
	free(s->tree);
	free(s->set);
	free(s);
}

static int renew(struct sums *s, bool whole)
{
	struct sums *fresh = sums_new(whole), old = *s;

	if (!fresh)
		return fail(-ENOMEM, "checksums");
	*s = *fresh;
	*fresh = old;
	sums_free(fresh);
	return 0;
}

int sums_restart(struct sums *s)
{
	return renew(s, s->whole);
}

static struct sum_sink *sum_of(const struct sink *s)
{
	return container_of(s, struct sum_sink, base);
}

static void add_whole(struct sums *s, uint64_t off, const void *buf, size_t len)
{
	s->broken |= off != s->bytes;
	if (!s->broken)
		xsum_add(s->one, buf, len);
	s->bytes += len;
}

/* What is never written reads as zeros. */
static void add_gap(struct sums *s, uint64_t len)
{
	static const uint8_t zeros[4096];

	while (len > 0) {
		size_t n = len < sizeof(zeros) ? (size_t)len : sizeof(zeros);

		xsum_tree_add(s->tree, zeros, n);
		len -= n;
	}
}

/* Headers, bitmaps and descriptors lie before the page data, and come in any order. */
static void add_pages(struct sums *s, uint64_t from, uint64_t off, const void *buf, size_t len)
{
	uint64_t at;

	if (from == 0 || off + len <= from || s->ended || s->broken)
		return;
	if (s->tree->bytes == 0)
		s->from = off;
	at = s->from + s->tree->bytes;
	s->broken = off < at || off - at > GAP_MAX;
	if (s->broken)
		return;
	add_gap(s, off - at);
	xsum_tree_add(s->tree, buf, len);
	s->bytes = s->tree->bytes;
}

/* The same where pages come in any order. */
static void add_units(struct sums *s, const struct sink *at, uint64_t off, const void *buf,
		      size_t len)
{
	uint64_t unit = at->data_unit;

	if (at->data_from == 0 || off + len <= at->data_from || s->ended || s->broken)
		return;
	if (!s->set) {
		s->set = malloc(sizeof(*s->set));
		if (s->set)
			xsum_set_init(s->set, unit, XSUM_PIECE);
	}
	s->broken = !s->set || off < at->data_from || (off - at->data_from) % unit || len % unit;
	if (s->broken)
		return;
	s->from = at->data_from;
	xsum_set_add(s->set, off - s->from, buf, len);
	s->bytes = s->set->end;
}

/* What was not written has no sum. */
static int sum_write_at(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	struct sum_sink *w = sum_of(s);
	int rc = sink_write_at(w->inner, off, buf, len);

	s->taken = w->inner->taken;
	if (rc < 0)
		len = w->sums->whole || s->data_unit ? 0 : s->taken;
	if (len == 0)
		return rc;
	if (w->sums->whole)
		add_whole(w->sums, off, buf, len);
	else if (s->data_unit)
		add_units(w->sums, s, off, buf, len);
	else
		add_pages(w->sums, s->data_from, off, buf, len);
	return rc;
}

static int sum_reserve(struct sink *s, uint64_t off, uint64_t len)
{
	return sink_reserve(sum_of(s)->inner, off, len);
}

static uint64_t sum_left(const struct sink *s, uint64_t off)
{
	return sink_left(sum_of(s)->inner, off);
}

static int sum_sync(struct sink *s)
{
	return sink_sync(sum_of(s)->inner);
}

static uint64_t sum_sure(const struct sink *s)
{
	return sink_sure(sum_of(s)->inner);
}

static int sum_cut_lost(struct sink *s, uint64_t *out)
{
	struct sum_sink *w = sum_of(s);
	struct sums *sums = w->sums;
	int rc = w->inner->ops->cut_lost ? w->inner->ops->cut_lost(w->inner, out) : -EOPNOTSUPP;

	if (rc < 0 || sums->whole || sums->ended)
		return rc;
	if (*out >= sums->from + sums->bytes)
		return rc;
	if (sums->set)
		xsum_set_cut(sums->set, *out > sums->from ? *out - sums->from : 0);
	else
		xsum_tree_cut(sums->tree, *out > sums->from ? *out - sums->from : 0);
	sums->bytes = sums->set ? sums->set->end : sums->tree->bytes;
	sums->ended = true;
	return rc;
}

static int sum_commit(struct sink *s)
{
	return sink_commit(sum_of(s)->inner);
}

static void sum_retract(struct sink *s)
{
	sink_retract(sum_of(s)->inner);
}

static void sum_discard(struct sink *s)
{
	sum_of(s)->sums->broken = true;
	sink_discard(sum_of(s)->inner);
}

static void sum_close(struct sink *s)
{
	sink_close(sum_of(s)->inner);
	free(sum_of(s));
}

static const struct sink_ops sum_ops = {
	.kind = "with checksums",
	.write_at = sum_write_at,
	.reserve = sum_reserve,
	.left = sum_left,
	.sync = sum_sync,
	.sure = sum_sure,
	.cut_lost = sum_cut_lost,
	.commit = sum_commit,
	.retract = sum_retract,
	.discard = sum_discard,
	.close = sum_close,
};

int sink_sum_open(struct sink *inner, struct sums *sums, struct sink **out)
{
	struct sum_sink *w = calloc(1, sizeof(*w));
	int rc = w ? 0 : fail(-ENOMEM, "checksums");

	if (rc == 0 && !inner->seekable && !sums->whole)
		rc = renew(sums, true);
	if (rc < 0) {
		sink_close(inner);
		free(w);
		return rc;
	}
	w->base = *inner;
	w->base.ops = &sum_ops;
	w->inner = inner;
	w->sums = sums;
	*out = &w->base;
	return 0;
}

static void put_pages(FILE *f, struct sums *s)
{
	const struct xsum_tree *t = s->tree;

	if (!s->ended)
		xsum_tree_end(s->tree);
	fprintf(f,
		"{\"kind\":\"pages\",\"from\":%" PRIu64 ",\"to\":%" PRIu64 ",\"piece\":%" PRIu64
		",\"xxh3_64\":\"",
		s->from, s->from + t->bytes, t->piece);
	for (unsigned i = 0; i < t->nr; i++)
		fprintf(f, "%016" PRIx64, t->sum[i]);
	fputs("\"}", f);
}

static void put_units(FILE *f, const struct sums *s)
{
	const struct xsum_set *t = s->set;

	fprintf(f,
		"{\"kind\":\"units\",\"from\":%" PRIu64 ",\"to\":%" PRIu64 ",\"piece\":%" PRIu64
		",\"unit\":%" PRIu64 ",\"xxh3_64\":\"",
		s->from, s->from + t->end, t->piece, t->unit);
	for (unsigned i = 0; i < xsum_set_nr(t); i++)
		fprintf(f, "%016" PRIx64, t->sum[i]);
	fputs("\"}", f);
}

void sums_json(FILE *f, struct sums *s)
{
	char text[XSUM_TEXT];

	if (s->broken || s->bytes == 0) {
		fputs("null", f);
	} else if (s->set) {
		put_units(f, s);
	} else if (!s->whole) {
		put_pages(f, s);
	} else {
		xsum_text(s->one, text);
		fprintf(f, "{\"kind\":\"whole\",\"bytes\":%" PRIu64 ",\"xxh3_128\":\"%s\"}",
			s->bytes, text);
	}
}

int sums_write(const char *path, struct sums *s)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return fail(-errno, "open %s", path);
	sums_json(f, s);
	return fclose(f) ? fail(-errno, "write %s", path) : 0;
}
