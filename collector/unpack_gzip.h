/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack_gzip.h - a file that gzip packed as a whole, with its checksums */
#ifndef UNPACK_GZIP_H
#define UNPACK_GZIP_H

#include <stdbool.h>

/* Does a member of gzip begin where the file stands? */
bool unpack_is_gzip(int from);

/*
 * As input_unpack(). All members are unpacked, one behind the other, also with zeros between them;
 * of anything else behind a member a warning is logged.
 */
int unpack_gzip(int from, int to);

#endif
