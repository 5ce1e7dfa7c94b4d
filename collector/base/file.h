/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file.h - whole files: read into memory, and written so that a reader never sees a part
 *
 * Any thread. Errors are negative errnos with a message that names the file, except that -ENOENT
 * from a reader leaves none: many files are optional, and the caller knows what it means.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define FILE_WAIT_MS 10000 /* for the writer of a FIFO to write something */

/*
 * All of a file, to be freed, with a NUL behind its *len bytes; len may be NULL. -EFBIG if it has
 * more than max bytes. st_size is not used: files in /proc have 0. A FIFO without a writer is an
 * empty file; -ETIMEDOUT if a writer writes nothing for FILE_WAIT_MS.
 */
int file_read(const char *path, size_t max, char **out, size_t *len);

/* The same from a descriptor, from its position on; name is for messages. */
int file_read_fd(int fd, const char *name, size_t max, char **out, size_t *len);

/* At most the first max bytes of a file, however long it is. */
int file_read_head(const char *path, size_t max, char **out, size_t *len);

/*
 * A new file that takes its name when it is complete.
 *
 *     file_begin -> writes to fd, fchmod() and the like -> file_commit or file_abort
 */
struct file_writer {
	int fd;
	int dirfd; /* borrowed */
	char name[256], temp[256];
};

/*
 * Create ".NAME.new" with exactly this mode in dirfd, for what becomes NAME (without a slash).
 * One left behind by a process that was killed is removed; -EBUSY if another process is
 * writing it now.
 */
int file_begin(struct file_writer *w, int dirfd, const char *name, mode_t mode);

/*
 * Sync it and give it its name, in place of an older file, which stays on errors. But if the
 * directory cannot be synced the new file has the name, and the error says so. Closes fd.
 */
int file_commit(struct file_writer *w);

/* Remove it and close fd. */
void file_abort(struct file_writer *w);

/* begin, write and commit in one; by a path, whose directory must exist. */
int file_write(const char *path, mode_t mode, const void *data, size_t len);

/*
 * Do two names stand for one file, by whatever path or link? For names of which nothing is there
 * yet: would they? False for devices that keep nothing, pipes and directories.
 */
bool file_same(const char *a, const char *b);

/*
 * A new file without a name in $TMPDIR or, if that is not set, in /var/tmp, for reading and
 * writing. It is gone when its last descriptor and mapping are. Returns a descriptor.
 */
int file_temp(void);

/* Fails with rc, which a write to such a file returned; the message says how to change its place.
 */
int file_temp_failed(int rc);

#endif
