/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack.c - a file inside gzip, xz, zstd or lz4, by zlib and libarchive */
#include "unpack.h"

#include "base/err.h"
#include "base/file.h"
#include "base/io.h"
#include "unpack_gzip.h"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#define READ_BYTES (128 * 1024)

static int archive_fail(struct archive *a, const char *what)
{
	const char *message = archive_error_string(a);

	fail_adopt(-EBADMSG, message ? message : "it is damaged");
	return fail(-EBADMSG, "%s", what);
}

/* What libarchive does itself: it would run other programs for the rest. */
static int allow(struct archive *a)
{
	int (*const filter[])(struct archive *) = {
		archive_read_support_filter_xz,
		archive_read_support_filter_zstd,
		archive_read_support_filter_lz4,
	};
	unsigned nr = 0;

	for (size_t i = 0; i < sizeof(filter) / sizeof(filter[0]); i++)
		nr += filter[i](a) == ARCHIVE_OK;
	if (nr == 0 || archive_read_support_format_raw(a) != ARCHIVE_OK)
		return archive_fail(a, "unpack");
	return 0;
}

/* Ranges that libarchive leaves out are zeros, and stay holes. */
static int copy_blocks(struct archive *a, int to)
{
	const void *block;
	uint64_t end = 0;
	la_int64_t off;
	size_t len;
	int rc;

	while ((rc = archive_read_data_block(a, &block, &len, &off)) == ARCHIVE_OK) {
		if (off < 0)
			return fail(-EBADMSG, "unpack");
		rc = io_pwrite(to, block, len, (uint64_t)off);
		if (rc < 0)
			return fail(file_temp_failed(rc), "unpack");
		end = (uint64_t)off + len;
	}
	if (rc != ARCHIVE_EOF)
		return archive_fail(a, "unpack");
	return ftruncate(to, (off_t)end) < 0 ? fail(-errno, "unpack") : 0;
}

static int unpack_by_library(int from, int to)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	int rc;

	if (!a)
		return fail(-ENOMEM, "unpack");
	rc = allow(a);
	if (rc == 0 && archive_read_open_fd(a, from, READ_BYTES) != ARCHIVE_OK)
		rc = archive_fail(a, "unpack");
	if (rc == 0 && archive_read_next_header(a, &entry) != ARCHIVE_OK)
		rc = archive_fail(a, "unpack");
	if (rc == 0)
		rc = copy_blocks(a, to);
	archive_read_free(a);
	return rc;
}

/* libarchive would unpack gzip, too, but does not look at the checksum. */
int input_unpack(int from, int to)
{
	return unpack_is_gzip(from) ? unpack_gzip(from, to) : unpack_by_library(from, to);
}
