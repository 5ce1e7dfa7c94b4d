/* SPDX-License-Identifier: GPL-2.0-or-later */
/* klog_impl.h - private to the kernel log reader */
#ifndef KERNEL_KLOG_IMPL_H
#define KERNEL_KLOG_IMPL_H

#include "base/clock.h"
#include "kernel/klog.h"

/*
 * A page of the kernel's virtual memory. The log lies in a few arrays that are
 * walked in order, so one window for each of them saves nearly all page walks.
 * A page that cannot be read is remembered too: it is asked for many times.
 */
#define KLOG_WINDOW 4096

struct klog_window {
	uint64_t va;
	bool filled;
	int rc;
	uint8_t byte[KLOG_WINDOW];
};

/* text_len is 16 bits wide in every kernel: longer text cannot be. */
#define KLOG_TEXT_MAX 65536

struct klog_job {
	const struct kernel *k;
	struct view *v;
	bool partial;
	bool show_caller;
	FILE *out;
	struct klog_counts *counts;
	struct deadline by;	 /* a damaged log must not keep the capture kernel from the core */
	unsigned steps;		 /* since the clock was read */
	struct klog_window desc; /* also the variables that lead to the log */
	struct klog_window info;
	struct klog_window data;
	char text[KLOG_TEXT_MAX];
};

struct klog_record {
	uint64_t ts_nsec;
	uint32_t caller_id;
	const char *text;
	size_t len;
};

/* klog_window.c: copy len bytes at va. What cannot be read is an error, nothing is logged. */
int klog_read(struct klog_job *job, struct klog_window *w, uint64_t va, void *buf, size_t len);

/* The same for an unsigned integer of 2, 4 or 8 bytes, in our own byte order. */
int klog_read_uint(struct klog_job *job, struct klog_window *w, uint64_t va, size_t width,
		   uint64_t *out);

/* A pointer: a tag in its top byte (KASAN, MTE) is replaced by ones. */
int klog_read_ptr(struct klog_job *job, uint64_t va, uint64_t *out);

/* Call before each step of a loop over the log; false: the time is over, end the loop. */
bool klog_in_time(struct klog_job *job);

/* Print one record and count it. Write errors stick to job->out. */
void klog_put(struct klog_job *job, const struct klog_record *rec);

/* Whether a kernel with the lockless ring was built to print the caller of each line. */
bool klog_prints_caller(const struct kernel *k, struct view *v);

/* Before 5.10, and since. 0, or -errno if not even the first variable could be read. */
int klog_records_print(struct klog_job *job);
int klog_ring_print(struct klog_job *job);

#endif
