/* SPDX-License-Identifier: GPL-2.0-or-later */
/* walk_budget.h - a limit for walks through page tables, which may be garbage */
#ifndef KERNEL_WALK_BUDGET_H
#define KERNEL_WALK_BUDGET_H

#include "kernel/kernel.h"

#define WALK_TABLES_MIN 65536u

/*
 * Tables, in pieces of 512 entries, that a walk looks at before it takes what it sees for garbage:
 * 8 times as many as map all memory in its smallest pages, and as many as map 128 GiB besides.
 */
uint64_t walk_budget(const struct kernel *k);

#endif
