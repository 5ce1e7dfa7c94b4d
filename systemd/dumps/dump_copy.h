/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump_copy.h - the files of a dump directory: copied to another file system, compared, removed
 *
 * Directories are given by descriptors. They hold regular files alone, as the capture writes them:
 * anything else is an error (-EINVAL), and no link is followed.
 */
#ifndef SYSTEMD_DUMPS_DUMP_COPY_H
#define SYSTEMD_DUMPS_DUMP_COPY_H

#include <stdint.h>

struct dump_size {
	uint64_t bytes;
	unsigned files;
	unsigned sealed; /* files that are encrypted, by their names */
};

/* Add up the files of a directory. */
int dump_copy_size(int dirfd, struct dump_size *out);

/*
 * Copy every file to an empty directory: mode 0600, with its time, synced. Then both are read
 * again, from the disk as far as the kernel allows that, and compared.
 */
int dump_copy(int from, int to);

/*
 * 1 if copy has every file of the dump, byte for byte; 0 if not. It may have others, which kdumpctl
 * made since, and those of the dump that kdumpctl makes may have changed.
 */
int dump_copy_has(int copy, int dump);

/* Remove the directory name in parent with its files; -ENOENT without a message: there is none. */
int dump_copy_remove(int parent, const char *name);

#endif
