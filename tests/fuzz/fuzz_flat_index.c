/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_flat_index.c - any records as a flattened stream, read without unpacking it
 *
 *     | where, 2 bytes | how much, 1 byte | where | how much | ...
 *
 * An input of even length is records inside 64 KiB, with bytes that follow from their number; what
 * is read must be what the last record of each byte had. One of odd length comes behind a start
 * block as it is, and may be anything.
 */
#include "source/flat_index.h"

#include "base/dumpfile.h"
#include "base/err.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE (65536 + 256 * 64)

static void put(int fd, const void *p, size_t len, uint64_t *pos)
{
	if (pwrite(fd, p, len, (off_t)*pos) != (ssize_t)len)
		abort();
	*pos += len;
}

static void put_record(int fd, uint64_t off, uint64_t size, uint64_t *pos)
{
	const struct flat_record rec = { htobe64(off), htobe64(size) };

	put(fd, &rec, sizeof(rec), pos);
}

static void sound_records(int fd, const uint8_t *data, size_t size, uint8_t *want)
{
	uint64_t pos = FLAT_BLOCK;

	for (size_t i = 0; i + 2 < size; i += 3) {
		uint64_t off = (uint64_t)(data[i] | data[i + 1] << 8);
		uint64_t len = 1 + 64 * (uint64_t)data[i + 2];

		len = len < SIZE - off ? len : SIZE - off;
		memset(want + off, (int)(1 + i % 251), len);
		put_record(fd, off, len, &pos);
		put(fd, want + off, len, &pos);
	}
	put_record(fd, UINT64_MAX, UINT64_MAX, &pos);
}

static void compare(const struct flat_index *x, const uint8_t *want)
{
	static uint8_t got[SIZE];
	uint64_t size = flat_index_size(x);

	if (size > SIZE || flat_index_read(x, got, size, 0) < 0 || memcmp(got, want, size) != 0)
		abort();
	for (uint64_t off = 0; off + 100 < size; off += 977)
		if (flat_index_read(x, got, 100, off) < 0 || memcmp(got, want + off, 100) != 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct flat_start start = { FLAT_MAGIC, htobe64(1), htobe64(1) };
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	static uint8_t want[SIZE];
	uint64_t at = 0, pos = FLAT_BLOCK;
	struct flat_index *x;
	uint8_t some[4096];

	memset(want, 0, sizeof(want));
	put(fd, &start, sizeof(start), &at);
	if (size % 2 == 0)
		sound_records(fd, data, size, want);
	else
		put(fd, data, size, &pos);
	if (flat_index_open(fd, &x) == 0) {
		if (size % 2 == 0)
			compare(x, want);
		else if (flat_index_size(x) > sizeof(some))
			(void)flat_index_read(x, some, sizeof(some),
					      flat_index_size(x) - sizeof(some));
		flat_index_close(x);
	} else if (size % 2 == 0) {
		abort();
	}
	fail_clear();
	close(fd);
	return 0;
}
