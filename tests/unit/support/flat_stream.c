/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flat_stream.c - flattened streams, and turning them back into files in memory */
#include "flat_stream.h"

#include <endian.h>
#include <sys/mman.h>
#include <unistd.h>

int memfd(const void *bytes, size_t len)
{
	int fd = memfd_create("stream", MFD_CLOEXEC);

	CHECK(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

size_t make_stream(uint8_t *buf, size_t room)
{
	int fd = memfd("", 0);
	struct sink *s;
	ssize_t n;

	CHECK_EQ(sink_stream_open(dup(fd), SINK_PATIENCE_MS, &s), 0);
	CHECK_EQ(sink_flat_open(s, &s), 0);
	CHECK_EQ(sample_write(s), 0);
	CHECK_EQ(sink_commit(s), 0);
	sink_close(s);
	n = pread(fd, buf, room, 0);
	CHECK(n > 4096 && (size_t)n < room);
	close(fd);
	return (size_t)n;
}

int run(const void *bytes, size_t len, struct mem_sink *m, bool *complete)
{
	struct unflatten_result res;
	int fd = memfd(bytes, len);
	int rc = unflatten(fd, &m->base, 1, &res);

	close(fd);
	CHECK_EQ(m->committed, res.complete && rc == 0);
	*complete = res.complete;
	return rc;
}

size_t start_stream(uint8_t *stream)
{
	struct flat_start start = { FLAT_MAGIC, htobe64(1), htobe64(1) };

	memset(stream, 0, FLAT_BLOCK);
	memcpy(stream, &start, sizeof(start));
	return FLAT_BLOCK;
}

size_t add_bytes(uint8_t *stream, size_t pos, uint64_t off, const void *bytes, size_t len)
{
	struct flat_record rec = { htobe64(off), htobe64(len) };

	memcpy(stream + pos, &rec, sizeof(rec));
	memcpy(stream + pos + sizeof(rec), bytes, len);
	return pos + sizeof(rec) + len;
}

void check_refused(const uint8_t *stream, size_t len, const char *words)
{
	struct mem_sink *m = mem_open();
	bool complete;

	CHECK_EQ(run(stream, len, m, &complete), -EBADMSG);
	CHECK(!complete && strstr(fail_text(), words));
	fail_clear();
	sink_close(&m->base);
}
