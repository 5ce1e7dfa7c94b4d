/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf_holes.c - find holes of a sparse core: zeros that need not be read */
#include "source/elf_holes.h"

#include "base/util.h"

#include <errno.h>
#include <linux/magic.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef XFS_SUPER_MAGIC
#define XFS_SUPER_MAGIC 0x58465342
#endif

bool elf_holes_expected(int fd)
{
	static const long trusted[] = { EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC,
					TMPFS_MAGIC };
	struct statfs fs;
	struct stat sb;

	if (fstat(fd, &sb) < 0 || fstatfs(fd, &fs) < 0 || !S_ISREG(sb.st_mode))
		return false;
	if ((uint64_t)sb.st_blocks * 512 >= (uint64_t)sb.st_size)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(trusted); i++) {
		if (fs.f_type == trusted[i])
			return true;
	}
	return false;
}

/* ENXIO: nothing but a hole up to the end of the file, which may have moved. */
static void ask(struct elf_holes *h, int fd, uint64_t off)
{
	off_t data = lseek(fd, (off_t)off, SEEK_DATA), end;

	*h = (struct elf_holes){ .start = off, .end = UINT64_MAX };
	if (data < 0 && errno != ENXIO)
		return;
	if (data >= 0 && (uint64_t)data == off)
		end = lseek(fd, (off_t)off, SEEK_HOLE);
	else
		end = data >= 0 ? data : lseek(fd, 0, SEEK_END);
	if (end < 0 || (uint64_t)end < off)
		return;
	h->end = (uint64_t)end;
	h->hole = data < 0 || (uint64_t)data > off;
}

uint64_t elf_holes_at(struct elf_holes *h, int fd, uint64_t off)
{
	if (off < h->start || off >= h->end)
		ask(h, fd, off);
	return h->hole && off < h->end ? h->end - off : 0;
}
