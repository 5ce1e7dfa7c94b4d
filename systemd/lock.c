/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lock.c - one kdumpctl at a time changes what is built or loaded */
#include "systemd/lock.h"

#include "base/duration.h"
#include "base/err.h"
#include "systemd/files.h"
#include "systemd/message.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
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

int lock_take(const char *root)
{
	char path[FILES_PATH_MAX];
	int rc = files_path(root, LOCK_FILE, path), fd;

	if (rc == 0)
		rc = files_mkdir(root, "/run/lock", 0755);
	if (rc < 0)
		return rc;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail(-errno, "open %s", path);
	rc = wait_for(fd);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	return fd;
}

void lock_release(int fd)
{
	if (fd >= 0)
		close(fd);
}
