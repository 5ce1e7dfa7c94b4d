/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lock.c - one kdumpctl at a time changes what is built or loaded */
#include "systemd/lock.h"

#include "base/duration.h"
#include "base/err.h"
#include "systemd/ctl.h"
#include "systemd/files.h"
#include "systemd/message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Polls: flock(2) has no time limit, and an alarm would interrupt everything else too. */
static int wait_for(int fd)
{
	const struct timespec pause = { .tv_nsec = 100000000 };

	char text[DURATION_MAX];

	for (unsigned i = 0; i < LOCK_SECONDS * 10; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return fail(-errno, "lock %s", LOCK_FILE);
		if (i == 5)
			message_info("another kdumpctl is running; waiting for it");
		nanosleep(&pause, NULL);
	}
	return fail(-ETIMEDOUT, "another kdumpctl has held %s for %s; see \"fuser %s\"", LOCK_FILE,
		    duration_text(text, LOCK_SECONDS), LOCK_FILE);
}

/* Opens LOCK_DIR, which is made if it is missing. */
static int open_dir(const char *root)
{
	char path[FILES_PATH_MAX];
	struct stat st;
	int rc = files_path(root, LOCK_DIR, path), fd;

	if (rc == 0)
		rc = files_mkdir(root, CTL_RUN_DIR, 0755);
	if (rc < 0)
		return rc;
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return fail(-errno, "make directory %s", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return fail(-errno, "open %s", path);
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & 077))
		return fd;
	close(fd);
	return fail(-EPERM, "%s must be owned by root and have mode 0700; remove it and try again",
		    path);
}

int lock_take(const char *root)
{
	int dir = open_dir(root), fd, rc;

	if (dir < 0)
		return dir;
	fd = openat(dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	rc = fd < 0 ? fail(-errno, "open %s%s", root, LOCK_FILE) : wait_for(fd);
	close(dir);
	if (rc < 0 && fd >= 0)
		close(fd);
	return rc < 0 ? rc : fd;
}

bool lock_is_taken(const char *root)
{
	char path[FILES_PATH_MAX];
	bool taken;
	int fd;

	if (files_path(root, LOCK_FILE, path) < 0) {
		fail_clear();
		return false;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	taken = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
	close(fd);
	return taken;
}

void lock_release(int fd)
{
	if (fd >= 0)
		close(fd);
}
