/* SPDX-License-Identifier: GPL-2.0-or-later */
/* codec_lzo.c - LZO1X, by lzo1x.h */
#if HAVE_LZO
#include "codec/codec_impl.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "codec/lzo1x.h"

#include <stdlib.h>
#include <string.h>

struct lzo_context {
	size_t page;
	struct lzo1x_table table;
	struct lzo1x_shapes *shapes;
	uint8_t *grown;	 /* lzo1x_bound(page): what cannot be compressed grows */
	uint64_t more[]; /* of shapes, then of grown */
};

static size_t lzo_memory(int level, size_t page)
{
	(void)level;
	return sizeof(struct lzo_context) + lzo1x_shapes_memory(page) + lzo1x_bound(page);
}

static void *lzo_open(int level, size_t page)
{
	struct lzo_context *c;

	if (page < LZO1X_PAGE_MIN || page > LZO1X_PAGE_MAX)
		return NULL;
	c = malloc(lzo_memory(level, page));
	if (!c)
		return NULL;
	c->page = page;
	c->shapes = lzo1x_shapes_init(c->more, page);
	c->grown = (uint8_t *)c->more + lzo1x_shapes_memory(page);
	return c;
}

static size_t lzo_compress(void *ctx, const void *in, size_t len, void *out, size_t capacity)
{
	struct lzo_context *c = ctx;
	uint8_t *to = capacity >= lzo1x_bound(len) ? out : c->grown;
	size_t size;

	if (len != c->page)
		return 0;
	if (lzo1x_is_array(in, len))
		size = lzo1x_compress_array(c->shapes, in, to);
	else
		size = lzo1x_compress(&c->table, in, len, to);
	if (size >= len || size > capacity)
		return 0;
	if (to != out)
		memcpy(out, to, size);
	return size;
}

/* No header, but an end: a match of length 2 and distance 0 of the longest kind. */
static bool lzo_plausible(const void *in, size_t size, size_t len)
{
	static const uint8_t end[] = { 0x11, 0, 0 };
	const uint8_t *p = in;

	return size > sizeof(end) && size <= len &&
	       memcmp(p + size - sizeof(end), end, sizeof(end)) == 0;
}

static int lzo_decompress(const void *in, size_t size, void *out, size_t len)
{
	return lzo1x_decompress_page(in, size, out, len) == 0
		       ? 0
		       : fail(-EBADMSG, "lzo page of %zu bytes", size);
}

const struct codec codec_lzo = {
	.name = "lzo",
	.letter = 'l',
	.flag = DUMP_LZO,
	.memory = lzo_memory,
	.open = lzo_open,
	.compress = lzo_compress,
	.close = free,
	.plausible = lzo_plausible,
	.decompress = lzo_decompress,
};
#endif
