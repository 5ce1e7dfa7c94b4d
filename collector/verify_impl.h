/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify_impl.h - between the files of --verify */
#ifndef VERIFY_IMPL_H
#define VERIFY_IMPL_H

#include "verify.h"

#include "source/infile.h"
#include "source/kdump_headers.h"

#include <pthread.h>

/* Before all descriptors, in the order of the file. */
enum fault_position { POSITION_MAPS, POSITION_NOTES, POSITION_PAGES };

struct verify {
	struct infile in;
	struct kdump_headers head;
	uint64_t nr;   /* descriptors */
	uint64_t data; /* no page data is before */
	pthread_mutex_t lock;
	uint64_t next;	/* descriptor that no thread has taken yet */
	uint64_t first; /* position of out->first */
	struct verify_result *out;
};

/* One more; the text of the lowest position is kept. Any thread. */
void verify_fault(struct verify *v, uint64_t position, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Only count it if one at a lower position is known: true then. The text may be costly to make. */
bool verify_fault_counted(struct verify *v, uint64_t position);

/* The ELF notes and vmcoreinfo. */
void verify_notes(struct verify *v);

#endif
