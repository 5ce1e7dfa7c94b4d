/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image_read.c - what is in an image that was written before */
#include "initramfs/image/image.h"

#include "initramfs/image/image_archive.h"

#include "base/err.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX ((int64_t)256 << 20)

static int each_entry(const char *path, image_entry_fn *fn, void *arg)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return fail(-errno, "%s", path);
	rc = image_each_entry(fd, path, fn, arg);
	close(fd);
	return rc;
}

struct list {
	int (*fn)(const struct image_entry *e, void *arg);
	void *arg;
};

static int list_one(struct archive *a, struct archive_entry *e, void *arg)
{
	const struct list *l = arg;
	struct image_entry entry = {
		.path = archive_entry_pathname(e),
		.link = archive_entry_symlink(e),
		.bytes = (uint64_t)archive_entry_size(e),
		.mode = archive_entry_mode(e),
	};

	(void)a;
	return l->fn(&entry, l->arg);
}

int image_list(const char *path, int (*fn)(const struct image_entry *e, void *arg), void *arg)
{
	struct list l = { fn, arg };

	return each_entry(path, list_one, &l);
}

struct file_search {
	const char *path;
	char *data;
	size_t len;
};

/* 1: this was it. */
static int read_if_found(struct archive *a, struct archive_entry *e, void *arg)
{
	struct file_search *w = arg;
	int64_t size = archive_entry_size(e);

	if (strcmp(archive_entry_pathname(e), w->path) != 0)
		return 0;
	if (size < 0 || size > FILE_MAX || !(w->data = malloc((size_t)size + 1)))
		return fail(-ENOMEM, "%s", w->path);
	w->len = (size_t)size;
	if (archive_read_data(a, w->data, w->len) != size)
		return image_archive_fail(a, w->path);
	w->data[w->len] = '\0';
	return 1;
}

int image_read_file(const char *image, const char *path, char **out, size_t *len)
{
	struct file_search w = { .path = path + (path[0] == '/') };
	int rc = each_entry(image, read_if_found, &w);

	if (rc == 1) {
		*out = w.data;
		*len = w.len;
		return 0;
	}
	free(w.data);
	return rc < 0 ? rc : fail(-ENOENT, "%s has no %s", image, path);
}
