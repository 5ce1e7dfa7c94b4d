/* SPDX-License-Identifier: GPL-2.0-or-later */
/* user_memory.c - registers, mappings and page tables of user space */
#include "kernel/user_memory.h"

#include "base/err.h"
#include "kernel/user_memory_impl.h"

#include <stdlib.h>

#define USER_END   (1ull << 56) /* 5-level page tables end here */
#define FRED_FRAME 16u		/* bytes above struct pt_regs where CONFIG_X86_FRED is set, 6.9 - */

/* x86 says by its code segment, and arm64 by pstate, which mode was interrupted. */
static int find_registers(struct kuser *u, struct btf *b)
{
	int64_t size = btf_size_of(b, "pt_regs");

	if (size <= 0 || size > KMEM_PAGE || btf_member(b, "pt_regs", "sp", &u->sp) < 0)
		return -ENOENT;
	u->regs_size = (uint64_t)size;
	if (btf_member(b, "pt_regs", "cs", &u->mode) == 0) {
		u->mode_mask = u->mode_user = 3;
		return 0;
	}
	u->mode_mask = 0xf;
	u->mode_user = 0;
	return btf_member(b, "pt_regs", "pstate", &u->mode) < 0 ? -ENOENT : 0;
}

int kuser_open(struct kmem *mem, struct view *v, struct btf *btf, uint64_t stack_size,
	       struct kuser **out)
{
	struct kuser *u = calloc(1, sizeof(*u));
	int rc = u ? find_registers(u, btf) : -ENOMEM;

	if (rc == 0 && btf_member(btf, "mm_struct", "pgd", &u->pgd) < 0)
		rc = -ENOENT;
	if (rc == 0)
		rc = kuser_find_mappings(u, btf);
	if (rc < 0) {
		kuser_close(u);
		return fail(rc, "memory of processes of the crashed kernel");
	}
	u->mem = mem;
	u->v = v;
	u->stack_size = stack_size;
	*out = u;
	return 0;
}

void kuser_close(struct kuser *u)
{
	free(u);
}

int kuser_sp(struct kuser *u, uint64_t stack, uint64_t *sp)
{
	const uint64_t top = stack + u->stack_size - u->regs_size;
	int rc = -ENOENT;

	for (unsigned above = 0; rc != 0 && above <= FRED_FRAME; above += FRED_FRAME) {
		uint64_t mode, value;

		rc = btf_read(u->mem, top - above, &u->mode, &mode);
		if (rc == 0)
			rc = btf_read(u->mem, top - above, &u->sp, &value);
		if (rc < 0)
			return rc;
		if ((mode & u->mode_mask) == u->mode_user && value >= KMEM_PAGE && value < USER_END)
			*sp = value;
		else
			rc = -ENOENT;
	}
	return rc;
}

int kuser_vtop(struct kuser *u, uint64_t mm, uint64_t va, uint64_t *pa, uint64_t *left)
{
	struct kernel process = *kmem_kernel(u->mem);
	uint64_t pgd;
	int rc;

	process.of_process = true;
	rc = va < USER_END ? btf_read(u->mem, mm, &u->pgd, &pgd) : -EFAULT;

	if (rc == 0)
		rc = kernel_vtop(kmem_kernel(u->mem), u->v, pgd, &process.pgd_pa, left);
	return rc < 0 ? rc : kernel_vtop(&process, u->v, va, pa, left);
}
