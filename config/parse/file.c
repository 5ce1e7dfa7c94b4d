/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file.c - a small text file into memory */
#include "config/parse/file.h"

#include "base/err.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static ssize_t read_some(int fd, char *buf, size_t room)
{
	ssize_t n;

	do
		n = read(fd, buf, room);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Files in /proc and FIFOs have no size to ask for: read until the end or until full. */
static ssize_t read_all(int fd, char *buf, size_t room)
{
	size_t len = 0;
	ssize_t n = 1;

	while (n > 0 && len < room) {
		n = read_some(fd, buf + len, room - len);
		if (n > 0)
			len += (size_t)n;
	}
	return n < 0 ? n : (ssize_t)len;
}

int config_file_read(const char *file, char **out, size_t *len)
{
	/* A FIFO or a terminal by that name must not stop a boot. */
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char *buf;
	ssize_t n;

	if (fd < 0)
		return fail(-errno, "read %s", file);
	buf = malloc(CONFIG_FILE_MAX + 1);
	n = buf ? read_all(fd, buf, CONFIG_FILE_MAX + 1) : -ENOMEM;
	close(fd);
	if (n < 0) {
		free(buf);
		return fail((int)n, "read %s", file);
	}
	*out = buf;
	*len = (size_t)n;
	return 0;
}
