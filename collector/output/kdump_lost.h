/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdump_lost.h - descriptors of pages that never reached the disk
 *
 * A server may accept bytes and find out later that it has no space for them. Descriptors that
 * point at them must be cleared, or readers crash. They cannot be read back: the NFS client of
 * Linux 7.2 refuses that if one server is full, and returns zeros if another is. So a trail of the
 * last descriptors is kept in memory.
 */
#ifndef OUTPUT_KDUMP_LOST_H
#define OUTPUT_KDUMP_LOST_H

#include "base/dumpfile.h"
#include "output/kdump_layout.h"
#include "output/sink.h"

enum {
	TRAIL_STRETCHES = 4096,
	STRETCH_RANKS = 256,	  /* descriptors in one stretch at most: forgotten together */
	STRETCH_DATA = 16 * 1024, /* and bytes of data they point at */
};

/*
 * Descriptors whose data the sink may still lose. For a file these are some 8 MiB; the trail holds
 * 64 MiB if ranks are consecutive, and less if a tier has single pages out of many. Initialize
 * to zero.
 */
struct kdump_trail {
	struct kdump_stretch {
		uint64_t rank;	/* of the first */
		uint64_t start; /* of the data they point at */
		uint64_t end;
		unsigned nr;
	} last[TRAIL_STRETCHES];
	unsigned next; /* the oldest */
};

/*
 * Add nr descriptors from this rank on, which are being written. If the trail is full, s is synced,
 * so that the oldest can be dropped; returns the result of the sync.
 */
int kdump_trail_note(struct kdump_trail *t, struct sink *s, uint64_t rank,
		     const struct dump_desc *desc, unsigned nr);

/* Clear descriptors in memory that point past size: their pages are missing. Returns how many. */
unsigned kdump_forget(struct dump_desc *desc, unsigned nr, uint64_t size);

/*
 * The same for those on disk, one stretch at a time. Best effort, errors are not reported; returns
 * how many were overwritten, each counted once.
 */
uint64_t kdump_forget_lost(struct sink *s, const struct kdump_layout *at, struct kdump_trail *t,
			   uint64_t size);

#endif
