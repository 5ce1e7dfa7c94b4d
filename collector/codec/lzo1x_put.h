/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lzo1x_put.h - the pieces of an LZO1X stream, and how long a match is
 *
 * The stream, as far as we write it (Documentation/staging/lzo.rst of the kernel has all of
 * it; L length, D distance - 1, S literals that follow, at most 3):
 *
 *     n - 3, n bytes                     4 to 18 literals
 *     0, 0..., n - 18, n bytes           more; each 0 after the first adds 255
 *     (L-1)<<5 | (D&7)<<2 | S, D>>3      3 to 8 bytes from a distance of at most 2 KiB
 *     32 | L-2, D<<2 | S, D>>6           up to 33 bytes, distance of at most 16 KiB
 *     32, 0..., L-33, D<<2 | S, D>>6     more
 *     17, 0, 0                           the end
 *
 * The put functions write at out and return where it goes on: a pointer kept in a structure
 * would be stored and loaded again at each byte, because bytes may alias anything.
 */
#ifndef CODEC_LZO1X_PUT_H
#define CODEC_LZO1X_PUT_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	LZO1X_WORD = sizeof(uint64_t),
	LZO1X_BLOCK = 16,   /* is copied at once */
	LZO1X_SHORTEST = 4, /* below that a match saves nothing */
	LZO1X_LITERALS_IN_MATCH = 3,
	LZO1X_LITERALS_IN_BYTE = 18,
	LZO1X_NEAR_LENGTH = 8,
	LZO1X_NEAR = 2048,
	LZO1X_FAR_LENGTH = 33,
	LZO1X_FAR = 16384,
};

/* Byte i of the word is what lies at p + i. */
static inline uint64_t lzo1x_word(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

static inline size_t lzo1x_first_byte(uint64_t x)
{
	return (size_t)__builtin_ctzll(x) / 8;
}

/* What is left of a length whose field was too small: 255 for each zero, then the rest. */
static inline uint8_t *lzo1x_put_length(uint8_t *out, size_t n)
{
	for (; n > 255; n -= 255)
		*out++ = 0;
	*out++ = (uint8_t)n;
	return out;
}

static inline uint8_t *lzo1x_put_run(uint8_t *out, const uint8_t *from, size_t n)
{
	if (n <= LZO1X_LITERALS_IN_BYTE) {
		*out++ = (uint8_t)(n - 3);
	} else {
		*out++ = 0;
		out = lzo1x_put_length(out, n - LZO1X_LITERALS_IN_BYTE);
	}
	memcpy(out, from, n);
	return out + n;
}

/* Literals between two matches: the four bytes of the next match may be read along. */
static inline uint8_t *lzo1x_put_literals(uint8_t *out, const uint8_t *from, size_t n,
					  const uint8_t *end)
{
	if (n <= LZO1X_LITERALS_IN_MATCH) {
		out[-2] = (uint8_t)(out[-2] | n);
		memcpy(out, from, LZO1X_SHORTEST);
		return out + n;
	}
	if (n <= LZO1X_BLOCK && end - from >= LZO1X_BLOCK) {
		*out++ = (uint8_t)(n - 3);
		memcpy(out, from, LZO1X_BLOCK);
		return out + n;
	}
	return lzo1x_put_run(out, from, n);
}

static inline uint8_t *lzo1x_put_long_match(uint8_t *out, uint32_t d, size_t len)
{
	*out++ = 32;
	out = lzo1x_put_length(out, len - LZO1X_FAR_LENGTH);
	*out++ = (uint8_t)(d << 2);
	*out++ = (uint8_t)(d >> 6);
	return out;
}

/* Which of the two short forms fits cannot be foreseen: both are made up, no branch is taken. */
static inline uint8_t *lzo1x_put_match(uint8_t *out, size_t distance, size_t len)
{
	uint32_t d = (uint32_t)distance - 1, l = (uint32_t)len;
	uint32_t near = (l - 1) << 5 | (d & 7) << 2 | d >> 3 << 8;
	uint32_t far = 32 | (l - 2) | d << 10;
	bool is_near = (len <= LZO1X_NEAR_LENGTH) & (distance <= LZO1X_NEAR);
	uint32_t form = htole32(is_near ? near : far);

	if (len > LZO1X_FAR_LENGTH)
		return lzo1x_put_long_match(out, d, len);
	memcpy(out, &form, sizeof(form));
	return out + 3 - is_near;
}

/* The literals after the last match, and the end. */
static inline uint8_t *lzo1x_put_end(uint8_t *out, const uint8_t *from, size_t n)
{
	if (n > LZO1X_LITERALS_IN_MATCH) {
		out = lzo1x_put_run(out, from, n);
	} else {
		out[-2] = (uint8_t)(out[-2] | n);
		memcpy(out, from, n);
		out += n;
	}
	*out++ = 17;
	*out++ = 0;
	*out++ = 0;
	return out;
}

/* How far p agrees with what lies before; differ: what differs in the first word. */
static inline size_t lzo1x_match_length(const uint8_t *p, const uint8_t *before, const uint8_t *end,
					uint64_t differ)
{
	size_t len = 0;

	while (differ == 0) {
		len += LZO1X_WORD;
		if (end - (p + len) < LZO1X_WORD)
			break;
		differ = lzo1x_word(p + len) ^ lzo1x_word(before + len);
	}
	if (differ)
		return len + lzo1x_first_byte(differ);
	while (p + len < end && p[len] == before[len])
		len++;
	return len;
}

#endif
