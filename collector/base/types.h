/* SPDX-License-Identifier: GPL-2.0-or-later */
/* types.h - the few plain structs that travel between stages */
#ifndef BASE_TYPES_H
#define BASE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes [start, end) of physical memory. */
struct span {
	uint64_t start;
	uint64_t end;
};

/* A piece of the kernel's virtual memory, from the headers of the core. */
struct va_hint {
	uint64_t va, pa, len;
};

/* Borrowed bytes; the function that returns it documents how long it is valid. */
struct blob {
	const void *data;
	size_t len;
};

/*
 * What one file of a dump that is split has: frames [first_pfn, end_pfn), both multiples of 512
 * but for the last end, and nr descriptors from first_rank on.
 */
struct dump_part {
	uint64_t first_pfn, end_pfn;
	uint64_t first_rank, nr;
};

/* Maximum number of threads of a stage besides the conductor; the size of their tables. */
#define THREADS_MAX 64

/*
 * Some pages to save, the unit of parallel work. The conductor fills in pfn and rank, a worker the
 * rest.
 */
#define BATCH_BYTES (512 * 1024)
#define BATCH_PAGES (BATCH_BYTES / 4096) /* at the smallest page size */

enum stored_as { STORED_DATA, STORED_ZERO, STORED_SAME, STORED_MISSING };

struct batch {
	unsigned capacity; /* pages that fit: BATCH_BYTES / page size */
	unsigned nr;
	uint64_t pfn[BATCH_PAGES];
	uint64_t rank[BATCH_PAGES];  /* number of the page's descriptor */
	uint8_t stored[BATCH_PAGES]; /* enum stored_as */
	uint32_t size[BATCH_PAGES];  /* bytes in data; 0 unless STORED_DATA */
	uint32_t flags[BATCH_PAGES]; /* codec flag, 0 means raw */
	size_t len;		     /* sum of size */
	uint8_t *data;		     /* BATCH_BYTES: stored bytes, back to back */
};

#endif
