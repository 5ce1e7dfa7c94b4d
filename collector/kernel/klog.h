/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * klog.h - the kernel log of the crashed kernel, as dmesg prints it
 *
 * Needs the notes and the page tables, nothing of mem_map. Reads printk_log
 * records (before 5.10) and the lockless ring (since). A damaged ring costs
 * the damaged records, not the rest; every index read from memory is bounded, no
 * byte of a ring is printed twice, and the time is limited.
 */
#ifndef KERNEL_KLOG_H
#define KERNEL_KLOG_H

#include "kernel/kernel.h"

#include <stdio.h>

/* The longest time that is spent on a log; one of 16 MiB takes a second. */
#define KLOG_SECONDS 20

struct klog_counts {
	uint64_t records;
	uint64_t lost; /* records overwritten or damaged */
	bool stopped;  /* KLOG_SECONDS were over: the rest is missing */
};

/*
 * Write the log to out. partial: only records since the last dmesg -c.
 * -ENOENT: the address of the log is not known. -EFAULT: it is known, but nothing can be read
 * there. -EBADMSG: the bytes there are not a log. -EIO: write error. Damaged records are not an
 * error, see counts.
 */
int klog_print(const struct kernel *k, struct view *v, bool partial, FILE *out,
	       struct klog_counts *counts);

#endif
