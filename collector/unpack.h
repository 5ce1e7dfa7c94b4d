/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack.h - a file inside gzip, xz, zstd or lz4 */
#ifndef UNPACK_H
#define UNPACK_H

/*
 * Write to the empty file to what is packed in the file from, from where it stands to its end;
 * both can seek. -EBADMSG: damaged, cut short, or packed in a way that the library cannot read
 * itself. Only kdump-collect is linked with it (and with libarchive); in other programs its address
 * is NULL.
 */
int __attribute__((weak)) input_unpack(int from, int to);

#endif
