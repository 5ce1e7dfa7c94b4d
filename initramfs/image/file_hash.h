/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file_hash.h - XXH3-128 of bytes and of files, as hexadecimal digits
 *
 * It detects changes and damage; it does not protect against an attacker, who would have to be
 * root to write what is hashed here.
 */
#ifndef INITRAMFS_IMAGE_FILE_HASH_H
#define INITRAMFS_IMAGE_FILE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define FILE_HASH_LEN 32 /* digits, without the NUL */

void file_hash_bytes(const void *data, size_t len, char out[FILE_HASH_LEN + 1]);

/* *size, unless NULL, gets the bytes that were read. A negative errno when it cannot be read. */
int file_hash(const char *path, char out[FILE_HASH_LEN + 1], uint64_t *size);

#endif
