/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * klog_blocks.h - kernel log: which bytes of the ring's data belong to which record
 *
 *     open  ->  take, find  ->  close
 *
 * One thread. Private to the kernel log reader.
 */
#ifndef KERNEL_KLOG_BLOCKS_H
#define KERNEL_KLOG_BLOCKS_H

#include "kernel/klog_impl.h"

struct klog_blocks {
	uint64_t data, size; /* where the data is (va), and its bytes: a power of two */
	uint64_t tail, nr;   /* ids tail .. tail + nr - 1, in 62 bits */
	uint8_t *used;	     /* a bit for each word of data */
	uint32_t *at;	     /* for each id: 1 + number of its block's first word, 0: none */
	bool searched;	     /* at is filled in, or cannot be */
};

/* data, size, tail and nr are set. -ENOMEM. */
int klog_blocks_open(struct klog_blocks *b);

/*
 * Bytes [at, at + len) of the data are printed now: true once. False if some of them were printed
 * already, for another record: one of the two is damaged, and a log of records that overlap could
 * be a thousand times as large as its ring.
 */
bool klog_blocks_take(struct klog_blocks *b, uint64_t at, uint64_t len);

/*
 * Where the block of id is, by the id that each block begins with; for a record whose descriptor
 * is damaged. The data is searched once. False: it is not there.
 */
bool klog_blocks_find(struct klog_job *job, struct klog_blocks *b, uint64_t id, uint64_t *at);

/* Free the tables and zero *b. */
void klog_blocks_close(struct klog_blocks *b);

#endif
