/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_lost.c - descriptors of pages that never reached the disk */
#include "output/kdump_lost.h"

#include "base/dumpfile.h"

#include <stdbool.h>

/* True if any of them was changed. */
static bool forget(struct dump_desc *desc, size_t nr, uint64_t size)
{
	bool changed = false;

	for (size_t i = 0; i < nr; i++) {
		if ((uint64_t)desc[i].offset + desc[i].size <= size)
			continue;
		desc[i] = (struct dump_desc){ 0 };
		changed = true;
	}
	return changed;
}

void kdump_forget_lost(struct sink *s, const struct kdump_layout *at, uint64_t nr,
		       struct dump_desc *buf, size_t room)
{
	uint64_t size;

	if (!s->ops->size || s->ops->size(s, &size) < 0)
		return;
	for (uint64_t first = 0; first < nr; first += room) {
		size_t n = nr - first < room ? (size_t)(nr - first) : room;
		uint64_t off = at->desc_off + first * sizeof(*buf);

		/* Not even the area itself is all there: readers see that for themselves. */
		if (s->ops->read_at(s, off, buf, n * sizeof(*buf)) < 0)
			return;
		if (forget(buf, n, size) && sink_write_at(s, off, buf, n * sizeof(*buf)) < 0)
			return;
	}
}
