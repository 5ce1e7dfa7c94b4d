/* SPDX-License-Identifier: GPL-2.0-or-later */
/* learn.h - facts that vmcoreinfo does not tell, from the dump's symbols and types */
#ifndef KERNEL_LEARN_H
#define KERNEL_LEARN_H

#include "kernel/btf.h"
#include "kernel/kallsyms.h"

/* What came of it, by number of facts. */
struct learned {
	unsigned added;	    /* unknown before */
	unsigned same;	    /* vmcoreinfo and the tables agree */
	unsigned different; /* they do not: vmcoreinfo's stays, the log says which */
};

/*
 * Ask for each fact of layout.def what syms and btf (each may be NULL) say of it. Known facts
 * stay as they are.
 */
struct learned layout_learn(struct layout *l, struct kallsyms *syms, struct btf *btf);

/*
 * Read the dump's symbol tables and types and fill in what the layout lacks; where addresses could
 * not be translated before, try again with what was found. vmlinux: a file of the same build whose
 * types are used where the dump has none, or NULL. Costs some 50 ms and 3 MiB for the time of the
 * call, so it is for kernels whose vmcoreinfo lacks what is needed. Survives all damage: what
 * cannot be read is logged. Does its work once, and once more
 * for a vmlinux if there were no types; before threads share the kernel.
 */
void kernel_learn(struct kernel *k, struct view *v, const char *vmlinux);

#endif
