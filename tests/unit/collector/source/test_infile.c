/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_infile.c - a window over a file with a sector that cannot be read */
#include "source/infile.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SIZE = 256 << 10, BAD = 100 << 10, BAD_END = BAD + 4096, PIECE = 512 };

static unsigned reads;

/* In place of the C library's: reads that touch the bad sector fail as a whole, as disks do. */
ssize_t pread(int fd, void *buf, size_t len, off_t off)
{
	reads++;
	if (off < BAD_END && off + (off_t)len > BAD) {
		errno = EIO;
		return -1;
	}
	return syscall(SYS_pread64, fd, buf, len, off);
}

static void open_file(struct infile *f)
{
	char buffer[TEMP_PATH_MAX];
	const char *path = temp_path("infile", buffer);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	unlink(path);
	for (uint64_t at = 0; at < SIZE; at += sizeof(at))
		CHECK_EQ(pwrite(fd, &at, sizeof(at), (off_t)at), sizeof(at));
	CHECK_EQ(infile_init(f, fd), 0);
	fail_clear();
}

/* Nothing is lost but pieces that touch the sector, however far a window reads ahead. */
TEST(a_bad_sector_costs_only_itself)
{
	struct infile_window w = { .capacity = 128 << 10 };
	struct infile f;

	open_file(&f);
	for (uint64_t at = 0; at < SIZE; at += PIECE) {
		bool bad = at + PIECE > BAD && at < BAD_END;
		const void *p;

		CHECK_EQ(infile_window_get(&w, &f, PIECE, at, &p), bad ? -EIO : 0);
		if (!bad)
			CHECK_MEM(p, &at, sizeof(at));
		fail_clear();
	}
	infile_window_fini(&w);
	infile_fini(&f);
}

TEST(a_sound_file_is_read_once)
{
	struct infile_window w = { .capacity = 128 << 10 };
	struct infile f;

	open_file(&f);
	reads = 0;
	for (uint64_t at = 0; at < BAD / 2; at += PIECE) {
		const void *p;

		CHECK_EQ(infile_window_get(&w, &f, PIECE, at, &p), 0);
	}
	CHECK_OP(reads, <, 8);
	infile_window_fini(&w);
	infile_fini(&f);
}

RUN(a_bad_sector_costs_only_itself, a_sound_file_is_read_once)
