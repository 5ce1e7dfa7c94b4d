/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_unpack.c - any bytes behind the head of a packed file, and what comes out as a dump
 *
 * The first byte says which head: gzip, xz, zstd or lz4 as their programs write it, or none. What
 * is unpacked may be 1 MiB; more is a full disk.
 */
#include "base/err.h"
#include "base/log.h"
#include "fix_dump.h"
#include "unpack.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define LIMIT (1u << 20)

static const struct {
	size_t len;
	const char *bytes;
} heads[] = {
	{ 0, "" },
	{ 10, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" },
	{ 18, "\xfd"
	      "7zXZ\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00" },
	{ 6, "\x28\xb5\x2f\xfd\x04\x58" },
	{ 7, "\x04\x22\x4d\x18\x64\x40\xa7" },
};

static int packed(const uint8_t *data, size_t size)
{
	unsigned which = size ? data[0] % (sizeof(heads) / sizeof(heads[0])) : 0;
	int fd = memfd_create("packed", MFD_CLOEXEC);

	if (fd < 0 ||
	    write(fd, heads[which].bytes, heads[which].len) != (ssize_t)heads[which].len ||
	    (size > 1 && write(fd, data + 1, size - 1) != (ssize_t)size - 1))
		abort();
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rlimit limit = { LIMIT, RLIM_INFINITY };
	int from = packed(data, size), to = memfd_create("unpacked", MFD_CLOEXEC);
	struct rlimit before;
	struct source *src;
	int rc;

	log_setup(0, false);
	signal(SIGXFSZ, SIG_IGN);
	if (to < 0 || getrlimit(RLIMIT_FSIZE, &before) < 0 || setrlimit(RLIMIT_FSIZE, &limit) < 0)
		abort();
	rc = lseek(from, 0, SEEK_SET) < 0 ? -1 : input_unpack(from, to);
	if (rc > 0 || (rc < 0 && !fail_text()[0]) || lseek(to, 0, SEEK_END) > (off_t)LIMIT)
		abort();
	if (setrlimit(RLIMIT_FSIZE, &before) < 0)
		abort();
	if (fix_dump_source_fd(to, &src) == 0)
		source_close(src);
	close(from);
	fail_clear();
	return 0;
}
