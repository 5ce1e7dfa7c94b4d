/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unflatten_fd.c - a flattened stream from a descriptor */
#include "output/unflatten.h"

#include "base/err.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

/* A descriptor, which may fall silent. */
struct fd_input {
	int fd;
	int timeout_ms;
};

/* Read what there is: a count, 0 at the end or when idle for too long. */
static int read_fd(void *arg, void *buf, size_t size)
{
	const struct fd_input *in = arg;
	struct pollfd p = { .fd = in->fd, .events = POLLIN };

	for (;;) {
		int n = poll(&p, 1, in->timeout_ms);
		ssize_t got;

		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return fail(-errno, "poll stream");
		if (n < 0)
			continue;
		got = read(in->fd, buf, size);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got < 0)
			return fail(-errno, "read stream");
		return (int)got;
	}
}

int unflatten(int fd, struct sink *sink, unsigned idle_seconds, struct unflatten_result *out)
{
	struct fd_input from = {
		.fd = fd,
		.timeout_ms = idle_seconds == 0		      ? -1
			      : idle_seconds < INT_MAX / 1000 ? (int)idle_seconds * 1000
							      : INT_MAX,
	};
	const struct unflatten_input in = { .read = read_fd, .arg = &from };

	return unflatten_from(&in, sink, out);
}
