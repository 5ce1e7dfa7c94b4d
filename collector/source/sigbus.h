/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * failsafe.h - a fault in a mapped file is an unreadable page, not the end of us
 *
 * Memory mapped from a file answers a read error, or a file cut while we read,
 * with SIGBUS. A guarded range gets a page of zeros put in place of the one that
 * cannot be read, and remembers that it was damaged.
 */
#ifndef SOURCE_SIGBUS_H
#define SOURCE_SIGBUS_H

#include <stdbool.h>
#include <stddef.h>

struct sigbus; /* one watched range */

/* NULL when all are taken: then nothing is guarded. Thread safe. */
struct sigbus *sigbus_take(void);
void sigbus_set(struct sigbus *g, const void *start, size_t len);

/* True if a page of the range was replaced since the last call. */
bool sigbus_tripped(struct sigbus *g);
void sigbus_drop(struct sigbus *g);

#endif
