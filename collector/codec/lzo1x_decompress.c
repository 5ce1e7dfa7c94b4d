/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lzo1x_decompress.c - LZO1X back into a page
 *
 * A stream is a row of instructions (lzo1x_put.h has the ones that we write; t the first byte, S
 * literals that follow a match):
 *
 *     t        after a match with S = 0   after S of 1 to 3        after a literal run
 *     0-15     run of t + 3 literals      2 bytes, up to 1 KiB     3 bytes, 2 KiB to 3 KiB
 *     16-31    a match from 16 KiB to 48 KiB; from exactly 16 KiB: the end
 *     32-63    a match from up to 16 KiB
 *     64-255   a match of 3 to 8 bytes from up to 2 KiB
 *
 * A first byte above 17 is a run of t - 17 literals. Where there is space for it, 16 bytes are
 * copied at once, and what is too much is overwritten by what follows.
 */
#include "codec/lzo1x.h"

#include <errno.h>
#include <string.h>

#define INLINED static inline __attribute__((always_inline))

enum { CHUNK = 16, RUN = 4, LONGEST = 1 << 24 };

struct stream {
	const uint8_t *in, *in_end;
	uint8_t *out, *out_start, *out_end;
	unsigned state; /* literals after the last match, RUN: a run of them */
	bool ended;
};

INLINED size_t left_in(const struct stream *x)
{
	return (size_t)(x->in_end - x->in);
}

INLINED size_t left_out(const struct stream *x)
{
	return (size_t)(x->out_end - x->out);
}

INLINED bool put_literals(struct stream *x, size_t n)
{
	if (left_in(x) >= n + CHUNK && left_out(x) >= n + CHUNK) {
		for (size_t i = 0; i < n; i += CHUNK)
			memcpy(x->out + i, x->in + i, CHUNK);
	} else {
		if (n > left_in(x) || n > left_out(x))
			return false;
		memcpy(x->out, x->in, n);
	}
	x->in += n;
	x->out += n;
	return true;
}

/* At a distance below that of a chunk what is copied was written just now. */
INLINED bool put_match(struct stream *x, size_t distance, size_t n)
{
	const uint8_t *from = x->out - distance;

	if (distance > (size_t)(x->out - x->out_start) || n > left_out(x))
		return false;
	if (distance >= CHUNK && left_out(x) >= n + CHUNK) {
		for (size_t i = 0; i < n; i += CHUNK)
			memcpy(x->out + i, from + i, CHUNK);
	} else if (distance >= CHUNK / 2 && left_out(x) >= n + CHUNK) {
		for (size_t i = 0; i < n; i += CHUNK / 2)
			memcpy(x->out + i, from + i, CHUNK / 2);
	} else if (distance == 1) {
		memset(x->out, *from, n);
	} else {
		for (size_t i = 0; i < n; i++)
			x->out[i] = from[i];
	}
	x->out += n;
	return true;
}

/* The rest of a length that did not fit into its field: 255 for each zero, then a byte. */
INLINED bool take_length(struct stream *x, size_t *n)
{
	while (x->in < x->in_end && *x->in == 0 && *n < LONGEST) {
		*n += 255;
		x->in++;
	}
	if (x->in == x->in_end || *x->in == 0)
		return false;
	*n += *x->in++;
	return true;
}

/* The match is copied, and the literals after it, whose number is in the low bits of what. */
INLINED bool put_both(struct stream *x, size_t distance, size_t n, unsigned what)
{
	x->state = what & 3;
	return put_match(x, distance, n) && (x->state == 0 || put_literals(x, x->state));
}

/* t is below 16. */
INLINED bool short_instruction(struct stream *x, unsigned t)
{
	size_t n = t + 3, distance;

	if (x->state == 0) {
		if (t == 0) {
			n = 18;
			if (!take_length(x, &n))
				return false;
		}
		x->state = RUN;
		return put_literals(x, n);
	}
	if (x->in == x->in_end)
		return false;
	distance = (t >> 2) + ((size_t)*x->in++ << 2) + 1;
	return x->state == RUN ? put_both(x, distance + 2048, 3, t) : put_both(x, distance, 2, t);
}

/* t is 16 to 63. */
INLINED bool far_match(struct stream *x, unsigned t)
{
	unsigned mask = t >= 32 ? 31 : 7, what;
	size_t n = t & mask, distance;

	if (n == 0) {
		n = mask;
		if (!take_length(x, &n))
			return false;
	}
	if (left_in(x) < 2)
		return false;
	what = x->in[0] | (unsigned)x->in[1] << 8;
	x->in += 2;
	distance = what >> 2;
	if (t >= 32)
		return put_both(x, distance + 1, n + 2, what);
	distance += (size_t)(t & 8) << 11;
	if (distance > 0)
		return put_both(x, distance + 16384, n + 2, what);
	x->ended = true;
	return x->in == x->in_end;
}

INLINED bool near_match(struct stream *x, unsigned t)
{
	size_t distance;

	if (x->in == x->in_end)
		return false;
	distance = (t >> 2 & 7) + ((size_t)*x->in++ << 3) + 1;
	return put_both(x, distance, (t >> 5) + 1, t);
}

INLINED bool instruction(struct stream *x)
{
	unsigned t;

	if (x->in == x->in_end)
		return false;
	t = *x->in++;
	if (t >= 64)
		return near_match(x, t);
	return t >= 16 ? far_match(x, t) : short_instruction(x, t);
}

INLINED bool first_literals(struct stream *x)
{
	unsigned n;

	if (x->in == x->in_end)
		return false;
	if (*x->in <= 17)
		return true;
	n = *x->in++ - 17u;
	x->state = n < RUN ? n : RUN;
	return put_literals(x, n);
}

int lzo1x_decompress_page(const uint8_t *in, size_t size, uint8_t *out, size_t len)
{
	struct stream x = {
		.in = in, .in_end = in + size, .out = out, .out_start = out, .out_end = out + len
	};
	bool sound = first_literals(&x);

	while (sound && !x.ended)
		sound = instruction(&x);
	return sound && x.out == x.out_end ? 0 : -EBADMSG;
}
