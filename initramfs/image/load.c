/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.c - the bytes of a file as they go into the image */
#include "initramfs/image/tree.h"

#include "initramfs/image/base_files.h"
#include "initramfs/image/module/modules.h"

#include "base/err.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_fd(int fd, const char *path, char **out, size_t *len)
{
	struct stat sb;
	size_t at = 0;

	if (fstat(fd, &sb) < 0)
		return fail(-errno, "%s", path);
	*len = (size_t)sb.st_size;
	*out = malloc(*len + 1);
	if (!*out)
		return fail(-ENOMEM, "%s", path);
	while (at < *len) {
		ssize_t n = read(fd, *out + at, *len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			free(*out);
			return fail(n < 0 ? -errno : -EIO, "%s: it changed while it was read",
				    path);
		}
		at += (size_t)n;
	}
	return 0;
}

static int copy_file(const char *path, char **out, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return fail(-errno, "%s", path);
	rc = read_fd(fd, path, out, len);
	close(fd);
	return rc;
}

static int copy_data(const struct tree_node *n, char **out, size_t *len)
{
	*len = n->len;
	*out = malloc(n->len + 1);
	if (!*out)
		return fail(-ENOMEM, "%s", n->path);
	if (n->len)
		memcpy(*out, n->data, n->len);
	return 0;
}

int tree_load(const struct tree_node *n, char **out, size_t *len)
{
	if (!n->source)
		return copy_data(n, out, len);
	switch (n->how) {
	case TREE_UNPACK:
		return file_decompress(n->source, out, len);
	case TREE_STRIP:
		return init_read(n->source, out, len);
	case TREE_COPY:
		break;
	}
	return copy_file(n->source, out, len);
}
