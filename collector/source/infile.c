/* SPDX-License-Identifier: GPL-2.0-or-later */
/* infile.c - read a dump at offsets, alone or through windows */
#include "source/infile.h"

#include "base/err.h"
#include "source/flat_index.h"

#include <stdlib.h>
#include <unistd.h>

#define JUMP_LEN ((size_t)8 << 10) /* read so much where reads do not follow each other */

static int open_flat(struct infile *f)
{
	char head[FLAT_INDEX_HEAD];
	int rc = 0;

	if (pread(f->fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) && flat_index_is(head))
		rc = flat_index_open(f->fd, &f->flat);
	if (rc == 0 && f->flat) {
		f->size = flat_index_size(f->flat);
		f->cut = flat_index_is_cut(f->flat);
	}
	if (rc < 0)
		infile_fini(f);
	return rc;
}

int infile_init(struct infile *f, int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);

	*f = (struct infile){ .fd = fd };
	if (size < 0) {
		int rc = fail(-errno, "find the size of the file");

		infile_fini(f);
		return rc;
	}
	f->size = (uint64_t)size;
	return open_flat(f);
}

void infile_fini(struct infile *f)
{
	flat_index_close(f->flat);
	f->flat = NULL;
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

int infile_read(const struct infile *f, void *out, size_t len, uint64_t off)
{
	char *to = out;

	if (off > f->size || len > f->size - off)
		return fail(-EIO, "the file ends before byte %ju", (uintmax_t)(off + len));
	if (f->flat)
		return flat_index_read(f->flat, out, len, off);
	while (len > 0) {
		ssize_t n = pread(f->fd, to, len, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail(-EIO, "read %zu bytes at %ju", len, (uintmax_t)off);
		to += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

/*
 * How much to read at off: twice as much as before if off follows the last piece, else little. Of a
 * dump that is filtered again, one page in ten may be wanted.
 */
static size_t window_len(struct infile_window *w, const struct infile *f, uint64_t off)
{
	uint64_t end = w->off + w->len;
	bool follows = w->f == f && off >= w->off && off <= end + JUMP_LEN / 2;

	w->ahead = follows && w->ahead ? 2 * w->ahead : JUMP_LEN;
	if (w->ahead > w->capacity)
		w->ahead = w->capacity;
	return w->ahead < f->size - off ? w->ahead : (size_t)(f->size - off);
}

/* Bytes ahead that cannot be read must not cost those that are asked for. */
static int window_fill(struct infile_window *w, const struct infile *f, size_t len, uint64_t off)
{
	size_t n = window_len(w, f, off);
	int rc;

	n = n < len ? len : n;
	w->len = 0;
	rc = infile_read(f, w->buf, n, off);
	if (rc < 0 && n > len) {
		fail_clear();
		n = len;
		rc = infile_read(f, w->buf, n, off);
	}
	if (rc < 0)
		return rc;
	w->f = f;
	w->off = off;
	w->len = n;
	return 0;
}

int infile_window_get(struct infile_window *w, const struct infile *f, size_t len, uint64_t off,
		      const void **out)
{
	int rc;

	if (w->f != f || off < w->off || off - w->off > w->len || len > w->len - (off - w->off)) {
		if (len > w->capacity || off > f->size || len > f->size - off)
			return fail(-EIO, "the file ends before byte %ju", (uintmax_t)(off + len));
		if (!w->buf && !(w->buf = malloc(w->capacity)))
			return fail(-ENOMEM, "read the file");
		rc = window_fill(w, f, len, off);
		if (rc < 0)
			return rc;
	}
	*out = w->buf + (off - w->off);
	return 0;
}

void infile_window_fini(struct infile_window *w)
{
	free(w->buf);
	w->buf = NULL;
	w->len = 0;
}
