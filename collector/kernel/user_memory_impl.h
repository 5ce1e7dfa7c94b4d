/* SPDX-License-Identifier: GPL-2.0-or-later */
/* user_memory_impl.h - shared by user_memory.c and user_mappings.c */
#ifndef KERNEL_USER_MEMORY_IMPL_H
#define KERNEL_USER_MEMORY_IMPL_H

#include "kernel/user_memory.h"

/* The pivots and slots of a type of node of a maple tree. */
struct maple_node_type {
	struct btf_field pivot, slot;
};

struct kuser {
	struct kmem *mem;
	struct view *v;
	uint64_t stack_size, regs_size; /* bytes */
	struct btf_field sp, mode;	/* of struct pt_regs */
	uint64_t mode_mask, mode_user;	/* mode & mask == user: user space was interrupted */
	struct btf_field pgd;		/* of struct mm_struct, as those below */
	struct btf_field first;		/* mmap, - 6.0; size 0: not there */
	struct btf_field root;		/* mm_mt.ma_root, 6.1 - */
	struct btf_field start, end, next, file, file_page; /* of struct vm_area_struct */
	struct maple_node_type leaf, inner;		    /* maple_range_64, maple_arange_64 */
};

/* -ENOENT: types are missing. */
int kuser_find_mappings(struct kuser *u, struct btf *b);

#endif
