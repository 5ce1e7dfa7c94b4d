/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entropy.c - random numbers of the kernel, once it has any */
#include "seal/entropy.h"

#include "base/clock.h"
#include "base/err.h"

#include <poll.h>
#include <sodium.h>
#include <stdint.h>
#include <sys/random.h>

#define POLL_MS 50

static int fill(uint8_t *buf, size_t len, int wait_ms)
{
	struct deadline end = deadline_in_ms((uint64_t)wait_ms);

	while (len > 0) {
		ssize_t n = getrandom(buf, len, GRND_NONBLOCK);

		if (n > 0) {
			buf += n;
			len -= (size_t)n;
		} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
			return fail(-errno, "get random numbers for a key");
		} else if (clock_ns() >= end.at) {
			return fail_set(-ETIMEDOUT,
					"the kernel has no random numbers for a key after %d "
					"seconds: nothing can be encrypted",
					wait_ms / 1000);
		} else {
			(void)poll(NULL, 0, POLL_MS);
		}
	}
	return 0;
}

int entropy_ready(int wait_ms)
{
	uint8_t probe;
	int rc = fill(&probe, sizeof(probe), wait_ms);

	if (rc == 0 && sodium_init() < 0)
		rc = fail_set(-EIO, "libsodium does not start");
	return rc;
}

int entropy_get(void *buf, size_t len)
{
	return fill(buf, len, ENTROPY_WAIT_MS);
}
