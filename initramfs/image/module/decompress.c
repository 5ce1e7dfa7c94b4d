/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decompress.c - a whole file, decompressed if necessary */
#include "initramfs/image/module/modules.h"

#include "base/err.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

/* No module or firmware is larger; a broken file must not eat the machine. */
#define WHOLE_MAX ((size_t)256 << 20)

static int archive_fail(struct archive *a, const char *path)
{
	int rc = archive_errno(a) > 0 ? -archive_errno(a) : -EIO;

	return fail(rc, "%s: %s", path, archive_error_string(a) ? archive_error_string(a) : "read");
}

static int read_all(struct archive *a, const char *path, char **out, size_t *len)
{
	size_t max = 0;
	ssize_t n;

	*len = 0;
	for (;;) {
		if (*len == max) {
			char *more = max < WHOLE_MAX ? realloc(*out, (max += 1 << 20) + 1) : NULL;

			if (!more)
				return fail(-ENOMEM, "%s", path);
			*out = more;
		}
		n = archive_read_data(a, *out + *len, max - *len);
		if (n <= 0)
			break;
		*len += (size_t)n;
	}
	(*out)[*len] = '\0';
	return n < 0 ? archive_fail(a, path) : 0;
}

int file_decompress(const char *path, char **out, size_t *len)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	int rc = 0;

	*out = NULL;
	if (!a)
		return fail(-ENOMEM, "%s", path);
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_format_raw(a);
	archive_read_support_format_empty(a);
	if (archive_read_open_filename(a, path, 65536) != ARCHIVE_OK)
		rc = archive_fail(a, path);
	else if (archive_read_next_header(a, &entry) == ARCHIVE_OK)
		rc = read_all(a, path, out, len);
	else
		rc = fail(-EINVAL, "%s is empty or broken", path);
	archive_read_free(a);
	if (rc < 0) {
		free(*out);
		*out = NULL;
	}
	return rc;
}
