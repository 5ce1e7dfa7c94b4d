/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * codec_zstd.c - one zstd frame a page
 *
 * A context is made for pages of one size, in memory that we allocate. For 4 KiB
 * zstd picks a hash table of 2^13 entries, where a page's own strings push each
 * other out. One of 2^15 takes 2 % off the time, and 6 % where a page is not
 * mem_map, for 128 KiB, and makes no bigger pages (0.03 %); a larger one gains
 * nothing. At 64 KiB zstd's choice is the faster one, and the smaller.
 *
 * Only the interface used here takes parameters as they are; the others shrink
 * the table again to fit the page.
 *
 * Two fifths of the time go into a Huffman code for the literals, and one page in
 * eight has too few, or too mixed ones, to gain by it: zstd builds the code, and
 * throws it away. Neighbours are alike, so the page after such a one is not asked,
 * as long as it has about as many literals: 4 to 8 % off the time, for pages
 * 0.1 to 0.2 % larger.
 */
#if HAVE_ZSTD
#define ZSTD_STATIC_LINKING_ONLY
#define ZSTD_DISABLE_DEPRECATE_WARNINGS
#include "codec/codec_impl.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/util.h"
#include "codec/zstd_array.h"
#include "codec/zstd_frame.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define FAST_HASH_LOG 15
#define FAST_PAGE_MAX 16384

struct zstd_context {
	ZSTD_CCtx *cctx;
	ZSTD_parameters param;
	size_t literals;	  /* of the page that gained nothing; 0: code them */
	uint8_t *other;		  /* a page, for settle() */
	struct zstd_array *array; /* NULL: at this level arrays are pages like any */
	uint64_t space[];	  /* of the cctx */
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

/* Other strategies know no levels below zero, and make smaller frames of arrays. */
static bool is_fast(const ZSTD_parameters *p)
{
	return p->cParams.strategy == ZSTD_fast;
}

static size_t array_memory(const ZSTD_parameters *p, size_t page)
{
	return is_fast(p) ? zstd_array_memory(page) : 0;
}

static size_t cctx_memory(const ZSTD_parameters *p)
{
	return align_size(ZSTD_estimateCCtxSize_usingCParams(p->cParams));
}

static size_t zstd_memory(int level, size_t page)
{
	const ZSTD_parameters p = parameters(level, page);

	return sizeof(struct zstd_context) + page + cctx_memory(&p) + array_memory(&p, page);
}

static void *zstd_open(int level, size_t page)
{
	struct zstd_context *c = malloc(zstd_memory(level, page));
	uint8_t *at;

	if (!c)
		return NULL;
	c->param = parameters(level, page);
	c->literals = 0;
	c->cctx = ZSTD_initStaticCCtx(c->space, cctx_memory(&c->param));
	at = (uint8_t *)c->space + cctx_memory(&c->param);
	c->array = is_fast(&c->param) ? zstd_array_init(at, page) : NULL;
	c->other = at + array_memory(&c->param, page);
	if (!c->cctx) {
		free(c);
		return NULL;
	}
	return c;
}

/* How many literals the frame holds as they are; 0 if they are coded, or not in its first block. */
static size_t raw_literals(const uint8_t *frame, size_t size)
{
	struct zstd_frame f;

	return zstd_frame_read(frame, size, &f) && f.raw ? f.nr_literals : 0;
}

/* Is a page with nr raw literals like the one that gained nothing by a code? */
static bool alike(size_t literals, size_t nr)
{
	size_t off = nr > literals ? nr - literals : literals - nr;

	return off <= literals / 4 + 16;
}

/* plain: literals stay as they are, as the levels below zero have it; the search is that of 0. */
static size_t compress_as(struct zstd_context *c, bool plain, const struct codec_page *in,
			  void *out, size_t capacity)
{
	ZSTD_parameters p = c->param;
	size_t size;

	if (plain)
		p.cParams.targetLength = 1;
	size = ZSTD_compress_advanced(c->cctx, out, capacity < in->len ? capacity : in->len - 1,
				      in->page, in->len, NULL, 0, p);
	return ZSTD_isError(size) ? 0 : size;
}

/* Decide from the compressed bytes of this page how to compress the next one. */
static void learn(struct zstd_context *c, const void *out, size_t size)
{
	size_t nr = is_fast(&c->param) ? raw_literals(out, size) : 0;

	if (!c->literals)
		c->literals = nr;
	else if (!nr || !alike(c->literals, nr))
		c->literals = 0;
}

/* 0: it is not an array. These frames depend on no page before, and no page after on them. */
static size_t compress_array(struct zstd_context *c, const struct codec_page *page, void *out,
			     size_t capacity)
{
	return c->array ? zstd_array_compress(c->array, page->page, out, capacity) : 0;
}

static size_t zstd_compress(void *ctx, const void *in, size_t len, void *out, size_t capacity)
{
	struct zstd_context *c = ctx;
	const struct codec_page page = { .page = in, .len = len };
	size_t size = compress_array(c, &page, out, capacity);

	if (size)
		return size;
	size = compress_as(c, c->literals != 0, &page, out, capacity);
	learn(c, out, size);
	return size;
}

/*
 * Bytes whose literals are not coded come of a plain try, or of one that gained nothing by a code;
 * those of both are the same. So
 *
 *                     a plain try now     a full one now
 *     not coded       the same            perhaps it gains
 *     coded           not the same        the same
 */
static bool zstd_adopt(void *ctx, const void *in, size_t size)
{
	struct zstd_context *c = ctx;
	bool coded = size > 0 && raw_literals(in, size) == 0;

	if (zstd_array_made(in, size))
		return true;
	if (is_fast(&c->param) && coded == (c->literals != 0))
		return false;
	learn(c, in, size);
	return true;
}

static bool is_same(const struct codec_page *page, const void *bytes, size_t size)
{
	return size == page->size && (size == 0 || memcmp(bytes, page->packed, size) == 0);
}

static size_t zstd_settle(void *ctx, const struct codec_page *page, void *out, size_t capacity)
{
	struct zstd_context *c = ctx;
	bool plain = c->literals != 0;
	size_t size = compress_array(c, page, out, capacity);

	if (size)
		return is_same(page, out, size) ? size : CODEC_NOT_OURS;
	size = compress_as(c, plain, page, out, capacity);
	if (!is_same(page, out, size)) {
		size_t other = compress_as(c, !plain, page, c->other, page->len);

		if (!is_same(page, c->other, other)) {
			learn(c, page->packed, page->size);
			return CODEC_NOT_OURS;
		}
	}
	learn(c, out, size);
	return size;
}

static void zstd_restart(void *ctx)
{
	struct zstd_context *c = ctx;

	c->literals = 0;
}

/* One whole frame; if it has a content size, that is the size of a page. */
static bool zstd_plausible(const void *in, size_t size, size_t len)
{
	unsigned long long content = ZSTD_getFrameContentSize(in, size);

	return (content == len || content == ZSTD_CONTENTSIZE_UNKNOWN) &&
	       ZSTD_findFrameCompressedSize(in, size) == size;
}

/*
 * One context for each thread, freed when it ends. zstd asks the processor what it is when a
 * context is made, and in a virtual machine the answer (CPUID) takes longer than two pages.
 */
static struct {
	pthread_once_t once;
	pthread_key_t key;
	bool has_key;
} decoders = { .once = PTHREAD_ONCE_INIT };

static void free_decoder(void *decoder)
{
	(void)ZSTD_freeDCtx(decoder);
}

static void make_key(void)
{
	decoders.has_key = pthread_key_create(&decoders.key, free_decoder) == 0;
}

/* NULL: none can be kept. */
static ZSTD_DCtx *decoder(void)
{
	ZSTD_DCtx *d;

	pthread_once(&decoders.once, make_key);
	if (!decoders.has_key)
		return NULL;
	d = pthread_getspecific(decoders.key);
	if (d)
		return d;
	d = ZSTD_createDCtx();
	if (d && pthread_setspecific(decoders.key, d) != 0) {
		(void)ZSTD_freeDCtx(d);
		d = NULL;
	}
	return d;
}

static int zstd_decompress(const void *in, size_t size, void *out, size_t len)
{
	ZSTD_DCtx *d = decoder();
	size_t got = d ? ZSTD_decompressDCtx(d, out, len, in, size)
		       : ZSTD_decompress(out, len, in, size);

	return !ZSTD_isError(got) && got == len ? 0
						: fail(-EBADMSG, "zstd page of %zu bytes", size);
}

const struct codec codec_zstd = {
	.name = "zstd",
	.letter = 'z',
	.flag = DUMP_ZSTD,
	.min = 1,
	.max = 19,
	.default_level = 1,
	.memory = zstd_memory,
	.open = zstd_open,
	.compress = zstd_compress,
	.restart = zstd_restart,
	.adopt = zstd_adopt,
	.settle = zstd_settle,
	.close = free,
	.plausible = zstd_plausible,
	.decompress = zstd_decompress,
};
#endif
