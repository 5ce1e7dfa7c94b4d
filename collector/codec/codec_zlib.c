/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * codec_zlib.c - zlib streams by zlib, where libdeflate is missing
 */
#include "codec/codec_impl.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "codec/zlib_header.h"

#include <stdlib.h>

#if !HAVE_LIBDEFLATE
#include <zlib.h>

#define DEFAULT_LEVEL 1
#define MAX_LEVEL     9

static size_t zlib_memory(int level, size_t page)
{
	(void)level;
	(void)page;
	return 280u << 10; /* zlib's manual: 2^17 + 2^17 bytes and small change */
}

static void *zlib_open(int level, size_t page)
{
	z_stream *z = calloc(1, sizeof(*z));

	(void)page;
	if (z && deflateInit(z, level) != Z_OK) {
		free(z);
		z = NULL;
	}
	return z;
}

static size_t zlib_compress(void *ctx, const void *in, size_t len, void *out, size_t capacity)
{
	z_stream *z = ctx;
	int rc;

	deflateReset(z);
	z->next_in = (void *)(uintptr_t)in;
	z->avail_in = (unsigned)len;
	z->next_out = out;
	z->avail_out = (unsigned)(capacity < len ? capacity : len - 1);
	rc = deflate(z, Z_FINISH);
	return rc == Z_STREAM_END ? z->total_out : 0;
}

static void zlib_close(void *ctx)
{
	if (ctx)
		deflateEnd(ctx);
	free(ctx);
}

static int zlib_decompress(const void *in, size_t size, void *out, size_t len)
{
	uLongf got = len;

	return uncompress(out, &got, in, size) == Z_OK && got == len
		       ? 0
		       : fail(-EBADMSG, "zlib page of %zu bytes", size);
}

const struct codec codec_zlib = {
	.name = "zlib",
	.letter = 'c',
	.flag = DUMP_ZLIB,
	.min = 1,
	.max = MAX_LEVEL,
	.default_level = DEFAULT_LEVEL,
	.memory = zlib_memory,
	.open = zlib_open,
	.compress = zlib_compress,
	.close = zlib_close,
	.plausible = zlib_plausible,
	.decompress = zlib_decompress,
};
#endif
