/* SPDX-License-Identifier: GPL-2.0-or-later */
/* utf8.h - one character of UTF-8; any thread */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The character at s, of which len bytes may be read: its length in bytes, 1 to 4, and its code
 * point in *out. 0, and *out untouched, if the bytes are not well-formed: overlong, half of a
 * surrogate pair, past U+10FFFF, or cut by len. In a string that ends with NUL, len may be
 * SIZE_MAX: NUL continues nothing.
 */
size_t utf8_decode(const char *s, size_t len, uint32_t *out);

/* A control character: C0, DEL or C1. A terminal may take one for a command. */
bool utf8_is_control(uint32_t c);

#endif
