/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lzo1x_array.c - LZO1X of an array of struct page: matches at one distance, without a table */
#include "codec/lzo1x.h"

#include "codec/lzo1x_put.h"

enum { STRIDE = 64 }; /* sizeof(struct page) */

/* 0x80 in each byte of x that is zero. */
static inline uint64_t zero_bytes(uint64_t x)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7f;

	return ~(((x & low) + low) | x | low);
}

/*
 * Matches at this distance that begin from p on and before `to`, which has a word behind it.
 * *todo is the first byte not written yet.
 */
static inline uint8_t *squeeze_range(uint8_t *out, const uint8_t **todo, const uint8_t *p,
				     const uint8_t *to, const uint8_t *end, size_t distance)
{
	const uint8_t *from = *todo;

	while (p < to) {
		uint64_t differ = lzo1x_word(p) ^ lzo1x_word(p - distance), zero, four;
		size_t len;

		if (differ & 0xffffffff) {
			zero = zero_bytes(differ);
			four = zero & zero >> 8 & zero >> 16 & zero >> 24;
			p += four ? lzo1x_first_byte(four) : LZO1X_WORD - LZO1X_SHORTEST + 1;
			if (!four || p >= to)
				continue;
			differ = lzo1x_word(p) ^ lzo1x_word(p - distance);
		}
		len = lzo1x_match_length(p, p - distance, end, differ);
		out = lzo1x_put_literals(out, from, (size_t)(p - from), end);
		out = lzo1x_put_match(out, distance, len);
		p += len;
		from = p;
	}
	*todo = from;
	return out;
}

bool lzo1x_is_array(const uint8_t *in, size_t len)
{
	size_t same = 0, words = 0;

	for (size_t block = STRIDE; block < len; block += len / 8)
		for (size_t i = 0; i < STRIDE; i += LZO1X_WORD, words++)
			same += lzo1x_word(in + block + i) == lzo1x_word(in + block + i - STRIDE);
	return 2 * same > words;
}

/* The first literals are at least a word: there is no match before them to hold their number. */
size_t lzo1x_squeeze_array(const uint8_t *in, size_t len, uint8_t *out)
{
	const uint8_t *todo = in, *second = in + STRIDE, *end = in + len;
	uint8_t *at = out;

	/* The first structure has none before it, but much of it is words that repeat. */
	at = squeeze_range(at, &todo, in + LZO1X_WORD, second, end, LZO1X_WORD);
	at = squeeze_range(at, &todo, todo > second ? todo : second, end - LZO1X_WORD, end, STRIDE);
	at = lzo1x_put_end(at, todo, (size_t)(end - todo));
	return (size_t)(at - out);
}
