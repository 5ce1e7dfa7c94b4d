/* SPDX-License-Identifier: GPL-2.0-or-later */
/* beneath.c - open what is in a directory that others may write to */
#include "base/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILE_MODE 0600

/* Copy the next component to name, and move *path behind it. False at the end. */
static int next_component(const char **path, char name[NAME_MAX + 1])
{
	size_t len;

	*path += strspn(*path, "/");
	len = strcspn(*path, "/");
	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, *path, len);
	name[len] = '\0';
	*path += len;
	*path += strspn(*path, "/");
	return strcmp(name, "..") == 0 ? -EXDEV : len > 0;
}

int open_beneath_steps(int dirfd, const char *path, int flags)
{
	int at = dirfd, next = -ENOENT, rc;
	char name[NAME_MAX + 1];

	if (*path == '/')
		return -EXDEV;
	while ((rc = next_component(&path, name)) > 0) {
		int how = *path ? O_PATH | O_DIRECTORY : flags;

		next = openat(at, name, how | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
		next = next < 0 ? -errno : next;
		if (at != dirfd)
			close(at);
		if (next < 0 || !*path)
			return next;
		at = next;
	}
	if (at != dirfd)
		close(at);
	return rc < 0 ? rc : next;
}

int open_beneath(int dirfd, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC),
		.mode = flags & O_CREAT ? FILE_MODE : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	long fd;
	int tries = 0;

	/* -EAGAIN: a directory was renamed meanwhile, somewhere; it is worth another try. */
	do
		fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || (errno == EAGAIN && ++tries < 16)));
	if (fd >= 0)
		return (int)fd;
	/* An old seccomp filter answers EPERM for a call that it does not know. */
	if (errno == ENOSYS || errno == EPERM)
		return open_beneath_steps(dirfd, path, flags);
	return -errno;
}
