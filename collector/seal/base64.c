/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base64.c - libsodium's decoder, for ASCII only */
#include "seal/base64.h"

#include "base/err.h"

#include <limits.h>
#include <sodium.h>

/* libsodium 1.0.18 takes some bytes above 127 for characters of its alphabet. */
static bool is_ascii(struct blob text)
{
	const unsigned char *p = text.data;

	for (size_t i = 0; i < text.len; i++)
		if (p[i] > 127)
			return false;
	return true;
}

int base64_decode(struct blob text, enum base64_form form, uint8_t *out, size_t size)
{
	const bool ssh = form == BASE64_SSH;
	size_t nr = 0;

	if (text.len == 0)
		return 0;
	if (!is_ascii(text) ||
	    sodium_base642bin(out, size, text.data, text.len, ssh ? "\r\n" : NULL, &nr, NULL,
			      ssh ? sodium_base64_VARIANT_ORIGINAL
				  : sodium_base64_VARIANT_ORIGINAL_NO_PADDING) < 0 ||
	    nr > INT_MAX)
		return -EINVAL;
	return (int)nr;
}
