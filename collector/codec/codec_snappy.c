/* SPDX-License-Identifier: GPL-2.0-or-later */
/* codec_snappy.c - snappy's raw block format */
#if HAVE_SNAPPY
#include "codec/codec_impl.h"

#include "base/dumpfile.h"
#include "base/err.h"

#include <snappy-c.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* snappy allocates its tables itself; this is only a buffer for pages that grow. */
struct snappy_context {
	size_t capacity;
	char grown[];
};

static size_t snappy_memory(int level, size_t page)
{
	(void)level;
	return sizeof(struct snappy_context) + snappy_max_compressed_length(page) + (64u << 10);
}

static void *snappy_open(int level, size_t page)
{
	size_t capacity = snappy_max_compressed_length(page);
	struct snappy_context *c = malloc(sizeof(*c) + capacity);

	(void)level;
	if (c)
		c->capacity = capacity;
	return c;
}

static size_t codec_snappy_compress(void *ctx, const void *in, size_t len, void *out,
				    size_t capacity)
{
	struct snappy_context *c = ctx;
	bool direct = capacity >= snappy_max_compressed_length(len);
	size_t size = direct ? capacity : c->capacity;

	if (snappy_compress(in, len, direct ? out : c->grown, &size) != SNAPPY_OK || size >= len ||
	    size > capacity)
		return 0;
	if (!direct)
		memcpy(out, c->grown, size);
	return size;
}

/* It begins with its length when it is unpacked. */
static bool snappy_plausible(const void *in, size_t size, size_t len)
{
	size_t got;

	return snappy_uncompressed_length(in, size, &got) == SNAPPY_OK && got == len;
}

static int snappy_decompress(const void *in, size_t size, void *out, size_t len)
{
	size_t got = 0;

	if (snappy_uncompressed_length(in, size, &got) != SNAPPY_OK || got != len)
		return fail(-EBADMSG, "snappy page of %zu bytes", size);
	return snappy_uncompress(in, size, out, &got) == SNAPPY_OK && got == len
		       ? 0
		       : fail(-EBADMSG, "snappy page of %zu bytes", size);
}

const struct codec codec_snappy = {
	.name = "snappy",
	.letter = 'p',
	.flag = DUMP_SNAPPY,
	.memory = snappy_memory,
	.open = snappy_open,
	.compress = codec_snappy_compress,
	.close = free,
	.plausible = snappy_plausible,
	.decompress = snappy_decompress,
};
#endif
