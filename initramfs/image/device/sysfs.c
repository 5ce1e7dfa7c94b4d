/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysfs.c - reading attributes and links of sysfs */
#include "initramfs/image/device/sysfs.h"

#include "base/err.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* NULL when it would not fit: no such path is in sysfs. */
static const char *join(char *buf, const char *dir, const char *name)
{
	return snprintf(buf, PATH_MAX, "%s/%s", dir, name) < PATH_MAX ? buf : NULL;
}

static char *trimmed(char *text, size_t len)
{
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		len--;
	text[len] = '\0';
	while (isspace((unsigned char)*text))
		text++;
	return *text ? strdup(text) : NULL;
}

/* An attribute is at most a page. */
char *sys_attr(const char *dir, const char *name)
{
	char path[PATH_MAX], text[4097];
	ssize_t n;
	int fd;

	if (!join(path, dir, name) || (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return NULL;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n > 0 ? trimmed(text, (size_t)n) : NULL;
}

bool sys_has(const char *dir, const char *name)
{
	char path[PATH_MAX];

	return join(path, dir, name) && access(path, F_OK) == 0;
}

char *sys_link(const char *dir, const char *name)
{
	char path[PATH_MAX];

	return join(path, dir, name) ? realpath(path, NULL) : NULL;
}

const char *sys_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *sys_link_name(const char *dir, const char *name)
{
	char *to = sys_link(dir, name), *out = NULL;

	if (to)
		out = strdup(sys_name(to));
	free(to);
	return out;
}

int sys_block_dir(const struct builder *b, dev_t dev, char **out)
{
	char name[64];

	snprintf(name, sizeof(name), "dev/block/%u:%u", major(dev), minor(dev));
	*out = sys_link(b->sysfs, name);
	return *out ? 0 : fail(-ENODEV, "no block device %u:%u in sysfs", major(dev), minor(dev));
}

int sys_parse_dev(const char *text, dev_t *out)
{
	unsigned ma, mi;
	int end = 0;

	if (sscanf(text, "%u:%u%n", &ma, &mi, &end) != 2 || text[end])
		return fail(-EINVAL, "\"%s\" is not a device number", text);
	*out = makedev(ma, mi);
	return 0;
}

static int no_dots(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

int sys_each(const char *dir, int (*fn)(const char *dir, const char *name, void *arg), void *arg)
{
	struct dirent **names;
	int nr = scandir(dir, &names, no_dots, versionsort), rc = 0;

	if (nr < 0)
		return errno == ENOENT ? 0 : fail(-errno, "%s", dir);
	for (int i = 0; i < nr; i++) {
		if (rc == 0)
			rc = fn(dir, names[i]->d_name, arg);
		free(names[i]);
	}
	free(names);
	return rc;
}
