/* SPDX-License-Identifier: GPL-2.0-or-later */
/* path.c - where a path of the production system really is */
#include "initramfs/image/builder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The name behind an O_PATH descriptor. */
static char *name_of(int fd)
{
	char link[40], name[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, name, sizeof(name) - 1);
	if (n < 0)
		return NULL;
	name[n] = '\0';
	return strdup(name);
}

/* Absolute links below another root stay inside it: the kernel resolves them so. */
static char *resolve_below(const char *root, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
	int dirfd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), fd, saved;
	char *name = NULL;

	if (dirfd < 0)
		return NULL;
	fd = (int)syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
	if (fd >= 0) {
		name = name_of(fd);
		close(fd);
	}
	saved = errno;
	close(dirfd);
	errno = saved;
	return name;
}

char *builder_real(const struct builder *b, const char *path)
{
	return b->root[0] ? resolve_below(b->root, path) : realpath(path, NULL);
}
