/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_lzo1x.c - any page, compressed both ways, as liblzo2 and we read it; any stream, as both do
 *
 * The input is a recipe: a byte below 128 is a literal, any other a copy of up to 64 bytes
 * from as far back as the byte after it says, times eight.
 */
#include "codec/lzo1x.h"

#include <lzo/lzo1x.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = LZO1X_PAGE_MIN };

static void make_page(uint8_t *page, const uint8_t *data, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i + 1 < size && at < PAGE; i++) {
		size_t n = data[i] < 128 ? 0 : data[i] - 127u, back = data[i + 1] * 8u + 1;

		if (n == 0 || back > at) {
			page[at++] = data[i];
			continue;
		}
		for (i++; n > 0 && at < PAGE; n--, at++)
			page[at] = page[at - back];
	}
}

static void check(const uint8_t *page, const uint8_t *out, size_t size)
{
	uint8_t back[PAGE];
	lzo_uint got = PAGE;

	if (size > lzo1x_bound(PAGE) ||
	    lzo1x_decompress_safe(out, size, back, &got, NULL) != LZO_E_OK || got != PAGE ||
	    memcmp(back, page, PAGE) != 0)
		abort();
	memset(back, 0, PAGE);
	if (lzo1x_decompress_page(out, size, back, PAGE) < 0 || memcmp(back, page, PAGE) != 0)
		abort();
}

/* The first page of its shape, the second and the third, whose stream is a copy; then another. */
static void check_array(struct lzo1x_shapes *shapes, uint8_t *page, uint8_t *out)
{
	check(page, out, lzo1x_compress_array(shapes, page, out));
	for (size_t i = 0; i < PAGE; i++)
		page[i] ^= 0x55;
	check(page, out, lzo1x_compress_array(shapes, page, out));
	check(page, out, lzo1x_compress_array(shapes, page, out));
	page[PAGE / 2] ^= 1;
	check(page, out, lzo1x_compress_array(shapes, page, out));
}

/* The verdict on a stream that nobody made is the same, and so is what it becomes. */
static void check_stream(const uint8_t *data, size_t size, size_t len)
{
	uint8_t *ours = malloc(len), *theirs = malloc(len);
	lzo_uint got = len;
	bool sound =
		lzo1x_decompress_safe(data, size, theirs, &got, NULL) == LZO_E_OK && got == len;

	if (sound != (lzo1x_decompress_page(data, size, ours, len) == 0) ||
	    (sound && memcmp(ours, theirs, len) != 0))
		abort();
	free(ours);
	free(theirs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lzo1x_table table;
	static struct lzo1x_shapes *shapes;
	uint8_t *page = calloc(1, PAGE), *out = malloc(lzo1x_bound(PAGE));

	if (!shapes)
		shapes = lzo1x_shapes_init(malloc(lzo1x_shapes_memory(PAGE)), PAGE);
	make_page(page, data, size);
	(void)lzo1x_is_array(page, PAGE);
	check(page, out, lzo1x_compress(&table, page, PAGE, out));
	check_array(shapes, page, out);
	for (size_t len = 1; len <= PAGE && size > 0; len *= 4)
		check_stream(data, size, len);
	free(page);
	free(out);
	return 0;
}
