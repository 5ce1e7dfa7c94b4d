/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chunk.h - the payload of an age file: pieces of 64 KiB, each sealed by itself
 *
 * A chunk's nonce is its number and whether it is the last one, so that none can be swapped,
 * dropped or repeated, and the end is known.
 */
#ifndef SEAL_CHUNK_H
#define SEAL_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHUNK_SIZE   ((size_t)64 << 10)
#define CHUNK_TAG    16
#define CHUNK_SEALED (CHUNK_SIZE + CHUNK_TAG)

struct chunk_at {
	uint64_t number; /* from 0 */
	bool last;
};

/* Seal len bytes of buf in place; it has CHUNK_TAG more bytes, which are filled. */
void chunk_seal(const uint8_t key[32], struct chunk_at at, uint8_t *buf, size_t len);

/*
 * Open len sealed bytes, at least CHUNK_TAG, into out. False: they are not what was sealed at this
 * place; out is zeroes then.
 */
bool chunk_open(const uint8_t key[32], struct chunk_at at, const uint8_t *sealed, size_t len,
		uint8_t *out);

#endif
