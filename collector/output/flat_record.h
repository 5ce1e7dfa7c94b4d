/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flat_record.h - records of a flattened stream: which can be, and where they go on after damage */
#ifndef OUTPUT_FLAT_RECORD_H
#define OUTPUT_FLAT_RECORD_H

#include "base/dumpfile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Larger records are believed where a sound one led to them, but not looked for after damage. */
#define FLAT_SEARCH_RECORD (1u << 20)

/* Bytes that flat_record_find() needs at once to see a whole chain of such records. */
#define FLAT_SEARCH_WINDOW (9u << 20)

struct flat_extent {
	uint64_t off, size; /* of the payload in the dump file */
};

/* In our byte order. */
struct flat_extent flat_record_extent(const struct flat_record *rec);

bool flat_record_is_end(const struct flat_extent *at);

/* It has a payload, and that lies below limit. */
bool flat_record_is_sound(const struct flat_extent *at, uint64_t limit);

/*
 * The first record in data[0 .. len) from which several sound ones follow each other, or the end
 * mark does. at_end: nothing comes behind these bytes. Its position; len if there is none. Without
 * at_end, *more is true where the bytes do not suffice to say: then nothing is found before the
 * position that is returned, and with more bytes from there on it may be asked again. Pure.
 */
size_t flat_record_find(const uint8_t *data, size_t len, uint64_t limit, bool at_end, bool *more);

#endif
