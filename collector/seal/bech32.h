/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bech32.h - the text form of age keys: letters that say what it is, data, a checksum */
#ifndef SEAL_BECH32_H
#define SEAL_BECH32_H

#include <stdbool.h>
#include <stdint.h>

#define BECH32_KEY 32 /* bytes of data in the keys that we take */

/*
 * Decode text, which must be of one case, with this prefix in lower case, and 32 bytes of data.
 * upper: the text must be in capital letters, else in small ones. -EINVAL; the message does not
 * repeat the text, which may be a secret. Any input is safe.
 */
int bech32_decode(const char *text, const char *prefix, bool upper, uint8_t out[BECH32_KEY]);

/* The same back: a string of strlen(prefix) + 60 characters and a NUL. */
#define BECH32_TEXT_MAX 96
void bech32_encode(const uint8_t key[BECH32_KEY], const char *prefix, bool upper,
		   char out[BECH32_TEXT_MAX]);

#endif
