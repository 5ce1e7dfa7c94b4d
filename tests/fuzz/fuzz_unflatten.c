/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_unflatten.c - any bytes as a flattened stream
 *
 * Even inputs go into a sink that takes everything, odd ones onto a stale one
 * that fails after some writes. No write may lie past the limit of a dump.
 */
#include "base/err.h"
#include "base/util.h"
#include "output/unflatten.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct fuzz_sink {
	struct sink base;
	unsigned writes_left;
};

static int fuzz_write_at(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	struct fuzz_sink *f = container_of(s, struct fuzz_sink, base);
	const uint8_t *p = buf;
	volatile uint8_t sum = 0;

	if (len == 0 || off > 1ull << 53 || len > (1ull << 53) - off)
		abort();
	for (size_t i = 0; i < len; i++) /* every byte is ours to read */
		sum = (uint8_t)(sum + p[i]);
	if (f->writes_left == 0)
		return fail(-ENOSPC, "full");
	f->writes_left--;
	return 0;
}

static int fuzz_commit(struct sink *s)
{
	(void)s;
	return 0;
}

static const struct sink_ops fuzz_ops = {
	.kind = "fuzz",
	.write_at = fuzz_write_at,
	.commit = fuzz_commit,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool odd = size % 2;
	struct fuzz_sink f = { .base = { .ops = &fuzz_ops, .seekable = true, .stale = odd },
			       .writes_left = odd ? 100 : 1u << 30 };
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct unflatten_result res;

	if (fd >= 0 && pwrite(fd, data, size, 0) == (ssize_t)size)
		(void)unflatten(fd, &f.base, 0, &res);
	fail_clear();
	if (fd >= 0)
		close(fd);
	return 0;
}
