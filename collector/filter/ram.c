/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ram.c - from spans of bytes to frames */
#include "filter/filter.h"

#include <string.h>

uint64_t filter_max_pfn(const struct source *src, unsigned page_shift)
{
	uint64_t end = src->nr_ram ? src->ram[src->nr_ram - 1].end : 0;

	return (end >> page_shift) + ((end & ((1ull << page_shift) - 1)) != 0);
}

static void set_bits(uint8_t *buf, uint64_t from, uint64_t to)
{
	for (; from < to && (from & 7); from++)
		buf[from >> 3] |= (uint8_t)(1u << (from & 7));
	if (to - from >= 8) {
		memset(buf + (from >> 3), 0xff, (to - from) >> 3);
		from += (to - from) & ~7ull;
	}
	for (; from < to; from++)
		buf[from >> 3] |= (uint8_t)(1u << (from & 7));
}

void filter_ram_bits(void *arg, uint64_t first_pfn, uint8_t *buf, size_t len)
{
	const struct ram_bits *r = arg;
	uint64_t end_pfn = first_pfn + len * 8, page = 1ull << r->page_shift;
	size_t i = span_find(r->span, r->nr, first_pfn << r->page_shift);

	memset(buf, 0, len);
	/* A frame that is RAM only in part counts. */
	for (; i < r->nr && r->span[i].start >> r->page_shift < end_pfn; i++) {
		uint64_t from = r->span[i].start >> r->page_shift;
		uint64_t to = (r->span[i].end + page - 1) >> r->page_shift;

		from = from > first_pfn ? from : first_pfn;
		to = to < end_pfn ? to : end_pfn;
		if (from < to)
			set_bits(buf, from - first_pfn, to - first_pfn);
	}
}
