/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * image_archive.c - the entries of an image, which may be several archives in a row
 *
 *     | microcode, modules: cpio as it is | zeros | cpio, compressed |
 */
#include "initramfs/image/image_archive.h"

#include "base/err.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

int image_archive_fail(struct archive *a, const char *name)
{
	const char *message = archive_error_string(a);
	int rc = archive_errno(a) > 0 ? -archive_errno(a) : -EINVAL;

	/* Its message is complete, and for some errors it has numbers that are not an errno. */
	return fail(fail_adopt(rc, message ? message : "no image"), "%s", name);
}

struct archive_walk {
	int fd;
	const char *name;
	image_entry_fn *fn;
	void *arg;
};

/* The archive at *at; after one that is not compressed *at is behind it, else 0. */
static int each_of_one(const struct archive_walk *w, struct archive *a, off_t *at)
{
	struct archive_entry *e;
	int rc = 0, state = ARCHIVE_OK;

	archive_read_support_filter_gzip(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_format_cpio(a);
	if (lseek(w->fd, *at, SEEK_SET) < 0)
		return fail(-errno, "%s", w->name);
	if (archive_read_open_fd(a, w->fd, 65536) != ARCHIVE_OK)
		return image_archive_fail(a, w->name);
	while (rc == 0 && (state = archive_read_next_header(a, &e)) == ARCHIVE_OK)
		rc = w->fn(a, e, w->arg);
	if (rc == 0 && state != ARCHIVE_EOF)
		return image_archive_fail(a, w->name);
	*at = archive_filter_code(a, 0) == ARCHIVE_FILTER_NONE ? *at + archive_filter_bytes(a, 0)
							       : 0;
	return rc;
}

/* Is there something behind *at but zeros? Then *at becomes where it begins. */
static bool find_next(int fd, off_t *at)
{
	char buf[4096];
	ssize_t n;

	while ((n = pread(fd, buf, sizeof(buf), *at)) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i]) {
				*at += i;
				return true;
			}
		}
		*at += n;
	}
	return false;
}

int image_each_entry(int fd, const char *name, image_entry_fn *fn, void *arg)
{
	const struct archive_walk w = { fd, name, fn, arg };
	off_t at = 0;
	int rc;

	do {
		struct archive *a = archive_read_new();

		rc = a ? each_of_one(&w, a, &at) : fail(-ENOMEM, "%s", name);
		archive_read_free(a);
	} while (rc == 0 && at > 0 && find_next(fd, &at));
	return rc;
}
