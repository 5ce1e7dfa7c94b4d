/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tail.h - keep the last bytes of what comes in pieces; any thread */
#ifndef BASE_TAIL_H
#define BASE_TAIL_H

#include <stddef.h>
#include <string.h>

/*
 * Put a piece of n bytes behind the *len bytes in buf, which holds max: what is too much goes from
 * the beginning.
 */
static inline void tail_add(char *buf, size_t max, size_t *len, const char *piece, size_t n)
{
	size_t drop;

	if (n > max) {
		piece += n - max;
		n = max;
	}
	drop = *len + n > max ? *len + n - max : 0;
	memmove(buf, buf + drop, *len - drop);
	*len -= drop;
	memcpy(buf + *len, piece, n);
	*len += n;
}

#endif
