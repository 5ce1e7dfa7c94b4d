/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host_page.h - pages of the machine that reads a core, in which mmap(2) works */
#ifndef SOURCE_HOST_PAGE_H
#define SOURCE_HOST_PAGE_H

#include "base/types.h"

#include <unistd.h>

/* The largest pages that any host has. */
#define HOST_PAGE_MAX ((size_t)64 << 10)

/* Bytes of a page of this host, which need not be those of a page of the dump. Async-signal-safe.
 */
static inline size_t host_page_size(void)
{
	long size = sysconf(_SC_PAGESIZE);

	return size > 0 ? (size_t)size : 4096;
}

/* The start of the page that the offset or address lies in. */
static inline uint64_t host_page_start(uint64_t at)
{
	return at & ~(uint64_t)(host_page_size() - 1);
}

#endif
