/* SPDX-License-Identifier: GPL-2.0-or-later */
/* learn.h - facts that vmcoreinfo lacks, from the symbols and types in the dump */
#ifndef KERNEL_LEARN_H
#define KERNEL_LEARN_H

#include "kernel/btf.h"
#include "kernel/kallsyms.h"

/* Numbers of facts. */
struct learned {
	unsigned added;	    /* unknown before */
	unsigned same;	    /* vmcoreinfo and the tables agree */
	unsigned different; /* they do not: vmcoreinfo's stays, the log says which */
};

/*
 * Look up each fact of layout.def in syms and btf (each may be NULL). Known facts stay as they are.
 */
struct learned layout_learn(struct layout *l, struct kallsyms *syms, struct btf *btf);

/*
 * Read the dump's symbol tables and types, or those of k->vmlinux where the dump has none, and fill
 * in facts that the layout lacks. If addresses could not be translated before, try again with the
 * new facts. Costs some 30 ms, and 3 MiB during the call, so call it only if vmcoreinfo lacks a
 * fact that is needed. Never fails; damage is logged. The work is done once. Call it before
 * threads share the kernel.
 */
void kernel_learn(struct kernel *k, struct view *v);

#endif
