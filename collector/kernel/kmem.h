/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmem.h - small reads of the crashed kernel's virtual memory, through a cache of pages
 *
 *     kmem_open  ->  kmem_read, kmem_string ...  ->  kmem_close
 *
 * Tables of symbols and types, lists and stacks are read a few bytes at a time, from scattered
 * addresses. A struct kmem keeps copies of the pages it read last. Addresses inside the
 * kernel image are read without page tables where the core's headers say where the image is, so
 * that tables in the image can be read before page tables are known.
 *
 * One thread at a time. Kernel and view are borrowed; the view may be used by others between
 * two calls. No function of this header adds to the error trail.
 */
#ifndef KERNEL_KMEM_H
#define KERNEL_KMEM_H

#include "kernel/kernel.h"

#define KMEM_PAGE 4096u

struct kmem;

/* nr_pages: how many pages to keep, rounded up to a power of two. -ENOMEM. */
int kmem_open(const struct kernel *k, struct view *v, unsigned nr_pages, struct kmem **out);
void kmem_close(struct kmem *m);

/* Drop the pages that are kept: what they were copied from has changed. */
void kmem_forget(struct kmem *m);

/* The kernel that m reads. */
const struct kernel *kmem_kernel(const struct kmem *m);

/* Copy len bytes at va. -EFAULT: not mapped, or not in the core; -EIO: damaged. */
int kmem_read(struct kmem *m, uint64_t va, void *buf, size_t len);

/* True if va is mapped, even if the dump does not have its page. */
bool kmem_mapped(struct kmem *m, uint64_t va);

/*
 * Copy up to len bytes at va without keeping the pages, for one pass over much memory. Pages
 * that cannot be read are zeros. Returns the number of pages that could be read.
 */
size_t kmem_copy(struct kmem *m, uint64_t va, void *buf, size_t len);

/*
 * Copy the string at va, at most size - 1 bytes, and end it with a NUL. Returns its length;
 * -EFAULT, -EIO as above; -ENAMETOOLONG: no NUL within size bytes (out holds the beginning).
 */
int kmem_string(struct kmem *m, uint64_t va, char *out, size_t size);

static inline int kmem_u64(struct kmem *m, uint64_t va, uint64_t *out)
{
	return kmem_read(m, va, out, sizeof(*out));
}

static inline int kmem_u32(struct kmem *m, uint64_t va, uint32_t *out)
{
	return kmem_read(m, va, out, sizeof(*out));
}

/* An unsigned number of 1, 2, 4 or 8 bytes; -EINVAL for other widths. */
int kmem_uint(struct kmem *m, uint64_t va, unsigned width, uint64_t *out);

#endif
