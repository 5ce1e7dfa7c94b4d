/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_unpack.c - files that gzip, xz, zstd or lz4 packed as a whole; damaged ones are refused */
#include "unpack.h"

#include "base/err.h"
#include "check.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LEN 300000

static const struct {
	const char *name;
	int (*add)(struct archive *);
} kinds[] = {
	{ "gzip", archive_write_add_filter_gzip },
	{ "xz", archive_write_add_filter_xz },
	{ "zstd", archive_write_add_filter_zstd },
	{ "lz4", archive_write_add_filter_lz4 },
};

static char text[LEN];

/* Noise in front, so that what is packed is long; then zeros. */
static void make_text(void)
{
	unsigned seed = 1;

	for (size_t i = 0; i < LEN / 2; i++)
		text[i] = (char)rand_r(&seed);
}

static int temp(void)
{
	int fd = memfd_create("unpack", MFD_CLOEXEC);

	CHECK_OP(fd, >=, 0);
	return fd;
}

static int pack(size_t kind, size_t len)
{
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();
	int fd = temp();

	CHECK_EQ(kinds[kind].add(a), ARCHIVE_OK);
	CHECK_EQ(archive_write_set_format_raw(a), ARCHIVE_OK);
	CHECK_EQ(archive_write_open_fd(a, fd), ARCHIVE_OK);
	archive_entry_set_pathname(e, "dump");
	archive_entry_set_filetype(e, AE_IFREG);
	CHECK_EQ(archive_write_header(a, e), ARCHIVE_OK);
	CHECK_EQ(archive_write_data(a, text, len), (la_ssize_t)len);
	CHECK_EQ(archive_write_free(a), ARCHIVE_OK);
	archive_entry_free(e);
	return fd;
}

/* What input_unpack() says; if it is 0, the text must be there. */
static int unpack(int from, size_t len)
{
	static char back[LEN + 1];
	int to = temp(), rc = input_unpack(from, to);

	if (rc == 0) {
		CHECK_EQ(pread(to, back, sizeof(back), 0), (ssize_t)len);
		CHECK_MEM(back, text, len);
	}
	close(to);
	fail_clear();
	return rc;
}

TEST(each_kind_gives_back_the_bytes)
{
	make_text();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const size_t len[] = { 1, 4096, LEN };

		for (size_t n = 0; n < 3; n++) {
			int fd = pack(i, len[n]);

			CHECK_EQ(unpack(fd, len[n]), 0);
			close(fd);
		}
	}
}

/* It reads from the start, wherever the file was read before. */
TEST(the_position_of_the_file_is_no_matter)
{
	int fd = pack(0, LEN);

	CHECK_EQ(lseek(fd, 17, SEEK_SET), 17);
	CHECK_EQ(unpack(fd, LEN), 0);
	close(fd);
}

TEST(a_file_that_is_cut_short_is_refused)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int fd = pack(i, LEN);
		off_t len = lseek(fd, 0, SEEK_END);

		for (off_t cut = 64; cut < len / 2; cut += len / 9) {
			CHECK_EQ(ftruncate(fd, len / 2 - cut), 0);
			if (unpack(fd, LEN) != -EBADMSG)
				fail_msg("%s, cut to %jd bytes", kinds[i].name,
					 (intmax_t)(len / 2 - cut));
		}
		close(fd);
	}
}

RUN(each_kind_gives_back_the_bytes, the_position_of_the_file_is_no_matter,
    a_file_that_is_cut_short_is_refused)
