/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chunk.c - the payload of an age file: pieces of 64 KiB, each sealed by itself */
#include "seal/chunk.h"

#include <sodium.h>

#define NONCE crypto_aead_chacha20poly1305_ietf_NPUBBYTES

/* 11 bytes of number, the highest first, and the flag. */
static void make_nonce(struct chunk_at at, uint8_t nonce[NONCE])
{
	nonce[0] = nonce[1] = nonce[2] = 0;
	for (unsigned i = 3; i < NONCE - 1; i++)
		nonce[i] = (uint8_t)(at.number >> (8 * (10 - i)));
	nonce[NONCE - 1] = at.last;
}

void chunk_seal(const uint8_t key[32], struct chunk_at at, uint8_t *buf, size_t len)
{
	uint8_t nonce[NONCE];

	make_nonce(at, nonce);
	(void)crypto_aead_chacha20poly1305_ietf_encrypt(buf, NULL, buf, len, NULL, 0, NULL, nonce,
							key);
}

bool chunk_open(const uint8_t key[32], struct chunk_at at, const uint8_t *sealed, size_t len,
		uint8_t *out)
{
	uint8_t nonce[NONCE];

	make_nonce(at, nonce);
	return crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed, len, NULL, 0,
							 nonce, key) == 0;
}
