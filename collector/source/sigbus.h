/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sigbus.h - treat a fault in a mapped file as an unreadable page
 *
 * If a page of a mapped file cannot be read, or the file was truncated, an access raises SIGBUS.
 * In a watched range the page is replaced by zeros, and the range is marked as tripped.
 *
 *     sigbus_take -> sigbus_set, sigbus_tripped -> sigbus_drop
 *
 * sigbus_take and sigbus_drop may be called on any thread; the other two only by the thread that
 * reads the range.
 */
#ifndef SOURCE_SIGBUS_H
#define SOURCE_SIGBUS_H

#include "base/types.h"

#define SIGBUS_PER_VIEW 4 /* windows of one view */

/*
 * How many ranges there are: each scanner has two views (page tables, struct pages), and the
 * conductor is one of them. Each packer has one already then, and each file of a split dump has a
 * packer at least. A few more views are open besides.
 */
#define SIGBUS_MAX	(SIGBUS_PER_VIEW * (3 * (THREADS_MAX + 1) + 8))

struct sigbus; /* one watched range */

/* NULL when all SIGBUS_MAX are taken: the caller must fail, or its reads could end the program. */
struct sigbus *sigbus_take(void);

/* Watch [start, start + len) instead of the range before; whole pages. */
void sigbus_set(struct sigbus *g, const void *start, size_t len);

/* True if a page of the range was replaced since the last call. */
bool sigbus_tripped(struct sigbus *g);

/* Free the range; NULL is allowed. */
void sigbus_drop(struct sigbus *g);

#endif
