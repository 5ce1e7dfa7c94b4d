/* SPDX-License-Identifier: GPL-2.0-or-later */
/* codec_lzo.c - LZO1X-1 */
#if HAVE_LZO
#include "codec/codec_impl.h"

#include "base/dumpfile.h"
#include "base/err.h"

#include <lzo/lzo1x.h>
#include <stdlib.h>
#include <string.h>

/* What cannot be compressed grows; LZO does not look at the room it has. */
static size_t bound(size_t page)
{
	return page + page / 16 + 64 + 3;
}

struct lzo_context {
	size_t page;
	lzo_align_t work[LZO1X_1_MEM_COMPRESS / sizeof(lzo_align_t)];
	unsigned char grown[]; /* bound(page) */
};

static size_t lzo_memory(int level, size_t page)
{
	(void)level;
	return sizeof(struct lzo_context) + bound(page);
}

static void *lzo_open(int level, size_t page)
{
	struct lzo_context *c;

	if (lzo_init() != LZO_E_OK)
		return NULL;
	c = malloc(lzo_memory(level, page));
	if (c)
		c->page = page;
	return c;
}

static size_t lzo_squeeze(void *ctx, const void *in, size_t len, void *out, size_t room)
{
	struct lzo_context *c = ctx;
	unsigned char *to = room >= bound(len) ? out : c->grown;
	lzo_uint size = bound(len);

	if (len > c->page || lzo1x_1_compress(in, len, to, &size, c->work) != LZO_E_OK ||
	    size >= len || size > room)
		return 0;
	if (to != out)
		memcpy(out, to, size);
	return size;
}

static int lzo_expand(const void *in, size_t size, void *out, size_t len)
{
	lzo_uint got = len;

	return lzo1x_decompress_safe(in, size, out, &got, NULL) == LZO_E_OK && got == len
		       ? 0
		       : fail(-EBADMSG, "lzo page of %zu bytes", size);
}

const struct codec codec_lzo = {
	.name = "lzo",
	.letter = 'l',
	.flag = DUMP_LZO,
	.memory = lzo_memory,
	.open = lzo_open,
	.squeeze = lzo_squeeze,
	.close = free,
	.expand = lzo_expand,
};
#endif
