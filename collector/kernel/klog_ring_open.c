// SPDX-License-Identifier: GPL-2.0-or-later
/* klog_ring_open.c - kernel log: the variables, descriptors and blocks of the lockless ring */
#include "kernel/klog_ring_impl.h"

#include "base/err.h"

#define SIZE_BITS_MAX 30

/* Every kernel has a descriptor for each 32 bytes of data (PRB_AVGBITS). */
#define AVERAGE_BITS  5

/* Records that are looked at to see whether sizes are right. */
#define YOUNGEST      16

enum { COUNT, SIZE }; /* of descriptors, of text */

static bool ring_described(const struct layout *l)
{
	const int64_t need[] = {
		l->off_printk_ringbuffer_desc_ring,
		l->off_printk_ringbuffer_text_data_ring,
		l->off_prb_desc_ring_count_bits,
		l->off_prb_desc_ring_descs,
		l->off_prb_desc_ring_infos,
		l->off_prb_desc_ring_head_id,
		l->off_prb_desc_ring_tail_id,
		l->size_prb_desc,
		l->off_prb_desc_state_var,
		l->off_prb_desc_text_blk_lpos,
		l->off_prb_data_blk_lpos_begin,
		l->off_prb_data_blk_lpos_next,
		l->size_printk_info,
		l->off_printk_info_ts_nsec,
		l->off_printk_info_text_len,
		l->off_printk_info_caller_id,
		l->off_prb_data_ring_size_bits,
		l->off_prb_data_ring_data,
	};

	for (size_t i = 0; i < sizeof(need) / sizeof(need[0]); i++)
		if (!known(need[i]))
			return false;
	return true;
}

static uint64_t counter(const struct layout *l)
{
	return (uint64_t)known_or(l->off_atomic_long_t_counter, 0);
}

/* The variables of the ring; its sizes are as they are in memory. */
static int ring_read(struct klog_job *job, struct klog_ring *r, uint64_t bits[2])
{
	const struct layout *l = &job->k->layout;
	struct klog_window *w = &job->desc;
	uint64_t rb, dr, tr;
	int rc = klog_read_ptr(job, (uint64_t)l->sym_prb, &rb);

	if (rc < 0)
		return rc;
	dr = rb + (uint64_t)l->off_printk_ringbuffer_desc_ring;
	tr = rb + (uint64_t)l->off_printk_ringbuffer_text_data_ring;
	if ((rc = klog_read_uint(job, w, dr + (uint64_t)l->off_prb_desc_ring_count_bits, 4,
				 &bits[COUNT])) < 0 ||
	    (rc = klog_read_ptr(job, dr + (uint64_t)l->off_prb_desc_ring_descs, &r->descs)) < 0 ||
	    (rc = klog_read_ptr(job, dr + (uint64_t)l->off_prb_desc_ring_infos, &r->infos)) < 0 ||
	    (rc = klog_read_uint(job, w, dr + (uint64_t)l->off_prb_desc_ring_head_id + counter(l),
				 8, &r->head)) < 0 ||
	    (rc = klog_read_uint(job, w, dr + (uint64_t)l->off_prb_desc_ring_tail_id + counter(l),
				 8, &r->tail)) < 0 ||
	    (rc = klog_read_uint(job, w, tr + (uint64_t)l->off_prb_data_ring_size_bits, 4,
				 &bits[SIZE])) < 0)
		return rc;
	return klog_read_ptr(job, tr + (uint64_t)l->off_prb_data_ring_data, &r->data);
}

int klog_desc_read(struct klog_job *job, const struct klog_ring *r, uint64_t id,
		   struct klog_desc *d)
{
	const struct layout *l = &job->k->layout;
	uint64_t at = r->descs + id % r->count * (uint64_t)l->size_prb_desc;
	uint64_t lpos = at + (uint64_t)l->off_prb_desc_text_blk_lpos;
	uint64_t sv;
	int rc;

	if ((rc = klog_read_uint(job, &job->desc,
				 at + (uint64_t)l->off_prb_desc_state_var + counter(l), 8, &sv)) <
		    0 ||
	    (rc = klog_read_uint(job, &job->desc, lpos + (uint64_t)l->off_prb_data_blk_lpos_begin,
				 8, &d->begin)) < 0 ||
	    (rc = klog_read_uint(job, &job->desc, lpos + (uint64_t)l->off_prb_data_blk_lpos_next, 8,
				 &d->next)) < 0)
		return rc;
	d->id = sv & ID_MASK;
	d->state = (unsigned)(sv >> ID_BITS);
	return 0;
}

/*
 * A block, by its begin and next; each lap of the ring has size bytes:
 *
 *     lap n    | ...            [id|text    ] ... |    begin, next in one lap
 *     lap n    | ...                     [id|pad] |    begin
 *     lap n+1  | [id|text   ]                     |    next: the text is at 0
 *     lap n    | ...                 [id|text   ] |    begin; next is the first
 *     lap n+1  |                                  |    byte of n+1 (since 6.19)
 *
 * The older kernels moved the third kind to 0, so there next is never at 0.
 * Returns the space for text, at *at of the data; -1 if this cannot be a block.
 */
int64_t klog_block_find(const struct klog_ring *r, const struct klog_desc *d, uint64_t *at)
{
	uint64_t size = (uint64_t)1 << r->size_bits;
	uint64_t begin = d->begin % size, len;

	if ((d->next - 1) >> r->size_bits == d->begin >> r->size_bits) {
		*at = begin;
		len = d->next - d->begin;
	} else if (d->next >> r->size_bits == (d->begin + size) >> r->size_bits) {
		*at = 0;
		len = d->next % size;
	} else {
		return -1;
	}
	/* Blocks are made of whole ids. The first of them is the owner's. */
	if (len <= sizeof(uint64_t) || len > size || len % sizeof(uint64_t) ||
	    begin % sizeof(uint64_t))
		return -1;
	return (int64_t)(len - sizeof(uint64_t));
}

bool klog_block_is_of(struct klog_job *job, const struct klog_ring *r, uint64_t at, uint64_t id)
{
	uint64_t owner;

	return klog_read_uint(job, &job->data, r->data + at, sizeof(owner), &owner) == 0 &&
	       owner == id;
}

/* Do the youngest records have descriptors and blocks where these sizes put them? */
static bool sizes_fit(struct klog_job *job, struct klog_ring *r, uint64_t count_bits,
		      uint64_t size_bits)
{
	struct klog_desc d;
	uint64_t at;

	/* More records than bytes cannot be: empty ones would make a log without limit. */
	if (size_bits > SIZE_BITS_MAX || count_bits > size_bits)
		return false;
	r->count = UINT64_C(1) << count_bits;
	r->size_bits = (unsigned)size_bits;
	for (uint64_t i = 0; i < YOUNGEST; i++) {
		uint64_t id = (r->head - i) & ID_MASK;

		if (klog_desc_read(job, r, id, &d) == 0 && d.id == id &&
		    klog_block_find(r, &d, &at) >= 0 && klog_block_is_of(job, r, at, id))
			return true;
	}
	return false;
}

/* One of the two may be damaged; the other one says what it was. */
static int set_sizes(struct klog_job *job, struct klog_ring *r, const uint64_t bits[2])
{
	uint64_t count = bits[COUNT], size = bits[SIZE];

	if (sizes_fit(job, r, count, size) ||
	    (size > AVERAGE_BITS && sizes_fit(job, r, size - AVERAGE_BITS, size)) ||
	    sizes_fit(job, r, count, count + AVERAGE_BITS))
		return 0;
	if (size > SIZE_BITS_MAX)
		return -EBADMSG;
	r->size_bits = (unsigned)size;
	r->count = UINT64_C(1) << (count <= size	 ? count
				   : size > AVERAGE_BITS ? size - AVERAGE_BITS
							 : 0);
	return 0;
}

int klog_ring_open(struct klog_job *job, struct klog_ring *r)
{
	uint64_t bits[2];
	int rc;

	if (!ring_described(&job->k->layout))
		return fail(-ENOENT, "kernel log: vmcoreinfo does not describe its ring");
	rc = ring_read(job, r, bits);
	if (rc == 0)
		rc = set_sizes(job, r, bits);
	return rc < 0 ? fail(rc, "kernel log: read its ring") : 0;
}
