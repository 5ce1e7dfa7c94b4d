/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sealed_magic.h - how an encrypted file begins; the rest of the format is known to seal/ alone */
#ifndef BASE_SEALED_MAGIC_H
#define BASE_SEALED_MAGIC_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define SEALED_MAGIC	 "age-encryption.org/v1\n"
#define SEALED_MAGIC_LEN (sizeof(SEALED_MAGIC) - 1)

/* data: the first len bytes of a file. False also if it is cut within these bytes. Any thread. */
static inline bool sealed_magic_is(const void *data, size_t len)
{
	return len >= SEALED_MAGIC_LEN && memcmp(data, SEALED_MAGIC, SEALED_MAGIC_LEN) == 0;
}

/* The same of an open file or block device, which is read at its beginning. */
static inline bool sealed_magic_of(int fd)
{
	char head[SEALED_MAGIC_LEN];

	return pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	       sealed_magic_is(head, sizeof(head));
}

#endif
