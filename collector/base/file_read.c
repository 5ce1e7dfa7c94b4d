/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file_read.c - a whole file into memory */
#include "base/file.h"

#include "base/err.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST_SIZE 4096

struct buffer {
	char *data;
	size_t len, size;
};

/* What is there, once the writer of a FIFO wrote something. Bytes, 0 at the end. */
static ssize_t read_some(int fd, char *to, size_t len)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (;;) {
		ssize_t n = read(fd, to, len);

		if (n >= 0)
			return n;
		if (errno == EAGAIN && poll(&p, 1, FILE_WAIT_MS) == 0)
			return -ETIMEDOUT;
		if (errno != EINTR && errno != EAGAIN)
			return -errno;
	}
}

static int make_space(struct buffer *b, size_t max)
{
	size_t size = b->size ? b->size * 2 : FIRST_SIZE;
	char *grown;

	if (size > max)
		size = max;
	grown = realloc(b->data, size + 1);
	if (!grown)
		return -ENOMEM;
	b->data = grown;
	b->size = size;
	return 0;
}

/* At most max bytes. */
static int read_head(int fd, size_t max, struct buffer *b)
{
	int rc = make_space(b, max);

	while (rc == 0 && b->len < max) {
		ssize_t n = read_some(fd, b->data + b->len, b->size - b->len);

		if (n <= 0)
			return (int)n;
		b->len += (size_t)n;
		if (b->len == b->size && b->len < max)
			rc = make_space(b, max);
	}
	return rc;
}

static int give(struct buffer *b, int rc, char **out, size_t *len)
{
	*out = NULL;
	if (rc < 0) {
		free(b->data);
		return rc;
	}
	b->data[b->len] = '\0';
	*out = b->data;
	if (len)
		*len = b->len;
	return 0;
}

static int open_file(const char *path)
{
	/* Opening a FIFO or a terminal must not wait. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	return fd < 0 ? fail(-errno, "open %s", path) : fd;
}

/* Read one byte more than max, to detect a file that is too long. */
int file_read_fd(int fd, const char *name, size_t max, char **out, size_t *len)
{
	struct buffer b = { 0 };
	int rc = read_head(fd, max + 1, &b);

	if (rc == 0 && b.len > max)
		rc = -EFBIG;
	rc = give(&b, rc, out, len);
	return rc < 0 ? fail(rc, "read %s", name) : 0;
}

int file_read(const char *path, size_t max, char **out, size_t *len)
{
	int fd = open_file(path), rc;

	*out = NULL;
	if (fd < 0)
		return fd;
	rc = file_read_fd(fd, path, max, out, len);
	close(fd);
	return rc;
}

int file_read_head(const char *path, size_t max, char **out, size_t *len)
{
	struct buffer b = { 0 };
	int fd = open_file(path), rc;

	*out = NULL;
	if (fd < 0)
		return fd;
	rc = give(&b, read_head(fd, max, &b), out, len);
	close(fd);
	return rc < 0 ? fail(rc, "read %s", path) : 0;
}
