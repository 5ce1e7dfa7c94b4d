// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klog_ring.c - kernel log: the lockless ring, since Linux 5.10
 *
 *     prb -> printk_ringbuffer
 *              desc_ring       tail_id .. head_id; id % count is the index into
 *                |               descs[]  state and id, text_blk_lpos
 *                |               infos[]  seq, ts_nsec, text_len, caller_id
 *              text_data_ring
 *                                data[]   blocks, at lpos % size
 *
 * Ids and lpos only grow, and may overflow, which is harmless: only their low bits are indexes,
 * the others count laps.
 */
#include "kernel/klog_ring_impl.h"

#include "base/err.h"

#include <string.h>

/* Of two ids, the younger: they count in 62 bits and overflow. */
static bool id_after(uint64_t a, uint64_t b)
{
	return (int64_t)((a - b) << (64 - ID_BITS)) > 0;
}

/* The youngest record of all, for a head_id that leads nowhere. */
static bool find_head(struct klog_job *job, struct klog_ring *r)
{
	bool found = false;
	struct klog_desc d;

	for (uint64_t i = 0; i < r->count; i++) {
		if (klog_desc_read(job, r, i, &d) < 0 || d.id % r->count != i ||
		    (d.state != COMMITTED && d.state != FINALIZED))
			continue;
		if (!found || id_after(d.id, r->head))
			r->head = d.id;
		found = true;
	}
	return found;
}

/* Make head and tail such that the walk between them is short and meets the records. */
static bool mend_ids(struct klog_job *job, struct klog_ring *r)
{
	struct klog_desc d;

	r->head &= ID_MASK;
	r->tail &= ID_MASK;
	if (klog_desc_read(job, r, r->head, &d) < 0 || d.id != r->head) {
		job->counts->lost++;
		if (!find_head(job, r))
			return false;
	}
	if (((r->head - r->tail) & ID_MASK) >= r->count) {
		r->tail = (r->head - (r->count - 1)) & ID_MASK;
		r->tail_guessed = true;
	}
	return true;
}

/* Is there no other record whose descriptor and block belong together at byte at of the data? */
static bool is_ownerless(struct klog_job *job, const struct klog_ring *r, uint64_t at)
{
	uint64_t owner, there;
	struct klog_desc d;

	return klog_read_uint(job, &job->data, r->data + at, sizeof(owner), &owner) == 0 &&
	       (klog_desc_read(job, r, owner, &d) < 0 || d.id != owner || d.state == REUSABLE ||
		klog_block_find(r, &d, &there) < 0 || there != at);
}

/*
 * Where the text of a descriptor is, behind its owner's id, and how much there can be. A
 * descriptor that leads to no block of its own is damaged, or the block was reused, or the id in
 * the block is damaged; the data says which. -1: there is none.
 */
static int64_t text_find(struct klog_job *job, struct klog_ring *r, const struct klog_desc *d,
			 uint64_t *at)
{
	int64_t space = klog_block_find(r, d, at);
	uint64_t there = *at;

	if (space >= 0 && klog_block_is_of(job, r, *at, d->id)) {
		*at += sizeof(uint64_t);
		return space;
	}
	if (klog_blocks_find(job, &r->blocks, d->id, at)) {
		*at += sizeof(uint64_t);
		return (int64_t)(r->blocks.size - *at);
	}
	if (space < 0 || !is_ownerless(job, r, there))
		return -1;
	*at = there + sizeof(uint64_t);
	r->doubtful = true;
	return space;
}

/* Copy the text of a descriptor to job->text. -1: it is lost. */
static int64_t text_read(struct klog_job *job, struct klog_ring *r, const struct klog_desc *d,
			 uint64_t text_len)
{
	uint64_t at = 0;
	int64_t space;

	/* No block: an empty line, or text for which there was no space. */
	if (d->begin & 1 && d->next & 1)
		return d->begin == 3 && d->next == 3 ? 0 : -1;
	r->doubtful = false;
	space = text_find(job, r, d, &at);
	if (space < 0)
		return -1;
	if ((uint64_t)space < text_len)
		text_len = (uint64_t)space;
	if (!klog_blocks_take(&r->blocks, at - sizeof(uint64_t), sizeof(uint64_t) + text_len) ||
	    klog_read(job, &job->data, r->data + at, job->text, text_len) < 0)
		return -1;
	/* A lost page is zeros; text has none. */
	return r->doubtful && memchr(job->text, 0, text_len) ? -1 : (int64_t)text_len;
}

struct info {
	uint64_t seq, ts, text_len, caller;
};

static int info_read(struct klog_job *job, const struct klog_ring *r, uint64_t id, struct info *out)
{
	const struct layout *l = &job->k->layout;
	uint64_t at = r->infos + id % r->count * (uint64_t)l->size_printk_info;
	struct klog_window *w = &job->info;
	int rc = 0;

	out->seq = UINT64_MAX;
	if (known(l->off_printk_info_seq))
		rc = klog_read_uint(job, w, at + (uint64_t)l->off_printk_info_seq, 8, &out->seq);
	if (rc < 0 && job->partial)
		return rc;
	if ((rc = klog_read_uint(job, w, at + (uint64_t)l->off_printk_info_ts_nsec, 8, &out->ts)) <
		    0 ||
	    (rc = klog_read_uint(job, w, at + (uint64_t)l->off_printk_info_text_len, 2,
				 &out->text_len)) < 0)
		return rc;
	return klog_read_uint(job, w, at + (uint64_t)l->off_printk_info_caller_id, 4, &out->caller);
}

static void print_record(struct klog_job *job, struct klog_ring *r, const struct klog_desc *d)
{
	struct info info;
	int64_t len;

	if (info_read(job, r, d->id, &info) < 0) {
		job->counts->lost++;
		return;
	}
	if (job->partial && info.seq < r->clear_seq)
		return;
	len = text_read(job, r, d, info.text_len);
	if (len < 0) {
		job->counts->lost++;
		return;
	}
	r->seq_base = info.seq - d->id;
	r->has_base = true;
	klog_put(job, &(struct klog_record){ .ts_nsec = info.ts,
					     .caller_id = (uint32_t)info.caller,
					     .text = job->text,
					     .len = (size_t)len });
}

/*
 * The descriptor of id belongs to another record, or is garbage. If the record has the expected
 * sequence number, and a block in the data has its id, then only the descriptor is damaged.
 */
static bool print_without_desc(struct klog_job *job, struct klog_ring *r, uint64_t id)
{
	const struct klog_desc d = { .id = id, .state = FINALIZED };
	struct info info;
	uint64_t at;

	if (!r->has_base || info_read(job, r, id, &info) < 0 || info.seq == UINT64_MAX ||
	    info.seq - id != r->seq_base || !klog_blocks_find(job, &r->blocks, id, &at))
		return false;
	print_record(job, r, &d);
	return true;
}

static void visit(struct klog_job *job, struct klog_ring *r, uint64_t id)
{
	struct klog_desc d;
	bool read = klog_desc_read(job, r, id, &d) == 0;

	if (read && d.id == id && d.state == RESERVED) /* being written when the kernel died */
		job->counts->lost++;
	else if (read && d.id == id && d.state == REUSABLE)
		return;
	else if (read && d.id == id)
		print_record(job, r, &d);
	else if (!print_without_desc(job, r, id))
		job->counts->lost += !read || !r->tail_guessed;
}

/*
 * u64 clear_seq until 5.12; since then two copies, and a number whose lowest
 * bit says which of them is whole. Unreadable: 0, print everything.
 */
static uint64_t clear_seq_read(struct klog_job *job)
{
	const struct layout *l = &job->k->layout;
	uint64_t at = (uint64_t)l->sym_clear_seq, turn, seq = 0;

	if (!known(l->sym_clear_seq))
		return 0;
	if (known(l->off_latched_seq_val)) {
		if (klog_read_uint(job, &job->desc, at, 4, &turn) < 0)
			return 0;
		at += (uint64_t)l->off_latched_seq_val + 8 * (turn & 1);
	}
	if (klog_read_uint(job, &job->desc, at, 8, &seq) < 0)
		return 0;
	return seq;
}

static void print_all(struct klog_job *job, struct klog_ring *r)
{
	/* tail and head are less than count apart, so this ends. */
	for (uint64_t id = r->tail;; id = (id + 1) & ID_MASK) {
		visit(job, r, id);
		if (id == r->head || ferror(job->out) || !klog_in_time(job))
			return;
	}
}

int klog_ring_print(struct klog_job *job)
{
	struct klog_ring r = { 0 };
	int rc = klog_ring_open(job, &r);

	if (rc < 0)
		return rc;
	if (!mend_ids(job, &r))
		return 0;
	r.blocks = (struct klog_blocks){ .data = r.data,
					 .size = (uint64_t)1 << r.size_bits,
					 .tail = r.tail,
					 .nr = ((r.head - r.tail) & ID_MASK) + 1 };
	rc = klog_blocks_open(&r.blocks);
	if (rc < 0)
		return rc;
	job->show_caller = klog_prints_caller(job->k, job->v);
	r.clear_seq = job->partial ? clear_seq_read(job) : 0;
	print_all(job, &r);
	klog_blocks_close(&r.blocks);
	return 0;
}
