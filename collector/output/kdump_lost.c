/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_lost.c - descriptors of pages that never reached the disk */
#include "output/kdump_lost.h"

static uint64_t end_of(const struct dump_desc *desc)
{
	return (uint64_t)desc->offset + desc->size;
}

/* A stretch only grows: what is written twice is noted twice. Equal pages end where it ends. */
static bool continues(const struct kdump_stretch *l, uint64_t rank, const struct dump_desc *desc)
{
	return l->nr > 0 && rank >= l->rank + l->nr && rank - l->rank < STRETCH_RANKS &&
	       end_of(desc) >= l->end && end_of(desc) - l->start <= STRETCH_DATA;
}

static int note(struct kdump_trail *t, struct sink *s, uint64_t rank, const struct dump_desc *desc)
{
	struct kdump_stretch *l = &t->last[(t->next + TRAIL_STRETCHES - 1) % TRAIL_STRETCHES];
	struct kdump_stretch *oldest = &t->last[t->next];

	if (!continues(l, rank, desc)) {
		int rc = oldest->end > sink_sure(s) ? sink_sync(s) : 0;

		if (rc < 0)
			return rc;
		*oldest = (struct kdump_stretch){ .rank = rank, .start = (uint64_t)desc->offset };
		t->next = (t->next + 1) % TRAIL_STRETCHES;
		l = oldest;
	}
	l->nr = (unsigned)(rank - l->rank) + 1;
	l->end = end_of(desc);
	return 0;
}

int kdump_trail_note(struct kdump_trail *t, struct sink *s, uint64_t rank,
		     const struct dump_desc *desc, unsigned nr)
{
	int rc = 0;

	for (unsigned i = 0; i < nr && rc == 0; i++) {
		if (end_of(&desc[i]) > sink_sure(s))
			rc = note(t, s, rank + i, &desc[i]);
	}
	return rc;
}

unsigned kdump_forget(struct dump_desc *desc, unsigned nr, uint64_t size)
{
	unsigned lost = 0;

	for (unsigned i = 0; i < nr; i++) {
		if (end_of(&desc[i]) > size) {
			desc[i] = (struct dump_desc){ 0 };
			lost++;
		}
	}
	return lost;
}

uint64_t kdump_forget_lost(struct sink *s, const struct kdump_layout *at, struct kdump_trail *t,
			   uint64_t size)
{
	static const struct dump_desc missing[STRETCH_RANKS];
	uint64_t lost = 0;

	for (unsigned i = 0; i < TRAIL_STRETCHES; i++) {
		struct kdump_stretch *l = &t->last[i];

		if (l->end <= size)
			continue;
		(void)sink_write_at(s, at->desc_off + l->rank * sizeof(missing[0]), missing,
				    l->nr * sizeof(missing[0]));
		lost += l->nr;
		*l = (struct kdump_stretch){ 0 };
	}
	return lost;
}
