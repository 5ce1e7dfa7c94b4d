/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.h - the crashed kernel: its layout and its virtual addresses
 *
 * A struct kernel is complete and constant when kernel_open() returns, so threads can share it.
 * (kernel_learn() changes it: call it before there are threads.) Reads use the caller's own view.
 */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include "kernel/layout.h"
#include "source/source.h"

struct kernel;

/* One leaf or table that a walk of the kernel's page tables met. */
struct mapping {
	uint64_t va;
	uint64_t pa;
	uint64_t len; /* bytes: a page, 2 MiB, 1 GiB, ...; a table is one page */
	bool table;
	bool exec; /* a leaf that may be executed */
};

/*
 * All that an architecture must give: one per architecture, in arch_<name>.c; picked by the ELF
 * machine of the core. The machine that reads the core may be another: nothing here is its own.
 */
struct arch_ops {
	const char *name; /* as uname -m prints it */
	uint16_t elf_machine;
	size_t prstatus_sp; /* where the stack pointer is in an NT_PRSTATUS */

	/* Where the kernel image is, from the core's headers alone: k->src and k->layout. */
	void (*find_image)(struct kernel *k);

	/*
	 * Fill what struct kernel says is the architecture's; k->layout, k->page_shift, k->image
	 * and, for a dump, k->phys_base of its header are set. Called again when more facts are
	 * known. -ENOENT: a fact that translation needs is missing.
	 */
	int (*init)(struct kernel *k, struct view *v);

	/*
	 * Virtual to physical. *left: bytes from va to the end of its leaf,
	 * physically contiguous. -EFAULT if not mapped.
	 */
	int (*vtop)(const struct kernel *k, struct view *v, uint64_t va, uint64_t *pa,
		    uint64_t *left);

	/*
	 * Call fn for every table and leaf of the kernel's half, tables before
	 * what they hold. Unreadable tables are skipped. fn < 0 ends the walk.
	 */
	int (*walk)(const struct kernel *k, struct view *v,
		    int (*fn)(void *arg, const struct mapping *m), void *arg);

	/*
	 * The address in a pointer of the kernel, which may carry a tag or a signature in bits
	 * that the hardware does not use. NULL: pointers are addresses. vtop() takes both.
	 */
	uint64_t (*pointer)(const struct kernel *k, uint64_t value);
};

/* The kernel image, linear in physical memory, by the headers of the core; len 0: not known.
 */
struct kernel_image {
	uint64_t va, pa, len;
};

struct kernel {
	struct source *src;
	const struct arch_ops *arch;
	struct layout layout;
	char release[65];   /* OSRELEASE, "" if unknown */
	int64_t crash_time; /* seconds since 1970, by vmcoreinfo or the header of a dump; 0: unknown
			     */
	unsigned page_shift; /* a page has 1 << page_shift bytes; 12 to 16 */

	/* The architecture's, set by init(). */
	/*
	 * Bytes, as the header of a dump has it. x86_64: added to an address of the kernel image
	 * minus __START_KERNEL_map it gives the physical address. arm64: PHYS_OFFSET.
	 */
	int64_t phys_base;
	unsigned pgtable_levels;
	unsigned va_bits;     /* that the page tables index; arm64 only */
	uint64_t pgd_pa;      /* of the kernel's top page table */
	bool of_process;      /* a copy with the pgd_pa of a process: user addresses, not its own */
	uint64_t pa_mask;     /* bits of an entry that are its address */
	uint64_t direct_base; /* va of pa 0 in the direct map, modulo 2^64; 0 if unknown */
	int64_t section_bits; /* of a kernel that does not say: size of a memory section ... */
	int64_t physmem_bits; /* ... and of all memory, as powers of 2 */

	struct kernel_image image;
	bool vtop_works;     /* the self-test passed */
	bool learned;	     /* kernel_learn() did its work */
	const char *vmlinux; /* a file for symbols and types that are not in the dump, or NULL */
};

/*
 * Never fails for what the dump lacks. If vmcoreinfo is missing, or its facts do not let
 * addresses be translated, the symbols and types in the dump are asked (learn.h); if translation
 * does not work then either, vtop_works is false and the reason is logged. Fails for an
 * architecture we do not know (-ENOTSUP) and for lack of memory.
 */
int kernel_open(struct source *src, struct kernel **out);

/*
 * The same, with a file of the crashed kernel's build for what the dump lacks; it is only used if
 * its build ID is that of the dump. The string is borrowed. NULL: there is none.
 */
int kernel_open_with(struct source *src, const char *vmlinux, struct kernel **out);
void kernel_close(struct kernel *k);

/*
 * For find_image(): the image is that segment and all that lie in line with it. A dump that left
 * pages out has it in many.
 */
void kernel_set_image(struct kernel *k, const struct va_hint *first);

/* For kernel_learn(): set up translation again, with a layout that has more facts. */
void kernel_learn_addresses(struct kernel *k, struct view *v);

/* Copy len bytes at virtual address va, leaf by leaf. -EFAULT, -EIO. */
int kernel_read(const struct kernel *k, struct view *v, uint64_t va, void *buf, size_t len);

static inline int kernel_vtop(const struct kernel *k, struct view *v, uint64_t va, uint64_t *pa,
			      uint64_t *left)
{
	return k->arch->vtop(k, v, va, pa, left);
}

/* The address in a pointer that was read from the kernel's memory. */
static inline uint64_t kernel_pointer(const struct kernel *k, uint64_t value)
{
	return k->arch->pointer ? k->arch->pointer(k, value) : value;
}

/* Six strings of 65 bytes in a row, as struct new_utsname. */
struct kernel_uts {
	char field[6][65];
};

/* init_uts_ns; what cannot be read is filled from OSRELEASE and the ELF machine. */
void kernel_uts(const struct kernel *k, struct view *v, struct kernel_uts *out);

#endif
