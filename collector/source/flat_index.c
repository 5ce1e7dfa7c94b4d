/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flat_index.c - where the bytes of a flattened stream belong
 *
 *     start block | record payload | record payload | ... | end mark
 *
 * Records come in any order, and a later one may overwrite an earlier one. The index has pieces of
 * them that do not overlap, sorted by their offset in the dump.
 */
#include "source/flat_index.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "source/flat_pieces.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Twice 52 bits of address: no dump is larger, and no sum can overflow. */
#define FILE_LIMIT (1ull << 53)

/* The last record of a stream that was cut has less than its length. One that is longer is damaged.
 */
#define RECORD_MAX ((uint64_t)64 << 20)

struct flat_index {
	int fd;
	uint64_t size;	   /* of what is in the stream */
	uint64_t file_end; /* of the stream itself */
	bool cut;
	struct flat_pieces pieces;
};

bool flat_index_is(const char head[FLAT_INDEX_HEAD])
{
	return memcmp(head, FLAT_MAGIC, sizeof(FLAT_MAGIC)) == 0;
}

static int read_at(int fd, void *out, size_t len, uint64_t off)
{
	char *to = out;

	while (len > 0) {
		ssize_t n = pread(fd, to, len, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(-errno, "read the stream");
		if (n == 0)
			return fail(-EBADMSG, "the flattened stream ends too early");
		to += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

static int check_start(int fd)
{
	struct flat_start start;
	int rc = read_at(fd, &start, sizeof(start), 0);

	if (rc < 0)
		return rc;
	if (start.type != htobe64(1) || start.version != htobe64(1))
		return fail(-EBADMSG, "flattened dump of type %ju version %ju",
			    (uintmax_t)be64toh(start.type), (uintmax_t)be64toh(start.version));
	return 0;
}

/* The record at *pos; moves on behind it. 1: there was one, 0: the end mark, or that of the file.
 */
static int next_record(struct flat_index *x, uint64_t *pos, struct flat_piece *out)
{
	struct flat_record rec;
	int rc;

	if (*pos >= x->file_end || x->file_end - *pos < sizeof(rec)) {
		x->cut = true;
		return 0;
	}
	rc = read_at(x->fd, &rec, sizeof(rec), *pos);
	if (rc < 0)
		return rc;
	*out = (struct flat_piece){ be64toh(rec.off), be64toh(rec.size), *pos + sizeof(rec) };
	if (out->off == UINT64_MAX && out->len == UINT64_MAX)
		return 0;
	if (out->len == 0 || out->off > FILE_LIMIT || out->len > FILE_LIMIT - out->off ||
	    out->len > FILE_LIMIT - *pos)
		return fail(-EBADMSG, "flattened record of %ju bytes at %ju", (uintmax_t)out->len,
			    (uintmax_t)out->off);
	if (out->len > x->file_end - out->at) {
		if (out->len > RECORD_MAX)
			return fail(-EBADMSG,
				    "flattened record of %ju bytes at %ju, of which the stream has "
				    "%ju; salvage it with -R first",
				    (uintmax_t)out->len, (uintmax_t)out->off,
				    (uintmax_t)(x->file_end - out->at));
		x->cut = true;
		out->len = x->file_end - out->at;
	}
	*pos = out->at + out->len;
	return out->len > 0;
}

static int count_records(struct flat_index *x, uint64_t *nr)
{
	uint64_t pos = FLAT_BLOCK;
	struct flat_piece p;
	int rc;

	for (*nr = 0; (rc = next_record(x, &pos, &p)) > 0; (*nr)++)
		;
	return rc;
}

static int fill(struct flat_index *x, uint64_t nr)
{
	uint64_t pos = FLAT_BLOCK;
	int rc = flat_pieces_open(&x->pieces, nr);

	for (uint64_t i = 0; rc == 0 && i < nr; i++) {
		struct flat_piece p;

		rc = next_record(x, &pos, &p);
		if (rc == 0)
			rc = fail(-EIO, "the stream changes while it is read");
		if (rc < 0)
			return rc;
		rc = 0;
		x->pieces.piece[x->pieces.nr++] = p;
		if (p.off + p.len > x->size)
			x->size = p.off + p.len;
	}
	return rc < 0 ? rc : flat_pieces_settle(&x->pieces);
}

int flat_index_open(int fd, struct flat_index **out)
{
	struct flat_index *x = calloc(1, sizeof(*x));
	uint64_t nr = 0;
	off_t end;
	int rc;

	if (!x)
		return fail(-ENOMEM, "index of the stream");
	x->fd = fd;
	end = lseek(fd, 0, SEEK_END);
	x->file_end = end > 0 ? (uint64_t)end : 0;
	rc = check_start(fd);
	if (rc == 0)
		rc = count_records(x, &nr);
	if (rc == 0)
		rc = fill(x, nr);
	if (rc < 0) {
		flat_index_close(x);
		return rc;
	}
	*out = x;
	return 0;
}

void flat_index_close(struct flat_index *x)
{
	if (!x)
		return;
	flat_pieces_close(&x->pieces);
	free(x);
}

uint64_t flat_index_size(const struct flat_index *x)
{
	return x->size;
}

bool flat_index_is_cut(const struct flat_index *x)
{
	return x->cut;
}

int flat_index_read(const struct flat_index *x, void *out, size_t len, uint64_t off)
{
	uint64_t i = flat_pieces_find(&x->pieces, off);
	char *to = out;

	while (len > 0) {
		const struct flat_piece *p = i < x->pieces.nr ? &x->pieces.piece[i] : NULL;
		uint64_t skip = p && off > p->off ? off - p->off : 0;
		uint64_t gap = !p ? len : off < p->off ? p->off - off : 0;
		size_t n = gap			 ? (gap < len ? (size_t)gap : len)
			   : p->len - skip < len ? (size_t)(p->len - skip)
						 : len;
		int rc = 0;

		if (gap)
			memset(to, 0, n);
		else
			rc = read_at(x->fd, to, n, p->at + skip);
		if (rc < 0)
			return -EIO;
		i += !gap;
		to += n;
		off += n;
		len -= n;
	}
	return 0;
}
