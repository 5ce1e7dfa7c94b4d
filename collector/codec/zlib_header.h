/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zlib_header.h - what every zlib stream begins with, for both codecs of that name */
#ifndef CODEC_ZLIB_HEADER_H
#define CODEC_ZLIB_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 1950: the method, a window no larger than 32 KiB, a multiple of 31, no dictionary. */
static inline bool zlib_plausible(const void *in, size_t size, size_t len)
{
	const uint8_t *p = in;

	return size > 6 && size <= len && (p[0] & 0xf) == 8 && p[0] >> 4 <= 7 &&
	       (p[0] << 8 | p[1]) % 31 == 0 && !(p[1] & 0x20);
}

#endif
