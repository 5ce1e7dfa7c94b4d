/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user_mappings.c - the mappings of a process: a list up to Linux 6.0, a maple tree since 6.1
 *
 * A node of a maple tree covers a range of addresses. Its pivots are the last address of each slot;
 * the last slot in use ends where the node does. The type of a node is in the low byte of the
 * pointer to it (d4af56c5c7c6).
 */
#include "kernel/user_memory_impl.h"

#include "base/err.h"

#define NODE_MASK  0xffull
#define TYPE_SHIFT 3
#define TYPE_MASK  0xf
#define DEPTH_MAX  16u

enum { MAPLE_DENSE, MAPLE_LEAF_64, MAPLE_RANGE_64, MAPLE_ARANGE_64 };

int kuser_find_mappings(struct kuser *u, struct btf *b)
{
	const char *const vma = "vm_area_struct", *const mm = "mm_struct";

	if (btf_member(b, vma, "vm_start", &u->start) < 0 ||
	    btf_member(b, vma, "vm_end", &u->end) < 0 ||
	    btf_member(b, vma, "vm_file", &u->file) < 0 ||
	    btf_member(b, vma, "vm_pgoff", &u->file_page) < 0)
		return -ENOENT;
	if (btf_member(b, mm, "mmap", &u->first) == 0)
		return btf_member(b, vma, "vm_next", &u->next) < 0 ? -ENOENT : 0;
	if (btf_member(b, mm, "mm_mt.ma_root", &u->root) < 0 ||
	    btf_member(b, "maple_range_64", "pivot", &u->leaf.pivot) < 0 ||
	    btf_member(b, "maple_range_64", "slot", &u->leaf.slot) < 0 ||
	    btf_member(b, "maple_arange_64", "pivot", &u->inner.pivot) < 0 ||
	    btf_member(b, "maple_arange_64", "slot", &u->inner.slot) < 0)
		return -ENOENT;
	return 0;
}

struct walk {
	struct kuser *u;
	int (*fn)(void *arg, const struct kuser_mapping *m);
	void *arg;
	unsigned left;	  /* mappings and nodes that may follow */
	uint64_t reached; /* mappings begin here at the lowest: they rise, or the tree is damaged */
};

static bool is_pointer(uint64_t va)
{
	return va >> 63 && va % 8 == 0;
}

/* 1: go on; 0: the list or the tree is damaged here; negative: what fn said. */
static int one_mapping(struct walk *w, uint64_t vma)
{
	struct kuser *u = w->u;
	struct kuser_mapping m;
	int rc;

	if (w->left == 0 || !is_pointer(vma) || btf_read(u->mem, vma, &u->start, &m.start) < 0 ||
	    btf_read(u->mem, vma, &u->end, &m.end) < 0 ||
	    btf_read(u->mem, vma, &u->file, &m.file) < 0 ||
	    btf_read(u->mem, vma, &u->file_page, &m.file_page) < 0 || m.start < w->reached ||
	    m.end <= m.start)
		return 0;
	w->left--;
	w->reached = m.end;
	rc = w->fn(w->arg, &m);
	return rc < 0 ? rc : 1;
}

static int walk_list(struct walk *w, uint64_t vma)
{
	int rc = 1;

	while (rc > 0 && vma) {
		rc = one_mapping(w, vma);
		if (rc > 0 && btf_read(w->u->mem, vma, &w->u->next, &vma) < 0)
			rc = 0;
	}
	return rc;
}

static int walk_node(struct walk *w, uint64_t node, uint64_t max, unsigned depth);

/* An empty slot is a gap between mappings, and one that is not aligned is the tree's own mark. */
static int walk_slot(struct walk *w, uint64_t slot, uint64_t max, unsigned depth)
{
	if (depth == 0)
		return is_pointer(slot) ? one_mapping(w, slot) : 1;
	return slot >> 63 ? walk_node(w, slot, max, depth) : 0;
}

/* depth: how many levels of nodes may follow; the leaves' slots are mappings. */
static int walk_node(struct walk *w, uint64_t node, uint64_t max, unsigned depth)
{
	const unsigned type = (unsigned)(node >> TYPE_SHIFT) & TYPE_MASK;
	const struct maple_node_type *t = type == MAPLE_ARANGE_64 ? &w->u->inner : &w->u->leaf;
	const uint64_t at = node & ~NODE_MASK;
	uint64_t pivot = 0, slot;
	int rc = 1;

	if (type == MAPLE_DENSE || type > MAPLE_ARANGE_64 || w->left == 0)
		return 0;
	w->left--;
	depth = type == MAPLE_LEAF_64 ? 0 : depth - 1;
	if (type != MAPLE_LEAF_64 && depth == 0)
		return 0;
	for (uint32_t i = 0; rc > 0 && i < t->slot.nelems; i++) {
		uint64_t last = pivot;

		pivot = max;
		if (kmem_u64(w->u->mem, at + t->slot.off + i * 8ull, &slot) < 0 ||
		    (i < t->pivot.nelems &&
		     kmem_u64(w->u->mem, at + t->pivot.off + i * 8ull, &pivot) < 0))
			return 0;
		if ((i > 0 && pivot <= last) || pivot > max)
			pivot = max; /* a pivot that is not used is 0 */
		rc = walk_slot(w, slot, pivot, depth);
		if (pivot == max)
			break;
	}
	return rc;
}

int kuser_mappings(struct kuser *u, uint64_t mm,
		   int (*fn)(void *arg, const struct kuser_mapping *m), void *arg)
{
	struct walk w = { .u = u, .fn = fn, .arg = arg, .left = 2 * KUSER_MAPPINGS_MAX };
	uint64_t root;
	int rc;

	if (!is_pointer(mm) ||
	    btf_read(u->mem, mm, u->first.size ? &u->first : &u->root, &root) < 0)
		return -EFAULT;
	if (u->first.size)
		rc = walk_list(&w, root);
	else if ((root & 3) == 2)
		rc = walk_node(&w, root, UINT64_MAX, DEPTH_MAX);
	else
		rc = root ? one_mapping(&w, root) : 1;
	return rc < 0 ? rc : 0;
}
