/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lzo1x_hash.c - LZO1X of any page: matches found by a hash of their first four bytes */
#include "codec/lzo1x.h"

#include "codec/lzo1x_put.h"

enum {
	FIRST = 4, /* the first match begins after it: fewer literals have no form of their own */
	PATIENCE = 5, /* after 1 << PATIENCE bytes without a match each step is one byte longer */
};

static inline uint32_t four_bytes(const uint8_t *p)
{
	return (uint32_t)lzo1x_word(p);
}

/* Note that the bytes are at this position; was a match seen there before? */
static inline bool probe(struct lzo1x_table *table, const uint8_t *in, uint32_t at, uint32_t bytes,
			 uint32_t *before)
{
	uint16_t *slot = &table->seen[bytes * 0x9e3779b1u >> (32 - LZO1X_TABLE_BITS)];
	uint32_t seen = *slot;

	*slot = (uint16_t)at;
	*before = seen;
	return four_bytes(in + seen) == bytes && at - seen <= LZO1X_FAR;
}

/*
 * The next position from at on and before `to` where something begins that was at *before, or
 * `to`. What is not in the table is looked for at the beginning of the page: to find that it
 * is not there costs less than to ask. While every position is tried, two share one word and one
 * turn of the loop, which takes a tenth off the time of a page.
 */
static inline uint32_t find(struct lzo1x_table *table, const uint8_t *in, uint32_t at, uint32_t to,
			    uint32_t *before)
{
	uint32_t from = at, patient = at + (1 << PATIENCE);

	if (patient < to)
		for (; at < patient; at += 2) {
			uint64_t word = lzo1x_word(in + at);

			if (probe(table, in, at, (uint32_t)word, before))
				return at;
			if (probe(table, in, at + 1, (uint32_t)(word >> 8), before))
				return at + 1;
		}
	for (; at < to; at += 1 + ((at - from) >> PATIENCE))
		if (probe(table, in, at, four_bytes(in + at), before))
			return at;
	return to;
}

/* How many bytes before both positions are equal too, down to floor: fewer literals. */
static inline uint32_t agree_before(const uint8_t *in, uint32_t at, uint32_t before, uint32_t floor)
{
	uint32_t n = 0;

	while (at - n > floor && before > n && in[at - n - 1] == in[before - n - 1])
		n++;
	return n;
}

size_t lzo1x_compress(struct lzo1x_table *table, const uint8_t *in, size_t len, uint8_t *out)
{
	uint32_t todo = 0, at = FIRST, to = (uint32_t)len - LZO1X_WORD, before = 0;
	uint8_t *put = out;

	memset(table, 0, sizeof(*table));
	while ((at = find(table, in, at, to, &before)) < to) {
		uint64_t differ = lzo1x_word(in + at) ^ lzo1x_word(in + before);
		size_t n = lzo1x_match_length(in + at, in + before, in + len, differ);
		uint32_t more = agree_before(in, at, before, todo ? todo : FIRST);

		put = lzo1x_put_literals(put, in + todo, at - more - todo, in + len);
		put = lzo1x_put_match(put, at - before, n + more);
		at += (uint32_t)n;
		todo = at;
	}
	put = lzo1x_put_end(put, in + todo, len - todo);
	return (size_t)(put - out);
}
