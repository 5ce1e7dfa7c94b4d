/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flat_record.h - records of a flattened stream: check them, find the next one after damage */
#ifndef OUTPUT_FLAT_RECORD_H
#define OUTPUT_FLAT_RECORD_H

#include "base/dumpfile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Larger records are accepted after a valid one, but not searched for after damage. */
#define FLAT_SEARCH_RECORD (1u << 20)

/* Bytes that flat_record_find() needs to check a whole chain of such records. */
#define FLAT_SEARCH_WINDOW (9u << 20)

struct flat_extent {
	uint64_t off, size; /* of the payload in the dump file */
};

/* In our byte order. */
struct flat_extent flat_record_extent(const struct flat_record *rec);

/* Is it the end mark? */
bool flat_record_is_end(const struct flat_extent *at);

/* It has a payload, and that lies below limit. */
bool flat_record_is_sound(const struct flat_extent *at, uint64_t limit);

/*
 * Find in data[0 .. len) the first record that starts a chain of several valid records, or that
 * the end mark follows. Returns its position; len if there is none. at_end: the stream ends after
 * these bytes. Without at_end, *more is true if the bytes are not enough to decide: no chain starts
 * before the returned position; call again with more bytes from there on. Pure.
 */
size_t flat_record_find(const uint8_t *data, size_t len, uint64_t limit, bool at_end, bool *more);

#endif
