/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_batch.c - a batch as a kdump-compressed dump has it: is it sound, its descriptors */
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
