/* SPDX-License-Identifier: GPL-2.0-or-later */
/* raw_area.c - what lies on a raw device that holds a dump */
#include "initramfs/plan/raw_area.h"

#include "base/err.h"
#include "base/io.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

static_assert(sizeof(struct raw_trailer) <= RAW_BLOCK, "the trailer is one block");
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "integers are written as they are");

uint64_t raw_trailer_at(uint64_t size)
{
	if (size < RAW_MIN_SIZE)
		return 0;
	return size / RAW_BLOCK * RAW_BLOCK - RAW_BLOCK;
}

uint64_t raw_files_at(uint64_t size)
{
	uint64_t end = raw_trailer_at(size);

	return end ? end + RAW_BLOCK - RAW_FILES : 0;
}

static bool file_is_sound(const struct raw_file *f, uint64_t from, uint64_t to)
{
	return memchr(f->name, '\0', sizeof(f->name)) && *f->name && !strchr(f->name, '/') &&
	       *f->name != '.' && f->off >= from && f->off <= to && f->len <= to - f->off;
}

static bool is_sound(const struct raw_trailer *t, uint64_t size)
{
	uint64_t from = raw_files_at(size), to = raw_trailer_at(size);

	if (memcmp(t->magic, RAW_MAGIC, sizeof(t->magic)) != 0 || t->version != 1 ||
	    t->state > RAW_PARTIAL || t->stream_len > from || t->nr_files > RAW_FILES_MAX ||
	    !memchr(t->host, '\0', sizeof(t->host)))
		return false;
	for (uint32_t i = 0; i < t->nr_files; i++) {
		if (!file_is_sound(&t->files[i], from, to))
			return false;
	}
	return true;
}

int raw_trailer_read(int fd, uint64_t size, struct raw_trailer *out)
{
	uint64_t at = raw_trailer_at(size);
	ssize_t n;

	memset(out, 0, sizeof(*out));
	if (at == 0)
		return 0;
	n = pread(fd, out, sizeof(*out), (off_t)at);
	if (n < 0)
		return fail(-errno, "read the last block");
	return n == (ssize_t)sizeof(*out) && is_sound(out, size);
}

static int write_block(int fd, uint64_t at, const void *data, size_t len)
{
	char block[RAW_BLOCK] = { 0 };
	int rc;

	memcpy(block, data, len);
	rc = io_pwrite(fd, block, sizeof(block), at);
	if (rc == 0 && fdatasync(fd) < 0)
		rc = fail(-errno, "sync the device");
	return rc;
}

int raw_trailer_write(int fd, uint64_t size, const struct raw_trailer *trailer)
{
	uint64_t at = raw_trailer_at(size);

	if (at == 0)
		return fail_adopt(-ENOSPC, "the device is too small for a dump");
	return write_block(fd, at, trailer, sizeof(*trailer));
}

int raw_wipe(int fd, uint64_t size)
{
	uint64_t at = raw_trailer_at(size);
	int rc = write_block(fd, 0, "", 1);

	return rc == 0 && at ? write_block(fd, at, "", 1) : rc;
}
