/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input.c - tell the forms of a core apart */
#include "input.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/io.h"
#include "base/util.h"
#include "output/unflatten.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A sink over an unnamed file: nothing to publish, nothing to clean up. */
struct temp_sink {
	struct sink base;
	int fd;
};

static int temp_write_at(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	return io_pwrite(container_of(s, struct temp_sink, base)->fd, buf, len, off);
}

static int temp_commit(struct sink *s)
{
	(void)s;
	return 0;
}

static void temp_close(struct sink *s)
{
	(void)s;
}

static const struct sink_ops temp_ops = {
	.kind = "temporary file",
	.write_at = temp_write_at,
	.commit = temp_commit,
	.close = temp_close,
};

static int open_temp(void)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	dir = dir && *dir ? dir : "/var/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return fd < 0 ? fail(-errno, "temporary file in %s (set TMPDIR to a place with room)", dir)
		      : fd;
}

static int open_flattened(int fd, const char *path, struct source **out)
{
	struct temp_sink temp = { { .ops = &temp_ops, .seekable = true }, open_temp() };
	struct unflatten_result result;
	int rc;

	if (temp.fd < 0)
		return temp.fd;
	rc = unflatten(fd, &temp.base, 0, &result);
	if (rc == 0 && !result.complete)
		rc = fail(-EBADMSG, "flattened stream without an end; salvage it with -R first");
	if (rc < 0) {
		close(temp.fd);
		return fail(rc, "%s", path);
	}
	return source_elf_open_fd(temp.fd, path, out);
}

int input_open(const char *path, struct source **out)
{
	char magic[16] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;
	ssize_t n;

	if (fd < 0)
		return fail(-errno, "open %s", path);
	n = pread(fd, magic, sizeof(magic), 0);
	if (n < 0) {
		rc = fail(-errno, "read %s", path);
	} else if (n >= 8 && memcmp(magic, DUMP_SIGNATURE, 8) == 0) {
		return source_kdump_open_fd(fd, path, out);
	} else if (n == 16 && strcmp(magic, FLAT_MAGIC) == 0) {
		rc = open_flattened(fd, path, out);
	} else {
		return source_elf_open_fd(fd, path, out);
	}
	close(fd);
	return rc;
}
