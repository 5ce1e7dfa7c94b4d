/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input.h - open a core of any format */
#ifndef INPUT_H
#define INPUT_H

#include "source/source.h"

/*
 * ELF core, a kdump-compressed dump (source.saved), or a flattened stream that holds one of them,
 * detected from the contents. "-" is standard input. A pipe is first copied to an unnamed file in
 * $TMPDIR or /var/tmp, and what gzip, xz, zstd or lz4 packed is unpacked to one (see unpack.h).
 * Messages name path.
 */
int input_open(const char *path, struct source **out);

/*
 * All parts of a split dump, in any order, up to KDUMP_PARTS_MAX. Each is opened as input_open()
 * opens a file: it may be flattened, come through a pipe, or be packed as a whole.
 */
int input_open_parts(const char *const *path, unsigned nr, struct source **out);

#endif
