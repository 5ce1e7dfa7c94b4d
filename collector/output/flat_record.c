/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flat_record.c - records of a flattened stream: check them, find the next one after damage
 *
 *     ...payload | ?????????? | payload... | off,size | payload | off,size | payload | ...
 *                 damaged                    ^ found: each leads to a sound one
 *
 * Records have no magic number; only their numbers can be checked. One plausible record may be
 * chance, as in pages full of small numbers, so several must follow each other.
 */
#include "output/flat_record.h"

#include <endian.h>
#include <string.h>

/*
 * So many records in a row are not chance. In a block of page descriptors, each group of 24 bytes
 * looks like a record, and one in 24 leads to another of them.
 */
#define CHAIN	     8
#define CHAIN_AT_END 4

enum verdict { NO, YES, MORE };

struct flat_extent flat_record_extent(const struct flat_record *rec)
{
	return (struct flat_extent){ be64toh((uint64_t)rec->off), be64toh((uint64_t)rec->size) };
}

bool flat_record_is_end(const struct flat_extent *at)
{
	return at->off == UINT64_MAX && at->size == UINT64_MAX;
}

bool flat_record_is_sound(const struct flat_extent *at, uint64_t limit)
{
	return at->size > 0 && at->off <= limit && at->size <= limit - at->off;
}

/* A cut stream may end within a record. */
static enum verdict check(const uint8_t *data, size_t len, uint64_t limit, bool at_end)
{
	size_t pos = 0;

	for (unsigned nr = 0; nr < CHAIN; nr++) {
		struct flat_record rec;
		struct flat_extent at;

		if (pos > len || len - pos < sizeof(rec))
			return !at_end ? MORE : nr >= CHAIN_AT_END ? YES : NO;
		memcpy(&rec, data + pos, sizeof(rec));
		at = flat_record_extent(&rec);
		if (flat_record_is_end(&at) && (nr > 0 || (at_end && len == sizeof(rec))))
			return YES;
		if (!flat_record_is_sound(&at, limit) || at.size > FLAT_SEARCH_RECORD)
			return NO;
		pos += sizeof(rec) + (size_t)at.size;
	}
	return YES;
}

size_t flat_record_find(const uint8_t *data, size_t len, uint64_t limit, bool at_end, bool *more)
{
	*more = false;
	for (size_t pos = 0; pos < len; pos++) {
		enum verdict v = check(data + pos, len - pos, limit, at_end);

		if (v == YES)
			return pos;
		if (v == NO)
			continue;
		*more = true;
		return pos;
	}
	return len;
}
