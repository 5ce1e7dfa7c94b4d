/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packed.c - which program packed a file as a whole, by its first bytes
 *
 * A file for zstd or lz4 may begin with frames to be skipped, as pzstd writes one before each frame
 * of data: a magic number of both, a length, and so many bytes.
 */
#include "packed.h"

#include "base/io.h"

#include <stddef.h>
#include <string.h>

#define SKIPPED_MAX 4096
#define HEAD_BYTES  264

static const struct {
	const char *name;
	bool known;
	uint16_t at, len;
	uint8_t magic[6];
} kinds[] = {
	{ "gzip", true, 0, 3, { 0x1f, 0x8b, 8 } },
	{ "xz", true, 0, 4, { 0xfd, '7', 'z', 'X' } },
	{ "zstd", true, 0, 4, { 0x28, 0xb5, 0x2f, 0xfd } },
	{ "lz4", true, 0, 4, { 0x04, 0x22, 0x4d, 0x18 } },
	{ "lz4", true, 0, 4, { 0x02, 0x21, 0x4c, 0x18 } }, /* lz4 -l */
	{ "bzip2", false, 0, 3, { 'B', 'Z', 'h' } },
	{ "lzip", false, 0, 4, { 'L', 'Z', 'I', 'P' } },
	{ "lzop", false, 0, 4, { 0x89, 'L', 'Z', 'O' } },
	{ "7z", false, 0, 6, { '7', 'z', 0xbc, 0xaf, 0x27, 0x1c } },
	{ "zip", false, 0, 4, { 'P', 'K', 3, 4 } },
	{ "tar", false, 257, 5, { 'u', 's', 't', 'a', 'r' } },
};

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Kind of what begins at off; -1: none. *skip: bytes of a frame to be skipped, or 0. */
static int kind_at(int fd, uint64_t off, uint64_t *skip)
{
	uint8_t head[HEAD_BYTES] = { 0 };
	size_t got = 0;

	*skip = 0;
	if (io_pread(fd, head, sizeof(head), off, &got) < 0 || got < 4)
		return -1;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (memcmp(head + kinds[i].at, kinds[i].magic, kinds[i].len) == 0)
			return (int)i;
	if (got >= 8 && (le32(head) & ~15u) == 0x184d2a50)
		*skip = 8 + (uint64_t)le32(head + 4);
	return -1;
}

bool packed_as(int fd, struct packed *out)
{
	uint64_t at = 0, skip;
	int kind = kind_at(fd, 0, &skip);

	for (unsigned i = 0; skip && i < SKIPPED_MAX; i++)
		kind = kind_at(fd, at += skip, &skip);
	if (kind < 0)
		return false;
	*out = (struct packed){ kinds[kind].name, kinds[kind].known, at };
	return true;
}
