/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_zstd_array.c - any array of struct page, as libzstd reads the frame of it; any frame, by
 * heads
 *
 * The input is a structure of 64 bytes, what is added to its first words from one to the next, and
 * bytes that are put anywhere: two of place, one of value.
 */
#include "codec/zstd_array.h"
#include "codec/zstd_frame.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum { PAGE = 4096, ROW = 64, STEPS = 4, WORD = 8 };

static void make_page(uint8_t *page, const uint8_t *data, size_t size)
{
	uint64_t words[ROW / WORD];

	memcpy(words, data, ROW);
	for (size_t at = 0; at < PAGE; at += ROW) {
		memcpy(page + at, words, ROW);
		for (size_t i = 0; i < STEPS; i++)
			words[i] += data[ROW + i];
	}
	for (size_t i = ROW + STEPS; i + 2 < size; i += 3)
		page[(data[i] << 8 | data[i + 1]) % PAGE] = data[i + 2];
}

/* By an array that may know the shape, and by one that does not. */
static void check(struct zstd_array *known, struct zstd_array *none, const uint8_t *page)
{
	uint8_t *out = malloc(PAGE), *fresh = malloc(PAGE), *back = malloc(PAGE);
	size_t size = zstd_array_compress(known, page, out, PAGE);

	if (zstd_array_compress(none, page, fresh, PAGE) != size || memcmp(out, fresh, size) != 0)
		abort();
	if (size &&
	    (!zstd_array_made(out, size) || ZSTD_decompress(back, PAGE, out, size) != PAGE ||
	     memcmp(back, page, PAGE) != 0))
		abort();
	free(out);
	free(fresh);
	free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct zstd_array *known, *none;
	uint8_t *page = malloc(PAGE);
	struct zstd_frame f;

	if (!known) {
		known = zstd_array_init(malloc(zstd_array_memory(PAGE)), PAGE);
		none = malloc(zstd_array_memory(PAGE));
	}
	if (zstd_frame_read(data, size, &f) && f.raw && f.literals + f.nr_literals > data + size)
		abort();
	if (size >= ROW + STEPS) {
		none = zstd_array_init(none, PAGE);
		make_page(page, data, size);
		check(known, none, page);
		for (size_t i = 0; i < PAGE; i++)
			page[i] ^= 0x55;
		check(known, none, page);
		check(known, zstd_array_init(none, PAGE), page);
	}
	free(page);
	return 0;
}
