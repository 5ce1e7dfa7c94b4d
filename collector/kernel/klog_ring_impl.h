/* SPDX-License-Identifier: GPL-2.0-or-later */
/* klog_ring_impl.h - the lockless ring of the kernel log: its variables, descriptors and blocks */
#ifndef KERNEL_KLOG_RING_IMPL_H
#define KERNEL_KLOG_RING_IMPL_H

#include "kernel/klog_blocks.h"
#include "kernel/klog_impl.h"

/* state_var: two bits of state above 62 bits of id. */
#define ID_BITS 62
#define ID_MASK (((uint64_t)1 << ID_BITS) - 1)

enum { RESERVED, COMMITTED, FINALIZED, REUSABLE };

struct klog_ring {
	uint64_t descs, infos, data;
	uint64_t count;	     /* descriptors, a power of two */
	unsigned size_bits;  /* of data */
	uint64_t head, tail; /* ids, both included */
	bool doubtful;	     /* the block of the record has no id that says it is its block */
	bool tail_guessed;   /* ids missing after it may never have been used */
	uint64_t clear_seq;
	uint64_t seq_base; /* seq - id of the records: the same for all; once it is known ... */
	bool has_base;
	struct klog_blocks blocks;
};

struct klog_desc {
	uint64_t id;
	unsigned state;
	uint64_t begin, next; /* lpos */
};

/*
 * Read the variables that describe the ring, and mend its sizes where one of the two is damaged.
 * -ENOENT: vmcoreinfo does not describe the ring; -EBADMSG: sizes that no ring has.
 */
int klog_ring_open(struct klog_job *job, struct klog_ring *r);

/* The descriptor at the place of id; it may hold another record, or garbage. */
int klog_desc_read(struct klog_job *job, const struct klog_ring *r, uint64_t id,
		   struct klog_desc *d);

/*
 * The space for text of the block that a descriptor names, with *at of the data where the block is;
 * -1 if this cannot be a block.
 */
int64_t klog_block_find(const struct klog_ring *r, const struct klog_desc *d, uint64_t *at);

/* Does a block of this record begin at byte at of the data? */
bool klog_block_is_of(struct klog_job *job, const struct klog_ring *r, uint64_t at, uint64_t id);

#endif
