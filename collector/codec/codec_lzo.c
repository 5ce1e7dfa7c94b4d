/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * codec_lzo.c - LZO1X-1
 *
 * lzo1x_1 clears a table of 32 KiB for every page, lzo1x_1_11 one of 4 KiB. Most kept pages
 * are arrays of struct page, where every 64 bytes begin alike: there the small table finds
 * the same matches (0.3 % less output on a vmcore of 8 GiB), and such a page takes some 5 %
 * less time, more where a machine is emulated. On other pages the large table saves 0.4 % of
 * output.
 */
#if HAVE_LZO
#include "codec/codec_impl.h"

#include "base/dumpfile.h"
#include "base/err.h"

#include <lzo/lzo1x.h>
#include <stdbool.h>
#include <stdint.h>
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

/*
 * Half of the 64-byte blocks begin with the same word as the one before. Depends on nothing
 * but the page: the same page must become the same bytes on every thread.
 */
static bool is_array(const unsigned char *in, size_t len)
{
	size_t same = 0;

	for (size_t i = 64; i < len; i += 64)
		same += memcmp(in + i, in + i - 64, sizeof(uint64_t)) == 0;
	return same >= len / 128;
}

static size_t lzo_squeeze(void *ctx, const void *in, size_t len, void *out, size_t room)
{
	struct lzo_context *c = ctx;
	unsigned char *to = room >= bound(len) ? out : c->grown;
	lzo_uint size = bound(len);
	int rc;

	if (len > c->page)
		return 0;
	if (is_array(in, len))
		rc = lzo1x_1_11_compress(in, len, to, &size, c->work);
	else
		rc = lzo1x_1_compress(in, len, to, &size, c->work);
	if (rc != LZO_E_OK || size >= len || size > room)
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
