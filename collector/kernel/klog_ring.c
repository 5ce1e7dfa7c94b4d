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
#include "kernel/klog_blocks.h"
#include "kernel/klog_impl.h"

#include "base/err.h"

#define COUNT_BITS_MAX 24
#define SIZE_BITS_MAX  30

/* state_var: two bits of state above 62 bits of id. */
#define ID_BITS	       62
#define ID_MASK	       (((uint64_t)1 << ID_BITS) - 1)

enum { RESERVED, COMMITTED, FINALIZED, REUSABLE };

struct ring {
	uint64_t descs, infos, data;
	uint64_t count;	     /* descriptors, a power of two */
	unsigned size_bits;  /* of data */
	uint64_t head, tail; /* ids, both included */
	bool tail_guessed;   /* ids missing after it may never have been used */
	uint64_t clear_seq;
	uint64_t seq_base; /* seq - id of the records: the same for all; once it is known ... */
	bool has_base;
	struct klog_blocks blocks;
};

struct desc {
	uint64_t id;
	unsigned state;
	uint64_t begin, next; /* lpos */
};

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

static int ring_read(struct klog_job *job, struct ring *r)
{
	const struct layout *l = &job->k->layout;
	struct klog_window *w = &job->desc;
	uint64_t rb, dr, tr, count_bits, size_bits;
	int rc = klog_read_ptr(job, (uint64_t)l->sym_prb, &rb);

	if (rc < 0)
		return rc;
	dr = rb + (uint64_t)l->off_printk_ringbuffer_desc_ring;
	tr = rb + (uint64_t)l->off_printk_ringbuffer_text_data_ring;
	if ((rc = klog_read_uint(job, w, dr + (uint64_t)l->off_prb_desc_ring_count_bits, 4,
				 &count_bits)) < 0 ||
	    (rc = klog_read_ptr(job, dr + (uint64_t)l->off_prb_desc_ring_descs, &r->descs)) < 0 ||
	    (rc = klog_read_ptr(job, dr + (uint64_t)l->off_prb_desc_ring_infos, &r->infos)) < 0 ||
	    (rc = klog_read_uint(job, w, dr + (uint64_t)l->off_prb_desc_ring_head_id + counter(l),
				 8, &r->head)) < 0 ||
	    (rc = klog_read_uint(job, w, dr + (uint64_t)l->off_prb_desc_ring_tail_id + counter(l),
				 8, &r->tail)) < 0 ||
	    (rc = klog_read_uint(job, w, tr + (uint64_t)l->off_prb_data_ring_size_bits, 4,
				 &size_bits)) < 0 ||
	    (rc = klog_read_ptr(job, tr + (uint64_t)l->off_prb_data_ring_data, &r->data)) < 0)
		return rc;
	if (count_bits > COUNT_BITS_MAX || size_bits > SIZE_BITS_MAX)
		return -EBADMSG;
	r->count = (uint64_t)1 << count_bits;
	r->size_bits = (unsigned)size_bits;
	return 0;
}

static int desc_read(struct klog_job *job, const struct ring *r, uint64_t id, struct desc *d)
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

/* Of two ids, the younger: they count in 62 bits and overflow. */
static bool id_after(uint64_t a, uint64_t b)
{
	return (int64_t)((a - b) << (64 - ID_BITS)) > 0;
}

/* The youngest record of all, for a head_id that leads nowhere. */
static bool find_head(struct klog_job *job, struct ring *r)
{
	bool found = false;
	struct desc d;

	for (uint64_t i = 0; i < r->count; i++) {
		if (desc_read(job, r, i, &d) < 0 || d.id % r->count != i ||
		    (d.state != COMMITTED && d.state != FINALIZED))
			continue;
		if (!found || id_after(d.id, r->head))
			r->head = d.id;
		found = true;
	}
	return found;
}

/* Make head and tail such that the walk between them is short and meets the records. */
static bool mend_ids(struct klog_job *job, struct ring *r)
{
	struct desc d;

	r->head &= ID_MASK;
	r->tail &= ID_MASK;
	if (desc_read(job, r, r->head, &d) < 0 || d.id != r->head) {
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
static int64_t block_find(const struct ring *r, const struct desc *d, uint64_t *at)
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

/* Does a block of this record begin at byte at of the data? */
static bool is_owner(struct klog_job *job, const struct ring *r, uint64_t at, uint64_t id)
{
	uint64_t owner;

	return klog_read_uint(job, &job->data, r->data + at, sizeof(owner), &owner) == 0 &&
	       owner == id;
}

/*
 * Where the text of a descriptor is, behind its owner's id, and how much there can be. A
 * descriptor that leads to no block of its own is damaged, or the block was reused; the data
 * says which. -1: there is none.
 */
static int64_t text_find(struct klog_job *job, struct ring *r, const struct desc *d, uint64_t *at)
{
	int64_t space = block_find(r, d, at);

	if (space >= 0 && is_owner(job, r, *at, d->id)) {
		*at += sizeof(uint64_t);
		return space;
	}
	if (!klog_blocks_find(job, &r->blocks, d->id, at))
		return -1;
	*at += sizeof(uint64_t);
	return (int64_t)(r->blocks.size - *at);
}

/* Copy the text of a descriptor to job->text. -1: it is lost. */
static int64_t text_read(struct klog_job *job, struct ring *r, const struct desc *d,
			 uint64_t text_len)
{
	uint64_t at = 0;
	int64_t space;

	/* No block: an empty line, or text for which there was no space. */
	if (d->begin & 1 && d->next & 1)
		return d->begin == 3 && d->next == 3 ? 0 : -1;
	space = text_find(job, r, d, &at);
	if (space < 0)
		return -1;
	if ((uint64_t)space < text_len)
		text_len = (uint64_t)space;
	if (!klog_blocks_take(&r->blocks, at - sizeof(uint64_t), sizeof(uint64_t) + text_len) ||
	    klog_read(job, &job->data, r->data + at, job->text, text_len) < 0)
		return -1;
	return (int64_t)text_len;
}

struct info {
	uint64_t seq, ts, text_len, caller;
};

static int info_read(struct klog_job *job, const struct ring *r, uint64_t id, struct info *out)
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

static void print_record(struct klog_job *job, struct ring *r, const struct desc *d)
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
static bool print_without_desc(struct klog_job *job, struct ring *r, uint64_t id)
{
	const struct desc d = { .id = id, .state = FINALIZED };
	struct info info;
	uint64_t at;

	if (!r->has_base || info_read(job, r, id, &info) < 0 || info.seq == UINT64_MAX ||
	    info.seq - id != r->seq_base || !klog_blocks_find(job, &r->blocks, id, &at))
		return false;
	print_record(job, r, &d);
	return true;
}

static void visit(struct klog_job *job, struct ring *r, uint64_t id)
{
	struct desc d;
	bool read = desc_read(job, r, id, &d) == 0;

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

static void print_all(struct klog_job *job, struct ring *r)
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
	struct ring r = { 0 };
	int rc;

	if (!ring_described(&job->k->layout))
		return fail(-ENOENT, "kernel log: vmcoreinfo does not describe its ring");
	rc = ring_read(job, &r);
	if (rc < 0)
		return fail(rc, "kernel log: read its ring");
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
