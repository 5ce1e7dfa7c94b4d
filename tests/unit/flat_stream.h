/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flat_stream.h - flattened streams, and turning them back into files in memory */
#ifndef FLAT_STREAM_H
#define FLAT_STREAM_H

#include "sample_dump.h"
#include "output/unflatten.h"

#include <endian.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file in memory with these bytes, at its beginning. */
int memfd(const void *bytes, size_t len);

/* The sample dump as a stream; returns its length. */
size_t make_stream(uint8_t *buf, size_t room);

/* Unflatten a stream into m: what unflatten() returns. */
int run(const void *bytes, size_t len, struct mem_sink *m, bool *complete);

/* Write the first block of a stream; its size. */
size_t start_stream(uint8_t *stream);

/* Write a record at pos; where the next one goes. */
size_t add_bytes(uint8_t *stream, size_t pos, uint64_t off, const void *bytes, size_t len);

/* unflatten() returns -EBADMSG for it, with these words in the message. */
void check_refused(const uint8_t *stream, size_t len, const char *words);

#endif
