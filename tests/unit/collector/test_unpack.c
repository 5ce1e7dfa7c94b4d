/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_unpack.c - files that gzip, xz, zstd or lz4 packed as a whole; damaged ones are refused */
#include "unpack.h"

#include "base/err.h"
#include "check.h"
#include "packed.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LEN 300000

static const struct {
	const char *name;
	int (*add)(struct archive *);
	bool no_checksum; /* libarchive's writer leaves it out; zstd(1) does not */
} kinds[] = {
	{ "gzip", archive_write_add_filter_gzip, false },
	{ "xz", archive_write_add_filter_xz, false },
	{ "zstd", archive_write_add_filter_zstd, true },
	{ "lz4", archive_write_add_filter_lz4, false },
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
	int to = temp(), rc;

	CHECK_EQ(lseek(from, 0, SEEK_SET), 0);
	rc = input_unpack(from, to);

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

/* Which byte it is does not matter: a checksum of all that is in it is at the end. */
TEST(a_bit_that_changed_is_found)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int fd = pack(i, LEN);
		off_t len = lseek(fd, 0, SEEK_END);

		for (off_t at = 100; !kinds[i].no_checksum && at < len - 20; at += len / 40) {
			uint8_t byte;

			CHECK_EQ(pread(fd, &byte, 1, at), 1);
			byte ^= 4;
			CHECK_EQ(pwrite(fd, &byte, 1, at), 1);
			if (unpack(fd, LEN) != -EBADMSG)
				fail_msg("%s, byte %jd", kinds[i].name, (intmax_t)at);
			byte ^= 4;
			CHECK_EQ(pwrite(fd, &byte, 1, at), 1);
		}
		CHECK_EQ(unpack(fd, LEN), 0);
		close(fd);
	}
}

static void append(int to, int from)
{
	char buf[4096];
	off_t at = 0;
	ssize_t n;

	CHECK_OP(lseek(to, 0, SEEK_END), >=, 0);
	while ((n = pread(from, buf, sizeof(buf), at)) > 0) {
		CHECK_EQ(write(to, buf, (size_t)n), n);
		at += n;
	}
}

/* Members of gzip one behind the other, and what fills up a block or is no member behind them. */
TEST(members_of_gzip)
{
	static const char *const tails[] = { "\0\0\0\0\0", "\0\0no gzip" };
	static const size_t lens[] = { 5, 9 };

	memset(text, 'm', LEN);
	for (size_t i = 0; i < 2; i++) {
		int fd = pack(0, LEN / 2), second = pack(0, LEN / 2);

		CHECK_EQ(ftruncate(fd, lseek(fd, 0, SEEK_END) + (off_t)i * 7), 0);
		append(fd, second);
		CHECK_EQ(pwrite(fd, tails[i], lens[i], lseek(fd, 0, SEEK_END)), (ssize_t)lens[i]);
		CHECK_EQ(unpack(fd, LEN), 0);
		close(fd);
		close(second);
	}
}

/* pzstd writes a frame to be skipped before each frame of data, and lz4 may have some, too. */
TEST(what_packed_a_file_is_found_behind_frames_to_be_skipped)
{
	static const uint8_t skipped[] = { 0x5a, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4 };
	struct packed how;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int fd = temp(), from = pack(i, LEN);

		for (unsigned n = 0; n < 2; n++)
			CHECK_EQ(write(fd, skipped, sizeof(skipped)), (ssize_t)sizeof(skipped));
		CHECK(!packed_as(fd, &how));
		append(fd, from);
		CHECK(packed_as(fd, &how));
		CHECK_STR(how.name, kinds[i].name);
		CHECK(how.known);
		CHECK_EQ(how.start, 2 * sizeof(skipped));
		close(fd);
		close(from);
	}
}

TEST(other_packers_are_known_by_name)
{
	static const char tar[512] = { [257] = 'u', 's', 't', 'a', 'r' };
	struct packed how;
	int fd = temp();

	CHECK_EQ(pwrite(fd, "BZh91AY", 7, 0), 7);
	CHECK(packed_as(fd, &how));
	CHECK_STR(how.name, "bzip2");
	CHECK(!how.known);
	CHECK_EQ(pwrite(fd, tar, sizeof(tar), 0), (ssize_t)sizeof(tar));
	CHECK(packed_as(fd, &how));
	CHECK_STR(how.name, "tar");
	CHECK_EQ(pwrite(fd, "KDUMP   ", 8, 0), 8);
	CHECK_EQ(ftruncate(fd, 8), 0);
	CHECK(!packed_as(fd, &how));
	close(fd);
}

RUN(each_kind_gives_back_the_bytes, a_file_that_is_cut_short_is_refused,
    a_bit_that_changed_is_found, members_of_gzip,
    what_packed_a_file_is_found_behind_frames_to_be_skipped, other_packers_are_known_by_name)
