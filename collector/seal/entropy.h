/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entropy.h - random numbers of the kernel, once it has any
 *
 * A capture kernel starts with an empty pool. getrandom(2) says when it is ready, and nothing else
 * is ever used: a key that can be guessed is worse than no dump.
 */
#ifndef SEAL_ENTROPY_H
#define SEAL_ENTROPY_H

#include <stddef.h>

#define ENTROPY_WAIT_MS 30000

/*
 * Wait until the pool is ready, at most wait_ms, then set libsodium up (which would wait for ever).
 * To be called before anything of this folder; more than once is fine. -ETIMEDOUT.
 */
int entropy_ready(int wait_ms);

/* Fill buf. -ETIMEDOUT where the pool is not ready within ENTROPY_WAIT_MS. */
int entropy_get(void *buf, size_t len);

#endif
