/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user_memory.h - the memory of a process of the crashed kernel
 *
 *     kuser_open  ->  kuser_sp, kuser_mappings, kuser_vtop ...  ->  kuser_close
 *
 * Addresses of user space are translated by the page tables of the process, which are the kernel's
 * own memory and so in every dump. All that is read is hostile: trees and lists are bounded.
 * One thread at a time; what it was opened from is borrowed. Nothing here but kuser_open() adds to
 * the error trail.
 */
#ifndef KERNEL_USER_MEMORY_H
#define KERNEL_USER_MEMORY_H

#include "kernel/btf.h"

#define KUSER_MAPPINGS_MAX 65536u /* of one process; the kernel's own limit is 65530 */

struct kuser;

/* One struct vm_area_struct. */
struct kuser_mapping {
	uint64_t start, end; /* va */
	uint64_t file;	     /* struct file; 0: not of a file */
	uint64_t file_page;  /* the page of the file at start; meaningless without a file */
};

/*
 * v: for page tables, borrowed, too. stack_size: THREAD_SIZE. -ENOENT: types are missing; -ENOMEM.
 */
int kuser_open(struct kmem *mem, struct view *v, struct btf *btf, uint64_t stack_size,
	       struct kuser **out);
void kuser_close(struct kuser *u);

/*
 * The stack pointer that a thread had when it entered the kernel; stack: va of the lowest byte of
 * its kernel stack. -ENOENT: there are no registers of user space; -EFAULT, -EIO as kmem_read().
 */
int kuser_sp(struct kuser *u, uint64_t stack, uint64_t *sp);

/*
 * Call fn for each mapping of a struct mm_struct, lowest first; fn < 0 ends it. A list or tree that
 * is damaged is cut where it is. Returns what fn returned last, or -EFAULT: nothing was readable.
 */
int kuser_mappings(struct kuser *u, uint64_t mm,
		   int (*fn)(void *arg, const struct kuser_mapping *m), void *arg);

/*
 * Physical address of va in the process whose memory is mm, and the bytes from there to the end of
 * its leaf. -EFAULT: not in memory.
 */
int kuser_vtop(struct kuser *u, uint64_t mm, uint64_t va, uint64_t *pa, uint64_t *left);

#endif
