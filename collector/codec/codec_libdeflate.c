/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * codec_libdeflate.c - zlib streams (RFC 1950) by libdeflate
 *
 * On pages of real dumps, against zlib's level 1:
 *
 *     libdeflate's level    time         size
 *     1                     0.48-0.58    0.99-1.04
 *     2                     0.58-0.70    0.96-0.98
 *     our level 1           0.59-0.61    0.98-0.99
 *
 * Level 1 loses on code and other dense data. On pages with zeros in them it loses next to
 * nothing, so our level 1 uses libdeflate's level 1 for those and its level 2 for the rest.
 */
#include "codec/codec_impl.h"

#if HAVE_LIBDEFLATE

#include "base/dumpfile.h"
#include "base/err.h"
#include "codec/zlib_header.h"

#include <libdeflate.h>
#include <stdbool.h>
#include <stdlib.h>

/* Tables of libdeflate 1.14, rounded up; test_codec.c compares with what it takes. */
#define FAST_BYTES ((size_t)208 << 10)
#define FULL_BYTES ((size_t)672 << 10)

struct zlib_ctx {
	struct libdeflate_compressor *fast; /* NULL above level 1 */
	struct libdeflate_compressor *full;
};

static size_t zlib_memory(int level, size_t page)
{
	(void)page; /* its tables have one size */
	return sizeof(struct zlib_ctx) + FULL_BYTES + (level <= 1 ? FAST_BYTES : 0);
}

static void zlib_close(void *ctx)
{
	struct zlib_ctx *z = ctx;

	if (!z)
		return;
	libdeflate_free_compressor(z->fast);
	libdeflate_free_compressor(z->full);
	free(z);
}

static void *zlib_open(int level, size_t page)
{
	struct zlib_ctx *z = calloc(1, sizeof(*z));

	(void)page;
	if (!z)
		return NULL;
	if (level <= 1)
		z->fast = libdeflate_alloc_compressor(1);
	z->full = libdeflate_alloc_compressor(level <= 1 ? 2 : level);
	if (!z->full || (level <= 1 && !z->fast)) {
		zlib_close(z);
		return NULL;
	}
	return z;
}

/*
 * Fewer than one byte in 16 is zero, by a sample. Depends on nothing but the
 * page: the same page must become the same bytes on every thread.
 */
static bool is_dense(const uint8_t *in, size_t len)
{
	const size_t stride = 7; /* odd: visits every byte of a word alike */
	size_t zero = 0;

	for (size_t i = 0; i < len; i += stride)
		zero += in[i] == 0;
	return zero < len / stride / 16;
}

static size_t zlib_compress(void *ctx, const void *in, size_t len, void *out, size_t capacity)
{
	struct zlib_ctx *z = ctx;
	bool fast = z->fast && !is_dense(in, len);

	if (len == 0)
		return 0;
	/* The output is smaller than the page: it gives up as soon as the page would not shrink. */
	return libdeflate_zlib_compress(fast ? z->fast : z->full, in, len, out,
					capacity < len ? capacity : len - 1);
}

static int zlib_decompress(const void *in, size_t size, void *out, size_t len)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	enum libdeflate_result res;

	if (!d)
		return fail(-ENOMEM, "zlib page");
	/* NULL for the actual length: any other length than len is an error. */
	res = libdeflate_zlib_decompress(d, in, size, out, len, NULL);
	libdeflate_free_decompressor(d);
	return res == LIBDEFLATE_SUCCESS ? 0 : fail(-EBADMSG, "zlib page of %zu bytes", size);
}

const struct codec codec_zlib = {
	.name = "zlib",
	.letter = 'c',
	.flag = DUMP_ZLIB,
	.min = 1,
	.max = 9,
	.default_level = 1,
	.memory = zlib_memory,
	.open = zlib_open,
	.compress = zlib_compress,
	.close = zlib_close,
	.plausible = zlib_plausible,
	.decompress = zlib_decompress,
};

#endif
