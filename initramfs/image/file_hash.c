/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file_hash.c - XXH3-128 of bytes and of files, as hexadecimal digits */
#include "initramfs/image/file_hash.h"

#include "base/err.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Compiled in: the library would be one more to install, for one function. */
#define XXH_INLINE_ALL
#include <xxhash.h>

#define BLOCK ((size_t)65536)

/* Under emulation sha256 took longer than compressing did. */
static void print_hash(XXH128_hash_t hash, char *out)
{
	snprintf(out, FILE_HASH_LEN + 1, "%016jx%016jx", (uintmax_t)hash.high64,
		 (uintmax_t)hash.low64);
}

void file_hash_bytes(const void *data, size_t len, char out[FILE_HASH_LEN + 1])
{
	print_hash(XXH3_128bits(data, len), out);
}

static int hash_fd(int fd, XXH3_state_t *state, char *buf, uint64_t *size)
{
	ssize_t n;

	*size = 0;
	XXH3_128bits_reset(state);
	while ((n = read(fd, buf, BLOCK)) > 0) {
		XXH3_128bits_update(state, buf, (size_t)n);
		*size += (uint64_t)n;
	}
	return n < 0 ? -errno : 0;
}

int file_hash(const char *path, char out[FILE_HASH_LEN + 1], uint64_t *size)
{
	XXH3_state_t *state = XXH3_createState();
	char *buf = malloc(BLOCK);
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;
	uint64_t bytes = 0;

	if (fd < 0)
		rc = fail(-errno, "open %s", path);
	else if (!state || !buf)
		rc = fail(-ENOMEM, "read %s", path);
	else
		rc = hash_fd(fd, state, buf, &bytes);
	if (rc == 0) {
		print_hash(XXH3_128bits_digest(state), out);
		if (size)
			*size = bytes;
	} else if (fd >= 0 && state && buf) {
		fail(rc, "read %s", path);
	}
	XXH3_freeState(state);
	free(buf);
	if (fd >= 0)
		close(fd);
	return rc;
}
