/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * codec_zstd.c - one zstd frame a page
 *
 * A context made for pages of one size, in memory we count ourselves. For 4 KiB
 * zstd picks a hash table of 2^13 entries, where a page's own strings push each
 * other out. One of 2^15 takes 2 % off the time, and 6 % where a page is not
 * mem_map, for 128 KiB, and makes no bigger pages (0.03 %); a larger one gains
 * nothing. At 64 KiB zstd's choice is the faster one, and the smaller.
 *
 * Only the interface used here takes parameters as they are; the others shrink
 * the table again to fit the page.
 */
#if HAVE_ZSTD
#define ZSTD_STATIC_LINKING_ONLY
#define ZSTD_DISABLE_DEPRECATE_WARNINGS
#include "codec/codec_impl.h"

#include "base/dumpfile.h"
#include "base/err.h"

#include <stdlib.h>
#include <zstd.h>

#define FAST_HASH_LOG 15
#define FAST_PAGE_MAX 16384

struct zstd_context {
	ZSTD_CCtx *cctx;
	ZSTD_parameters param;
	uint64_t space[]; /* of the cctx */
};

static ZSTD_parameters parameters(int level, size_t page)
{
	ZSTD_parameters p = ZSTD_getParams(level, page, 0);

	if (p.cParams.strategy == ZSTD_fast && page <= FAST_PAGE_MAX &&
	    p.cParams.hashLog < FAST_HASH_LOG)
		p.cParams.hashLog = FAST_HASH_LOG;
	p.fParams.contentSizeFlag = 1;
	return p;
}

static size_t zstd_memory(int level, size_t page)
{
	return sizeof(struct zstd_context) +
	       ZSTD_estimateCCtxSize_usingCParams(parameters(level, page).cParams);
}

static void *zstd_open(int level, size_t page)
{
	size_t memory = zstd_memory(level, page);
	struct zstd_context *c = malloc(memory);

	if (!c)
		return NULL;
	c->param = parameters(level, page);
	c->cctx = ZSTD_initStaticCCtx(c->space, memory - sizeof(*c));
	if (!c->cctx) {
		free(c);
		return NULL;
	}
	return c;
}

static size_t zstd_squeeze(void *ctx, const void *in, size_t len, void *out, size_t room)
{
	struct zstd_context *c = ctx;
	size_t size = ZSTD_compress_advanced(c->cctx, out, room < len ? room : len - 1, in, len,
					     NULL, 0, c->param);

	return ZSTD_isError(size) ? 0 : size;
}

static int zstd_expand(const void *in, size_t size, void *out, size_t len)
{
	size_t got = ZSTD_decompress(out, len, in, size);

	return !ZSTD_isError(got) && got == len ? 0
						: fail(-EBADMSG, "zstd page of %zu bytes", size);
}

const struct codec codec_zstd = {
	.name = "zstd",
	.letter = 'z',
	.flag = DUMP_ZSTD,
	.min = 1,
	.max = 19,
	.usual = 1,
	.memory = zstd_memory,
	.open = zstd_open,
	.squeeze = zstd_squeeze,
	.close = free,
	.expand = zstd_expand,
};
#endif
