/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sample_dump.h - a small dump whose every byte is known, and a sink in memory
 *
 * 300 of 40000 frames are kept. The page of rank r holds r in each byte; its
 * kind follows from r. Six batches come out of order, so descriptors do too.
 */
#ifndef SAMPLE_DUMP_H
#define SAMPLE_DUMP_H

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "output/format.h"

#include <stdbool.h>
#include <string.h>

#define NR_KEEP	   300u
#define NR_BATCHES 6u
#define PER_BATCH  (NR_KEEP / NR_BATCHES)
#define MAX_PFN	   40000u
#define NOTES_LEN  5000u

/* Where things must be, worked out by hand for 4096-byte blocks. */
#define SUB_OFF	   4096u
#define BITMAP_OFF 12288u /* 104 + 5000 bytes: two blocks */
#define BITMAP_LEN 8192u  /* 5000 bytes: two blocks */
#define DESC_OFF   28672u
#define DATA_OFF   (DESC_OFF + 24u * NR_KEEP)

#define MEM_ROOM   (1024u * 1024)

struct mem_sink {
	struct sink base;
	uint64_t size;
	unsigned nr_writes;
	int fail_at;	      /* this write, -1: none */
	bool fail_after;      /* and all after it, but into reserved space */
	bool torn;	      /* the failing write leaves half its bytes */
	uint64_t reserved[2]; /* from, to */
	uint64_t lose;	      /* sync fails, and from here on all is lost; 0: no */
	void (*after_write)(const struct mem_sink *m);
	bool committed;
	uint8_t seen[MEM_ROOM]; /* how often each byte was written */
	uint8_t buf[MEM_ROOM];
};

/* A sink into memory, to be closed by sink_close(). */
struct mem_sink *mem_open(void);

/* How the page of this rank is stored. */
enum stored_as sample_stored(uint64_t rank);

/* Bytes of its data; 0: none of its own. */
uint32_t sample_size(uint64_t rank);

/* The rank of the page that sample_write() gives as its n-th. */
uint64_t sample_order(unsigned n);

/* What the header of the sample says. */
void sample_info(struct dump_info *info);

/* The pages of the ranks from first on. */
void sample_batch(struct batch *b, uint64_t first);

/* The whole dump into sink; 0 unless something failed. *lost: pages the sink did not keep. */
int sample_write_counted(struct sink *sink, uint64_t *lost);

/* Write all of the sample: 0, or the first error. */
int sample_write(struct sink *sink);

/*
 * The promise for a dump that broke off after begin(), and for a whole one.
 * buf has zeros behind size. Returns how many pages are in it.
 */
unsigned sample_check(const uint8_t *dump, uint64_t size, bool complete);

#endif
