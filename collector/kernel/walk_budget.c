/* SPDX-License-Identifier: GPL-2.0-or-later */
/* walk_budget.c - how many page tables a machine can have at most */
#include "kernel/walk_budget.h"

uint64_t walk_budget(const struct kernel *k)
{
	uint64_t frames = 0;

	for (size_t i = 0; i < k->src->nr_ram; i++)
		frames += (k->src->ram[i].end - k->src->ram[i].start) >> k->page_shift;
	return WALK_TABLES_MIN + frames / 64;
}
