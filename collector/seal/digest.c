/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digest.c - SHA-256 of a file */
#include "seal/digest.h"

#include "base/err.h"

#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_SIZE ((size_t)1 << 20)

int digest_sha256(int fd, char out[DIGEST_TEXT])
{
	unsigned char digest[crypto_hash_sha256_BYTES], *buf = malloc(READ_SIZE);
	crypto_hash_sha256_state state;
	off_t pos = 0;
	ssize_t n = 1;

	out[0] = '\0';
	if (!buf)
		return fail(-ENOMEM, "SHA-256");
	crypto_hash_sha256_init(&state);
	for (; n > 0; pos += n) {
		n = pread(fd, buf, READ_SIZE, pos);
		if (n > 0)
			crypto_hash_sha256_update(&state, buf, (unsigned long long)n);
	}
	free(buf);
	if (n < 0)
		return fail(-EIO, "SHA-256: read at %jd", (intmax_t)pos);
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(out, DIGEST_TEXT, digest, sizeof(digest));
	return 0;
}
