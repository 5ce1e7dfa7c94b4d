/* SPDX-License-Identifier: GPL-2.0-or-later */
/* span.c - lookups in sorted, disjoint spans */
#include "source/source.h"

size_t span_find(const struct span *s, size_t nr, uint64_t pa)
{
	size_t lo = 0, hi = nr;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s[mid].end <= pa)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
