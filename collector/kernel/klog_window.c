/* SPDX-License-Identifier: GPL-2.0-or-later */
/* klog_window.c - the kernel's memory, through a window of a page, within a time limit */
#include "kernel/klog_impl.h"

#include "base/err.h"

#include <string.h>

#define CLOCK_STEPS 64 /* between two looks at the clock */

/* Load the page that holds va, unless it is the one we have. */
static int window_fill(struct klog_job *job, struct klog_window *w, uint64_t va)
{
	uint64_t base = va & ~(uint64_t)(KLOG_WINDOW - 1);

	if (w->filled && w->va == base)
		return w->rc;
	w->filled = true;
	w->va = base;
	w->rc = kernel_read(job->k, job->v, base, w->byte, KLOG_WINDOW);
	/* A lost record is counted; messages would only accumulate. */
	if (w->rc < 0)
		fail_clear();
	return w->rc;
}

int klog_read(struct klog_job *job, struct klog_window *w, uint64_t va, void *buf, size_t len)
{
	uint8_t *to = buf;

	while (len) {
		size_t at = (size_t)(va % KLOG_WINDOW);
		size_t n = len < KLOG_WINDOW - at ? len : KLOG_WINDOW - at;
		int rc = window_fill(job, w, va);

		if (rc < 0)
			return rc;
		memcpy(to, w->byte + at, n);
		to += n;
		va += n;
		len -= n;
	}
	return 0;
}

int klog_read_uint(struct klog_job *job, struct klog_window *w, uint64_t va, size_t width,
		   uint64_t *out)
{
	union {
		uint16_t u16;
		uint32_t u32;
		uint64_t u64;
	} n;
	int rc = klog_read(job, w, va, &n, width);

	if (rc < 0)
		return rc;
	*out = width == 2 ? n.u16 : width == 4 ? n.u32 : n.u64;
	return 0;
}

int klog_read_ptr(struct klog_job *job, uint64_t va, uint64_t *out)
{
	int rc = klog_read_uint(job, &job->desc, va, 8, out);

	if (rc < 0)
		return rc;
	/* Kernel addresses begin with 0xff on every supported 64-bit machine. */
	*out |= (uint64_t)0xff << 56;
	return 0;
}

bool klog_in_time(struct klog_job *job)
{
	if (job->counts->stopped)
		return false;
	if (++job->steps < CLOCK_STEPS)
		return true;
	job->steps = 0;
	job->counts->stopped = deadline_over(&job->by);
	return !job->counts->stopped;
}
