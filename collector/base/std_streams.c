/* SPDX-License-Identifier: GPL-2.0-or-later */
/* std_streams.c - standard input, output and error of a program that anybody may start */
#include "base/std_streams.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

void std_streams_hold(void)
{
	int fd;

	/* O_PATH: neither read nor written, and it needs no /dev. */
	do
		fd = open("/", O_PATH);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int std_streams_end(void)
{
	struct pollfd reader = { .fd = STDOUT_FILENO, .events = POLLOUT };
	int rc = fflush(stdout) != 0 ? -errno : 0;

	if (rc == 0 && !ferror(stdout))
		return 0;
	if (poll(&reader, 1, 0) == 1 && reader.revents & POLLERR)
		return 0;
	/* The error number of an earlier write is lost. */
	return rc < 0 ? fail(rc, "write to standard output")
		      : fail_set(-EIO, "not all of the text could be written to standard output");
}
