/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_plausible.c - drop program headers with physical addresses that no machine has
 *
 * With one damaged p_paddr or p_memsz the machine seems to have petabytes of memory. There is not
 * enough memory for maps with a bit for each frame, and the dump of all valid memory would fail.
 *
 *     ram   [node 0]   [node 1]   ........ more than slack ........   [damaged]
 *                              ^ end                                  dropped
 *
 * Real machines leave gaps, too: dual-socket Ampere Altra has its second node at 64 TiB. So a gap
 * must be large and out of all proportion to the memory that the file has.
 */
#include "source/elf_headers.h"

#include "base/log.h"

#include <inttypes.h>
#include <stdlib.h>

#define SLACK_MIN   (UINT64_C(1) << 40)
#define SLACK_RATIO 1024 /* bytes of gap for each byte of memory in the file */

static int by_start(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static uint64_t slack_of(const struct elf_headers *h)
{
	uint64_t bytes = 0, most = UINT64_MAX / SLACK_RATIO;

	for (size_t i = 0; i < h->nr_segment; i++) {
		uint64_t len = h->segment[i].pa.end - h->segment[i].pa.start;

		bytes = len > UINT64_MAX - bytes ? UINT64_MAX : bytes + len;
	}
	bytes = bytes < h->file_size ? bytes : h->file_size; /* the same bytes may be named twice */
	bytes = bytes < most ? bytes : most;
	return bytes * SLACK_RATIO > SLACK_MIN ? bytes * SLACK_RATIO : SLACK_MIN;
}

/* The bytes that the file has at start are memory, even if the length in the header is wrong. */
static uint64_t held_end(const struct elf_headers *h, uint64_t start)
{
	uint64_t end = start;

	for (size_t i = 0; i < h->nr_segment; i++) {
		if (h->segment[i].pa.start == start && h->segment[i].pa.end > end)
			end = h->segment[i].pa.end;
	}
	return end;
}

/* Where plausible memory ends. ram is sorted by it. */
static uint64_t plausible_end(struct elf_headers *h, uint64_t slack)
{
	uint64_t end = 0;

	qsort(h->ram, h->nr_ram, sizeof(h->ram[0]), by_start);
	for (size_t i = 0; i < h->nr_ram; i++) {
		struct span s = h->ram[i];

		if (s.start > end && s.start - end > slack)
			break;
		if (s.end - s.start > slack)
			s.end = held_end(h, s.start);
		if (s.end > end && s.end - s.start <= slack)
			end = s.end;
	}
	return end;
}

static bool is_plausible(const struct span *s, uint64_t end, uint64_t slack)
{
	return s->end <= end || (s->start <= end && s->end - s->start <= slack);
}

/* Returns how many were dropped or shortened. */
static size_t drop_ram(struct elf_headers *h, uint64_t end, uint64_t slack)
{
	size_t n = 0, nr_bad = 0;

	for (size_t i = 0; i < h->nr_ram; i++) {
		struct span s = h->ram[i];

		if (!is_plausible(&s, end, slack)) {
			nr_bad++;
			s.end = held_end(h, s.start);
			if (s.end == s.start || !is_plausible(&s, end, slack))
				continue;
		}
		h->ram[n++] = s;
	}
	h->nr_ram = n;
	return nr_bad;
}

size_t elf_headers_drop_implausible(struct elf_headers *h)
{
	uint64_t slack = slack_of(h), end = plausible_end(h, slack);
	size_t n = 0, nr_bad = end ? drop_ram(h, end, slack) : 0;

	if (nr_bad == 0) /* or there is no sound rest to compare with */
		return 0;
	for (size_t i = 0; i < h->nr_segment; i++) {
		if (is_plausible(&h->segment[i].pa, end, slack))
			h->segment[n++] = h->segment[i];
	}
	h->nr_segment = n;
	n = 0;
	for (size_t i = 0; i < h->nr_hint; i++) {
		if (h->hint[i].pa <= end && h->hint[i].len <= slack)
			h->hint[n++] = h->hint[i];
	}
	h->nr_hint = n;
	log_msg(LOG_ERROR,
		"%zu program header%s of the core place%s memory far beyond the rest, which ends "
		"at %#" PRIx64 "; %s damaged and ignored",
		nr_bad, nr_bad == 1 ? "" : "s", nr_bad == 1 ? "s" : "", end,
		nr_bad == 1 ? "it is" : "they are");
	return nr_bad;
}
