// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klog_record.c - kernel log: printk_log records in one buffer, Linux 3.5 to 5.9
 *
 *         next_idx      first_idx                             log_buf_len
 *     0      v              v                                      v
 *     [r][r] ... free ...   [header|text|dict|pad][r][r][0][ rest  ]
 *     ^                                                  |
 *     +--------------------------------------------------+
 *
 * A record never wraps: a header of zeros says that the next one is at 0.
 */
#include "kernel/klog_impl.h"

#include "base/err.h"

/* Records start at multiples of this or more (LOG_ALIGN). */
#define RECORD_ALIGN  4

/* 4 MiB of log. Limits the time that a log of garbage can cost. */
#define SEARCH_BUDGET (1U << 20)

struct records {
	uint64_t buf;
	uint64_t size;
	uint64_t first, next;
	uint64_t header; /* SIZE(printk_log) */
	uint64_t ts;	 /* of the last good record; 0 before the first */
	unsigned budget; /* positions that may still be searched for a record */
	bool around;	 /* next_idx is damaged: go once around */
};

struct header {
	uint64_t ts_nsec;
	uint64_t len;
	uint64_t text_len;
	uint64_t caller_id;
};

static int records_open(struct klog_job *job, struct records *r)
{
	const struct layout *l = &job->k->layout;
	struct klog_window *w = &job->desc;
	int rc;

	if (!known(l->sym_log_buf_len) || !known(l->sym_log_first_idx) ||
	    !known(l->sym_log_next_idx) || !known(l->size_printk_log) ||
	    !known(l->off_printk_log_ts_nsec) || !known(l->off_printk_log_len) ||
	    !known(l->off_printk_log_text_len))
		return fail(-ENOENT, "kernel log: vmcoreinfo does not describe its records");

	r->header = (uint64_t)l->size_printk_log;
	if ((rc = klog_read_ptr(job, (uint64_t)l->sym_log_buf, &r->buf)) < 0 ||
	    (rc = klog_read_uint(job, w, (uint64_t)l->sym_log_buf_len, 4, &r->size)) < 0 ||
	    (rc = klog_read_uint(job, w, (uint64_t)l->sym_log_first_idx, 4, &r->first)) < 0 ||
	    (rc = klog_read_uint(job, w, (uint64_t)l->sym_log_next_idx, 4, &r->next)) < 0)
		return fail(rc, "kernel log: read its variables");
	if (r->size == 0 || r->size > (uint64_t)1 << 31 || r->header == 0 || r->header > 4096)
		return fail(-EBADMSG, "kernel log: buffer of %#llx bytes",
			    (unsigned long long)r->size);
	return 0;
}

static int header_read(struct klog_job *job, const struct records *r, uint64_t idx,
		       struct header *h)
{
	const struct layout *l = &job->k->layout;
	struct klog_window *w = &job->info;
	uint64_t at = r->buf + idx;
	int rc;

	h->caller_id = 0;
	if ((rc = klog_read_uint(job, w, at + (uint64_t)l->off_printk_log_len, 2, &h->len)) < 0 ||
	    (rc = klog_read_uint(job, w, at + (uint64_t)l->off_printk_log_ts_nsec, 8,
				 &h->ts_nsec)) < 0 ||
	    (rc = klog_read_uint(job, w, at + (uint64_t)l->off_printk_log_text_len, 2,
				 &h->text_len)) < 0)
		return rc;
	if (!known(l->off_printk_log_caller_id))
		return 0;
	return klog_read_uint(job, w, at + (uint64_t)l->off_printk_log_caller_id, 4, &h->caller_id);
}

static bool header_ok(const struct records *r, uint64_t idx, const struct header *h)
{
	return h->len >= r->header && h->len % RECORD_ALIGN == 0 && h->len <= r->size - idx &&
	       h->text_len <= h->len - r->header;
}

/*
 * Is there a record at idx, even if no record leads to it? One valid header may be chance: the next
 * one must be valid too, or the end of the log. Text read as a time stamp would be more than nine
 * years.
 */
static bool looks_like_record(struct klog_job *job, const struct records *r, uint64_t idx)
{
	struct header h, after;
	uint64_t then;

	if (header_read(job, r, idx, &h) < 0 || !header_ok(r, idx, &h) || h.ts_nsec < r->ts ||
	    h.ts_nsec >> 58)
		return false;
	then = idx + h.len;
	if (then == r->next || (idx > r->next && then + r->header > r->size))
		return true;
	if (header_read(job, r, then, &after) < 0)
		return false;
	if (after.len == 0)
		return idx > r->next;
	return header_ok(r, then, &after) && after.ts_nsec >= h.ts_nsec;
}

/* The first record after a damaged one; if there is none, next_idx or 0. */
static uint64_t find_record(struct klog_job *job, struct records *r, uint64_t idx)
{
	uint64_t stop = idx < r->next ? r->next : r->size;

	for (idx += RECORD_ALIGN; idx + r->header <= stop && r->budget && klog_in_time(job);
	     idx += RECORD_ALIGN) {
		r->budget--;
		if (looks_like_record(job, r, idx))
			return idx;
	}
	return stop == r->size ? 0 : stop;
}

static void print_record(struct klog_job *job, const struct records *r, uint64_t idx,
			 const struct header *h)
{
	if (klog_read(job, &job->data, r->buf + idx + r->header, job->text, h->text_len) < 0) {
		job->counts->lost++;
		return;
	}
	klog_put(job, &(struct klog_record){ .ts_nsec = h->ts_nsec,
					     .caller_id = (uint32_t)h->caller_id,
					     .text = job->text,
					     .len = h->text_len });
}

/* Handle the record at idx; returns the index of the next record, 0 to wrap. */
static uint64_t step(struct klog_job *job, struct records *r, uint64_t idx, bool print)
{
	struct header h;
	uint64_t then;
	int rc = header_read(job, r, idx, &h);

	if (rc == 0 && header_ok(r, idx, &h)) {
		r->ts = h.ts_nsec;
		if (print)
			print_record(job, r, idx, &h);
		return idx + h.len;
	}
	/*
	 * Zeros mark where the log wraps, but a lost page is zeros too. Records after the real mark
	 * are older than those seen so far, so they are not found.
	 */
	if (rc == 0 && h.len == 0 && idx > r->next && r->ts == 0)
		return 0;
	then = find_record(job, r, idx);
	if (rc < 0 || h.len != 0 || then != 0)
		job->counts->lost += print;
	return then;
}

/*
 * From idx to next_idx, in at most two stretches: up to the end of the buffer,
 * then from 0. In each the index only grows, with any records. Ends
 * early, with true, at until.
 */
static bool walk(struct klog_job *job, struct records *r, uint64_t idx, uint64_t until, bool print)
{
	bool last = idx < r->next;

	if (idx == r->next && !r->around)
		return false;
	r->ts = 0;
	r->budget = SEARCH_BUDGET;
	while (idx < (last ? r->next : r->size) && !ferror(job->out) && klog_in_time(job)) {
		uint64_t then;

		if (idx == until)
			return true;
		then = step(job, r, idx, print);
		if (then <= idx || then >= r->size) {
			if (last)
				break;
			last = true;
			then = 0;
		}
		idx = then;
	}
	return false;
}

/* An index outside the buffer is damage; find the records without it. */
static void mend_indexes(struct klog_job *job, struct records *r)
{
	bool no_first = r->first >= r->size, no_next = r->next >= r->size;

	r->budget = SEARCH_BUDGET;
	if (no_first)
		r->first = no_next ? 0 : find_record(job, r, r->next);
	if (no_next) {
		r->next = r->first;
		r->around = true;
	}
	job->counts->lost += no_first || no_next;
}

/*
 * clear_idx is not moved when the record it points at is overwritten, so it
 * counts only if the walk comes by. 0 is where it is before the first dmesg -c
 * and never after it: the records that wrap are older than index 0.
 */
static uint64_t start_of_partial(struct klog_job *job, struct records *r)
{
	int64_t sym = job->k->layout.sym_clear_idx;
	uint64_t clear;

	if (!known(sym) || klog_read_uint(job, &job->desc, (uint64_t)sym, 4, &clear) < 0)
		return r->first;
	if (clear == r->next)
		return clear;
	return clear != 0 && walk(job, r, r->first, clear, false) ? clear : r->first;
}

int klog_records_print(struct klog_job *job)
{
	struct records r = { 0 };
	int rc = records_open(job, &r);

	if (rc < 0)
		return rc;
	job->show_caller = known(job->k->layout.off_printk_log_caller_id);
	mend_indexes(job, &r);
	walk(job, &r, job->partial ? start_of_partial(job, &r) : r.first, UINT64_MAX, true);
	return 0;
}
