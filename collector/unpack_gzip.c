/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unpack_gzip.c - a file that gzip packed as a whole, by zlib
 *
 *     | member | member | zeros |     each member: header, data, CRC-32, length
 */
#include "unpack_gzip.h"

#include "base/err.h"
#include "base/file.h"
#include "base/io.h"
#include "base/log.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define BUF_BYTES   ((size_t)128 << 10)
#define GZIP_WINDOW (16 + MAX_WBITS) /* a gzip header is wanted, and the checksums are compared */

struct gzip {
	z_stream z;
	int from, to;
	uint64_t in_off, out_off; /* next byte to read and to write */
	uint8_t in[BUF_BYTES], out[BUF_BYTES];
};

static bool member_at(int from, uint64_t off)
{
	uint8_t head[3];
	size_t got = 0;

	return io_pread(from, head, sizeof(head), off, &got) == 0 && got == sizeof(head) &&
	       head[0] == 0x1f && head[1] == 0x8b && head[2] == 8;
}

bool unpack_is_gzip(int from)
{
	off_t at = lseek(from, 0, SEEK_CUR);

	return at >= 0 && member_at(from, (uint64_t)at);
}

/* Have at least one byte of input, or none at the end of the file. */
static int fill(struct gzip *g)
{
	size_t got = 0;
	int rc = 0;

	if (g->z.avail_in == 0) {
		rc = io_pread(g->from, g->in, sizeof(g->in), g->in_off, &got);
		g->z.next_in = g->in;
		g->z.avail_in = (uInt)got;
		g->in_off += got;
	}
	return rc < 0 ? fail(rc, "unpack: read") : 0;
}

static int write_out(struct gzip *g)
{
	size_t len = sizeof(g->out) - g->z.avail_out;
	int rc = len ? io_pwrite(g->to, g->out, len, g->out_off) : 0;

	g->out_off += len;
	g->z.next_out = g->out;
	g->z.avail_out = sizeof(g->out);
	return rc < 0 ? fail(file_temp_failed(rc), "unpack") : 0;
}

/* What is wrong, by what inflate() returned. */
static int damaged(const struct gzip *g, int z)
{
	if (z == Z_MEM_ERROR)
		return fail(-ENOMEM, "unpack");
	if (z == Z_BUF_ERROR)
		fail_adopt(-EBADMSG, "it is cut short");
	else
		fail_adopt(-EBADMSG, g->z.msg ? g->z.msg : "it is damaged");
	return fail(-EBADMSG, "unpack");
}

static int unpack_member(struct gzip *g)
{
	int rc = 0, z = inflateReset(&g->z);

	while (rc == 0 && z == Z_OK) {
		rc = fill(g);
		if (rc == 0) {
			z = inflate(&g->z, Z_NO_FLUSH);
			rc = write_out(g);
		}
	}
	if (rc == 0 && z != Z_STREAM_END)
		rc = damaged(g, z);
	return rc;
}

/* Go to the member that follows, perhaps behind zeros: with them tapes and blocks are filled up. */
static int next_member(struct gzip *g, bool *found)
{
	int rc;

	*found = false;
	while ((rc = fill(g)) == 0 && g->z.avail_in > 0 && *g->z.next_in == 0) {
		g->z.next_in++;
		g->z.avail_in--;
	}
	if (rc < 0 || g->z.avail_in == 0)
		return rc;
	g->in_off -= g->z.avail_in;
	g->z.avail_in = 0;
	*found = member_at(g->from, g->in_off);
	if (!*found)
		log_msg(LOG_ERROR,
			"gzip: what comes behind byte %ju of the file is not packed and is ignored",
			(uintmax_t)g->in_off);
	return 0;
}

static int unpack_all(struct gzip *g)
{
	bool more = true;
	int rc = 0;

	g->z.next_out = g->out;
	g->z.avail_out = sizeof(g->out);
	while (rc == 0 && more) {
		rc = unpack_member(g);
		if (rc == 0)
			rc = next_member(g, &more);
	}
	return rc;
}

int unpack_gzip(int from, int to)
{
	off_t at = lseek(from, 0, SEEK_CUR);
	struct gzip *g;
	int rc;

	if (at < 0)
		return fail(-errno, "unpack");
	g = calloc(1, sizeof(*g));
	if (!g || inflateInit2(&g->z, GZIP_WINDOW) != Z_OK) {
		free(g);
		return fail(-ENOMEM, "unpack");
	}
	g->from = from;
	g->to = to;
	g->in_off = (uint64_t)at;
	rc = unpack_all(g);
	inflateEnd(&g->z);
	free(g);
	return rc;
}
