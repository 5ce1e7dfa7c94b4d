/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpio.c - a tree as a compressed newc archive, by libarchive */
#include "initramfs/image/cpio.h"

#include "base/err.h"
#include "initramfs/plan/plan.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/*
 * Modules are compressed already, so the level matters for /init and programs
 * only: 6 takes four times as long for 3 % less. The kernel needs a window's
 * worth of memory to unpack: 2 MiB at this level, 8 MiB at 19.
 */
#define ZSTD_LEVEL "3"
#define GZIP_LEVEL "9"

static int archive_fail(struct archive *a, const char *what)
{
	const char *message = archive_error_string(a);
	int rc = archive_errno(a) > 0 ? -archive_errno(a) : -EIO;

	return fail(rc, "%s: %s", what, message ? message : "write");
}

static int set_filter(struct archive *a, const char *algorithm)
{
	int rc;

	if (strcmp(algorithm, "zstd") == 0) {
		rc = archive_write_add_filter_zstd(a);
		if (rc == ARCHIVE_OK)
			rc = archive_write_set_filter_option(a, "zstd", "compression-level",
							     ZSTD_LEVEL);
	} else if (strcmp(algorithm, "none") == 0) { /* every kernel reads that */
		rc = archive_write_add_filter_none(a);
	} else {
		rc = archive_write_add_filter_gzip(a);
		if (rc == ARCHIVE_OK)
			rc = archive_write_set_filter_option(a, "gzip", "compression-level",
							     GZIP_LEVEL);
		if (rc == ARCHIVE_OK) /* or the time of day would be in the header */
			rc = archive_write_set_filter_option(a, "gzip", "timestamp", NULL);
	}
	return rc == ARCHIVE_OK ? 0 : archive_fail(a, algorithm);
}

static time_t epoch(void)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");

	return text ? (time_t)strtoll(text, NULL, 10) : 0;
}

/* Paths in the archive are relative; inode numbers count up, as nothing is a hard link. */
static void describe(struct archive_entry *e, const struct tree_node *n, size_t nr, size_t len)
{
	bool dir = S_ISDIR(n->mode);

	archive_entry_clear(e);
	archive_entry_set_pathname(e, n->path + 1);
	archive_entry_set_mode(e, n->mode);
	archive_entry_set_ino64(e, (int64_t)nr + 1);
	archive_entry_set_nlink(e, dir ? 2 : 1);
	archive_entry_set_uid(e, 0);
	archive_entry_set_gid(e, 0);
	archive_entry_set_mtime(e, epoch(), 0);
	archive_entry_set_rdev(e, n->rdev);
	if (S_ISLNK(n->mode))
		archive_entry_set_symlink(e, n->data);
	archive_entry_set_size(e, S_ISREG(n->mode) ? (int64_t)len : 0);
}

static void count(struct image_report *report, const struct tree_node *n, size_t len)
{
	if (n->part >= IMAGE_PARTS)
		return;
	report->parts[n->part].nr_files++;
	report->parts[n->part].bytes += len;
}

static int write_node(struct archive *a, struct archive_entry *e, const struct tree_node *n,
		      size_t nr, struct image_report *report)
{
	char *data = NULL;
	size_t len = 0;
	int rc = S_ISREG(n->mode) ? tree_load(n, &data, &len) : 0;

	if (rc < 0)
		return rc;
	describe(e, n, nr, len);
	if (archive_write_header(a, e) != ARCHIVE_OK ||
	    (len > 0 && archive_write_data(a, data, len) != (ssize_t)len))
		rc = archive_fail(a, n->path);
	free(data);
	count(report, n, len);
	return rc;
}

static int write_nodes(struct archive *a, const struct tree *t, struct image_report *report)
{
	static char path[] = PLAN_IMAGE_END, nothing[] = "";
	const struct tree_node end = {
		.path = path, .data = nothing, .mode = S_IFREG | 0400, .part = IMAGE_PARTS
	};
	struct archive_entry *e = archive_entry_new();
	int rc = e ? 0 : fail(-ENOMEM, "image");

	for (size_t i = 0; i < t->nr && rc == 0; i++)
		rc = write_node(a, e, &t->nodes[i], i, report);
	if (rc == 0)
		rc = write_node(a, e, &end, t->nr, report);
	archive_entry_free(e);
	return rc;
}

static int open_archive(struct archive *a, const char *algorithm, int fd)
{
	int rc = set_filter(a, algorithm);

	if (rc < 0)
		return rc;
	if (archive_write_set_format_cpio_newc(a) != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
	    archive_write_open_fd(a, fd) != ARCHIVE_OK)
		return archive_fail(a, "image");
	return 0;
}

int cpio_write(const struct tree *t, const char *algorithm, int fd, struct image_report *report)
{
	struct archive *a = archive_write_new();
	int rc = a ? open_archive(a, algorithm, fd) : fail(-ENOMEM, "image");

	if (rc == 0)
		rc = write_nodes(a, t, report);
	if (rc == 0 && archive_write_close(a) != ARCHIVE_OK)
		rc = archive_fail(a, "image");
	if (rc == 0) {
		report->bytes = (uint64_t)archive_filter_bytes(a, 0);
		report->file_bytes = (uint64_t)archive_filter_bytes(a, -1);
	}
	archive_write_free(a);
	return rc;
}
