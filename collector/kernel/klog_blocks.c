/* SPDX-License-Identifier: GPL-2.0-or-later */
/* klog_blocks.c - kernel log: which bytes of the ring's data belong to which record */
#include "kernel/klog_blocks.h"

#include "base/err.h"

#include <stdlib.h>

#define WORD	8
#define ID_MASK (((uint64_t)1 << 62) - 1)

/* Larger tables are not worth their memory: no kernel has so many descriptors. */
#define IDS_MAX (1u << 20)

int klog_blocks_open(struct klog_blocks *b)
{
	b->used = calloc(1, (size_t)(b->size / WORD / 8 + 1));
	return b->used ? 0 : fail(-ENOMEM, "kernel log of %#jx bytes", (uintmax_t)b->size);
}

void klog_blocks_close(struct klog_blocks *b)
{
	free(b->used);
	free(b->at);
	*b = (struct klog_blocks){ 0 };
}

bool klog_blocks_take(struct klog_blocks *b, uint64_t at, uint64_t len)
{
	uint64_t first = at / WORD, last = (at + len + WORD - 1) / WORD;

	if (at > b->size || len > b->size - at)
		return false;
	for (uint64_t w = first; w < last; w++) {
		if (b->used[w / 8] >> (w % 8) & 1)
			return false;
	}
	for (uint64_t w = first; w < last; w++)
		b->used[w / 8] |= (uint8_t)(1u << (w % 8));
	return true;
}

/* Text has no zero bytes, but small numbers do, so a word with the value of an id is an id. */
static void search(struct klog_job *job, struct klog_blocks *b)
{
	uint64_t id;

	b->searched = true;
	if (b->nr > IDS_MAX || b->size / WORD >= UINT32_MAX)
		return;
	b->at = calloc((size_t)b->nr, sizeof(b->at[0]));
	if (!b->at)
		return;
	for (uint64_t at = 0; at < b->size && klog_in_time(job); at += WORD) {
		if (klog_read_uint(job, &job->data, b->data + at, WORD, &id) < 0)
			continue;
		id = (id - b->tail) & ID_MASK;
		/* A block that wraps has its id twice; its text is at the first. */
		if (id < b->nr && !b->at[id])
			b->at[id] = (uint32_t)(at / WORD) + 1;
	}
}

bool klog_blocks_find(struct klog_job *job, struct klog_blocks *b, uint64_t id, uint64_t *at)
{
	if (!b->searched)
		search(job, b);
	id = (id - b->tail) & ID_MASK;
	if (!b->at || id >= b->nr || !b->at[id])
		return false;
	*at = (uint64_t)(b->at[id] - 1) * WORD;
	return true;
}
