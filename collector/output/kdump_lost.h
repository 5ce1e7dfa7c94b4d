/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdump_lost.h - descriptors of pages that never reached the disk
 *
 * A server may take bytes and find out later that it has no room for them. What points at them
 * must go, or readers die of it; and what was written cannot be read back to look for it: the
 * NFS client of Linux 7.2 refuses that on a full server, and gives zeros of another. So a trail of
 * the last descriptors is kept in memory.
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
 * Descriptors whose data the sink is not yet sure of. A file is unsure of some 8 MiB; the trail has
 * room for 64 where ranks follow each other, and for less where a pass takes single pages out of
 * many. Zeroed at first.
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
 * These descriptors are on their way to the disk, nr of them from this rank on. Where the trail
 * has no more room, s is synced, so that it is sure of the oldest; returns what that says.
 */
int kdump_trail_note(struct kdump_trail *t, struct sink *s, uint64_t rank,
		     const struct dump_desc *desc, unsigned nr);

/* Of descriptors in memory: what points past size becomes a page that is missing; how many do. */
unsigned kdump_forget(struct dump_desc *desc, unsigned nr, uint64_t size);

/*
 * The same of those on disk, a stretch at a time. Does what it can, says nothing; returns how many
 * were overwritten, each once.
 */
uint64_t kdump_forget_lost(struct sink *s, const struct kdump_layout *at, struct kdump_trail *t,
			   uint64_t size);

#endif
