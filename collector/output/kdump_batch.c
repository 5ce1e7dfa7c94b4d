/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_batch.c - a batch as a kdump-compressed dump has it: is it sound, what of it fits */
#include "output/kdump_impl.h"

/* All zero pages share one block; crash needs them in the dump. */
struct dump_desc kdump_describe(const struct kdump_format *k, const struct batch *b, unsigned i,
				uint64_t data, const struct dump_desc *last)
{
	const int64_t zero_page = (int64_t)k->at.data_off;

	switch ((enum stored_as)b->stored[i]) {
	case STORED_DATA:
		return (struct dump_desc){ (int64_t)data, b->size[i], b->flags[i], 0 };
	case STORED_ZERO:
		return (struct dump_desc){ zero_page, k->at.block, 0, 0 };
	case STORED_SAME:
		return *last;
	case STORED_MISSING:
		break;
	}
	return (struct dump_desc){ 0 };
}

bool kdump_batch_is_sound(const struct kdump_format *k, const struct batch *b)
{
	uint64_t sum = 0;
	bool data = false;

	if (b->nr > BATCH_PAGES)
		return false;
	for (unsigned i = 0; i < b->nr; i++) {
		uint32_t size = b->size[i];

		if (b->rank[i] < k->below || b->rank[i] - k->below >= k->nr_keep)
			return false;
		if (b->stored[i] != STORED_DATA && size != 0)
			return false;
		if (b->stored[i] == STORED_SAME && !data)
			return false;
		if (b->stored[i] == STORED_DATA && (size == 0 || size > k->at.block))
			return false;
		if (b->stored[i] == STORED_DATA && !b->flags[i] && size != k->at.block)
			return false;
		data |= b->stored[i] == STORED_DATA;
		sum += size;
	}
	return sum == b->len;
}

/* As the descriptor of this rank is collected: *nr of them come before it in the same write. */
static bool joins(unsigned *nr, uint64_t *next, uint64_t rank)
{
	bool with_them = *nr > 0 && *nr < DESC_CAPACITY && rank == *next;

	*nr = with_them ? *nr + 1 : 1;
	*next = rank + 1;
	return with_them;
}

/*
 * The space of descriptors in a file is reserved, or lies before the page data. In a stream each
 * write takes space: those of the data, of all descriptors, and of the status.
 */
unsigned kdump_batch_fit(const struct kdump_format *k, const struct batch *b)
{
	const uint64_t record = k->base.sink->record, desc = record ? sizeof(k->desc[0]) : 0;
	uint64_t left = sink_left(k->base.sink, k->data_pos), need = 0;
	uint64_t next = k->first_rank + k->nr_desc;
	unsigned nr_desc = k->nr_desc;
	bool data = false;

	if (record)
		need = record + STATUS_LEN + (nr_desc > 0) * record + nr_desc * desc;
	for (unsigned i = 0; i < b->nr && left < UINT64_MAX; i++) {
		if (!joins(&nr_desc, &next, b->rank[i] - k->below))
			need += record;
		if (!data && b->size[i] > 0)
			need += record;
		data |= b->size[i] > 0;
		need += desc + b->size[i];
		if (need > left)
			return i;
	}
	return b->nr;
}
