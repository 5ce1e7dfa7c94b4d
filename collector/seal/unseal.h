/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unseal.h - what a sealed file holds, piece by piece
 *
 *     unseal_open -> unseal_next ... -> unseal_close
 *
 * Every byte that comes out was sealed at this place of this file. Whether it is all of them is
 * known at the end only. One thread. The input may be anything.
 */
#ifndef SEAL_UNSEAL_H
#define SEAL_UNSEAL_H

#include "seal/recipient.h"

#include <sys/types.h>

/* Where sealed bytes come from: a count, 0 at the end, or a negative errno with its message. */
struct unseal_input {
	ssize_t (*read)(void *arg, void *buf, size_t size);
	void *arg;
};

/* An input that reads from a descriptor. */
struct unseal_input unseal_from_fd(int *fd);

/* An input of bytes in memory; rest is what was not read yet, and gets smaller. */
struct unseal_input unseal_from_memory(struct blob *rest);

struct unsealer;

/* Read the header and find the key. -EACCES: none of the identities opens it. -EBADMSG. */
int unseal_open(struct unseal_input in, const struct seal_identities *ids, struct unsealer **out);

/*
 * The next piece, borrowed until the next call: 1; 0 at the end, when all of the file was there;
 * -EBADMSG where the file was changed or is cut.
 */
int unseal_next(struct unsealer *u, struct blob *out);

/* NULL is allowed. */
void unseal_close(struct unsealer *u);

#endif
