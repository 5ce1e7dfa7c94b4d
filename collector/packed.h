/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packed.h - which program packed a file as a whole, by its first bytes */
#ifndef PACKED_H
#define PACKED_H

#include <stdbool.h>
#include <stdint.h>

struct packed {
	const char *name; /* of the program: "gzip", "xz", "zstd", "lz4", or another */
	bool known;	  /* input_unpack() unpacks it */
	uint64_t start;	  /* where what it packed begins: frames that hold nothing come first */
};

/* False: the file is not packed, or cannot be read. */
bool packed_as(int fd, struct packed *out);

#endif
