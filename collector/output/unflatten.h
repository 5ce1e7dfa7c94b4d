/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unflatten.h - a flattened stream back into a dump file (-R)
 *
 * A stream that ends without its end mark is salvaged: everything that
 * arrived is kept, the header is marked INCOMPLETE, the file stays under its
 * -incomplete name, and *complete is false. The same for a stream with a damaged
 * record: what lies behind it is read from the next sound one on. A whole stream of a dump that is
 * marked INCOMPLETE keeps that name, too.
 */
#ifndef OUTPUT_UNFLATTEN_H
#define OUTPUT_UNFLATTEN_H

#include "output/sink.h"

struct unflatten_result {
	uint64_t bytes;	     /* of record payload */
	uint64_t nr_damaged; /* how often records could not be read */
	bool complete;
	bool partial; /* the stream is whole, and its dump is marked as incomplete */
};

/*
 * Read records from fd until the end mark or EOF and write them to sink, which
 * is committed only when complete. Header bytes are checked first: -EBADMSG if
 * it is not a flattened stream. idle_seconds without a byte: treated as the end
 * (0: wait for ever). The salvage includes the zero-filled tail so that both
 * bitmaps are inside the file. It is tried after a failed read or write as well,
 * and the error is returned. -EBADMSG too if the dump header did not arrive
 * whole: there is nothing to salvage. The mark is in the header from the beginning; what no reader
 * would open is discarded, and bytes is 0 then. Damage is logged; looking for records takes
 * 9 MiB of memory, from the first damage on.
 */
int unflatten(int fd, struct sink *sink, unsigned idle_seconds, struct unflatten_result *out);

/* Where a stream comes from, when it is no descriptor. */
struct unflatten_input {
	/* Bytes of it: a count, 0 at the end, or a negative errno with its message. */
	int (*read)(void *arg, void *buf, size_t size);
	/* Behind the end mark: is it the end of the input, too? A negative errno is as if of read.
	 */
	int (*end)(void *arg);
	void *arg;
};

/* The same from any input. */
int unflatten_from(const struct unflatten_input *in, struct sink *sink,
		   struct unflatten_result *out);

#endif
