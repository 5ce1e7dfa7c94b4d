/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digest.h - SHA-256 of a file */
#ifndef SEAL_DIGEST_H
#define SEAL_DIGEST_H

#define DIGEST_TEXT 65 /* in hexadecimal, with its end */

/* Of all of it, from its beginning. -ENOSYS without libsodium; -EIO and the like. Any thread. */
int digest_sha256(int fd, char out[DIGEST_TEXT]);

#endif
