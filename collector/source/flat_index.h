/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flat_index.h - read the dump inside a flattened stream at any offset, without unpacking it
 *
 *     open  ->  read ... (any thread)  ->  close
 *
 * An index has the offset of each record. A small index is in memory. A large one is in a mapped,
 * unnamed file in $TMPDIR or /var/tmp, so the kernel can write its pages back and free them.
 */
#ifndef SOURCE_FLAT_INDEX_H
#define SOURCE_FLAT_INDEX_H

#include "base/types.h"

struct flat_index;

/* Is this the beginning of a flattened stream? */
#define FLAT_INDEX_HEAD 16
bool flat_index_is(const char head[FLAT_INDEX_HEAD]);

/*
 * Go through all records of fd, which stays the caller's and must live as long. A stream without an
 * end mark has what came of it; see flat_index_is_cut(). -EBADMSG: a record is not valid; -ENOMEM;
 * -EIO.
 */
int flat_index_open(int fd, struct flat_index **out);
void flat_index_close(struct flat_index *x);

/* One past the last byte that any record has. */
uint64_t flat_index_size(const struct flat_index *x);

/* True if the stream ends before its end mark: records are missing, or the rest of the last one. */
bool flat_index_is_cut(const struct flat_index *x);

/* Exactly len bytes at off, inside the size; zeros where there is no record. -EIO. */
int flat_index_read(const struct flat_index *x, void *out, size_t len, uint64_t off);

#endif
