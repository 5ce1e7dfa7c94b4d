/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * orc.h - x86_64: step from a stack frame to its caller's, by the kernel's ORC tables
 *
 *     orc_open  ->  orc_step ...  ->  orc_close
 *
 * ORC says for each instruction of the kernel and its modules where the caller's stack pointer,
 * frame pointer and return address are. All formats from 4.18 to 7.x, detected from the type of
 * an entry and the tables themselves. Everything read is hostile: an invalid step is an error,
 * never a loop.
 *
 * One thread at a time. syms and mods (NULL: none) are borrowed; btf (NULL: none) is only read by
 * orc_open().
 */
#ifndef KERNEL_ORC_H
#define KERNEL_ORC_H

#include "kernel/stack_arch.h"

struct orc;

/* -ENOENT: a kernel without ORC, or its symbols are missing; -ENOMEM. */
int orc_open(struct kallsyms *syms, struct btf *btf, const struct kmodules *mods, struct orc **out);
void orc_close(struct orc *o);

enum stack_step orc_step(struct orc *o, const struct stack_frame *frame, struct stack_frame *out);

/* True if a table has an entry for the instruction at ip. */
bool orc_covers(struct orc *o, uint64_t ip);

#endif
