/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_lost.c - descriptors of pages that never reached the disk */
#include "output/kdump_lost.h"

static uint64_t end_of(const struct dump_desc *desc)
{
	return (uint64_t)desc->offset + desc->size;
}

static void note_stretch(struct kdump_trail *t, uint64_t rank, const struct dump_desc *desc,
			 unsigned nr)
{
	struct kdump_stretch s = { .rank = rank, .nr = nr };

	for (unsigned i = 0; i < nr; i++) {
		if (end_of(&desc[i]) > s.end)
			s.end = end_of(&desc[i]);
	}
	t->last[t->next] = s;
	t->next = (t->next + 1) % TRAIL_STRETCHES;
}

void kdump_trail_note(struct kdump_trail *t, uint64_t rank, const struct dump_desc *desc,
		      unsigned nr)
{
	for (unsigned i = 0; i < nr; i += TRAIL_STEP)
		note_stretch(t, rank + i, desc + i, nr - i < TRAIL_STEP ? nr - i : TRAIL_STEP);
}

void kdump_forget(struct dump_desc *desc, unsigned nr, uint64_t size)
{
	for (unsigned i = 0; i < nr; i++) {
		if (end_of(&desc[i]) > size)
			desc[i] = (struct dump_desc){ 0 };
	}
}

void kdump_forget_lost(struct sink *s, const struct kdump_layout *at, const struct kdump_trail *t,
		       uint64_t size)
{
	static const struct dump_desc missing[TRAIL_STEP];

	for (unsigned i = 0; i < TRAIL_STRETCHES; i++) {
		const struct kdump_stretch *l = &t->last[i];

		if (l->end > size)
			(void)sink_write_at(s, at->desc_off + l->rank * sizeof(missing[0]), missing,
					    l->nr * sizeof(missing[0]));
	}
}
