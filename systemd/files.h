/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * files.h - small files below a root
 *
 * root is "" on a real system; tests give a directory that looks like one. Every
 * path is absolute and is looked up below it.
 */
#ifndef SYSTEMD_FILES_H
#define SYSTEMD_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FILES_PATH_MAX 4096

/* root and path in one, in a buffer of FILES_PATH_MAX. -ENAMETOOLONG. */
int files_path(const char *root, const char *path, char out[FILES_PATH_MAX]);

/*
 * The whole file as text, with a NUL behind it; freed by the caller. Works for
 * /proc and /sys. -EFBIG past max bytes; -ENOENT is not put into the trail.
 */
int files_read(const char *root, const char *path, size_t max, char **out);

/* One number from a file that holds nothing else; errno as above, -EINVAL. */
int files_read_number(const char *root, const char *path, uint64_t *out);

/* Write a file whole or not at all: beside it, synced, renamed. Makes its directory. */
int files_write(const char *root, const char *path, mode_t mode, const char *text);

/*
 * The same for a file that is there and belongs to somebody: owner, mode, labels and access
 * lists stay, and a symbolic link goes on to lead to it. -EINVAL: not a regular file, or one with
 * a NUL byte, behind which files_read() hides the rest.
 */
int files_replace(const char *root, const char *path, const char *text);

/* Remove a file; one that is not there is fine. */
int files_remove(const char *root, const char *path);

/* rename(2) below a root, made durable. */
int files_rename(const char *root, const char *from, const char *to);

/* mkdir -p of a directory. */
int files_mkdir(const char *root, const char *path, mode_t mode);

bool files_exist(const char *root, const char *path);

#endif
