/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * files.h - small files below a root
 *
 * root is "" on a real system; tests pass a directory that stands for "/". Every path is absolute
 * and is resolved below root.
 */
#ifndef SYSTEMD_FILES_H
#define SYSTEMD_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FILES_PATH_MAX 4096

/* Join root and path in a buffer of FILES_PATH_MAX bytes. -ENAMETOOLONG. */
int files_path(const char *root, const char *path, char out[FILES_PATH_MAX]);

/* file_read(): the whole file as text with a NUL at the end; freed by the caller. */
int files_read(const char *root, const char *path, size_t max, char **out);

/* The number in a file that has nothing else. Errors as above, and -EINVAL. */
int files_read_number(const char *root, const char *path, uint64_t *out);

/* file_write(), after creating the directory. */
int files_write(const char *root, const char *path, mode_t mode, const char *text);

/*
 * The same for an existing file, keeping owner, mode, labels and access lists; a symbolic link to
 * it still works. -EINVAL: not a regular file, or it has a NUL byte (files_read() shows only the
 * text before it).
 */
int files_replace(const char *root, const char *path, const char *text);

/* Remove a file; a missing file is fine. */
int files_remove(const char *root, const char *path);

/* rename(2) below a root, then sync the directory; an error there comes after the rename. */
int files_rename(const char *root, const char *from, const char *to);

/* mkdir -p of a directory. */
int files_mkdir(const char *root, const char *path, mode_t mode);

bool files_exist(const char *root, const char *path);

#endif
