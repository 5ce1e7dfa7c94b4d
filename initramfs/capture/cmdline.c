/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmdline.c - the capture kernel's command line */
#include "initramfs/capture/cmdline.h"

#include "base/karg.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

bool cmdline_read(const char *root, char out[CMDLINE_MAX])
{
	size_t len = 0;
	char path[256];
	ssize_t n = -1;
	int fd;

	out[0] = '\0';
	snprintf(path, sizeof(path), "%.200s/proc/cmdline", root);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	while (len + 1 < CMDLINE_MAX && (n = read(fd, out + len, CMDLINE_MAX - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	out[len] = '\0';
	return n >= 0;
}

bool cmdline_get(const char *root, const char *name, char *out, size_t size)
{
	char text[CMDLINE_MAX];

	return cmdline_read(root, text) && karg_find(text, name, out, size);
}
